"""Where everything is, in one table."""

from urllib.parse import urlsplit, urlunsplit

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.cli.running import Running


def banner(running: Running, *, title: str) -> RenderableType:
    """The table of a running system. `title`: what is said above it."""
    table = Table(title=title, title_justify="left", title_style="bold green", show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, where in rows(running):
        table.add_row(name, Text(where))
    return Group(table, Text(hint(running), style="dim"))


def rows(running: Running) -> list[tuple[str, str]]:
    workers = ", ".join(process.name for process in running.processes)
    return [
        *((name.capitalize(), url) for name, url in sorted(running.urls.items())),
        ("Kafka", running.kafka),
        ("MongoDB", without_password(running.mongo)),
        ("State", running.state),
        ("Logs", f"{running.state}/logs"),
        ("Processes", workers),
    ]


def hint(running: Running) -> str:
    """What to do next. A state folder that other commands do not look in by themselves is named."""
    return (
        f"cacah generate --region 35.09 --households 1000, cacah audit\n"
        f"in another terminal; there first: export CACAH_STATE={running.state}\n"
        f"Stop: Ctrl-C, or cacah dev --stop"
    )


def without_password(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}"))


def show(console: Console, running: Running, *, title: str) -> None:
    console.print(banner(running, title=title))
