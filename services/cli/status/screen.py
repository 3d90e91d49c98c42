"""A status as tables."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shared.streaming.progress.model import Status


def render(status: Status) -> RenderableType:
    parts: list[RenderableType] = [_summary(status), _stages(status)]
    if status.newest_rejections:
        parts.append(_rejections(status))
    return Group(*parts)


def _summary(status: Status) -> RenderableType:
    table = Table(show_header=False, box=None)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    rate = "" if status.people_rate is None else f", {status.people_rate:+,.0f} a second"
    behind = "everything accepted is counted"
    if status.waiting:
        behind = f"{status.waiting:,} forms wait, the oldest for {status.behind_seconds:,.1f} s"
    table.add_row("Counted", f"{status.people:,} people in {status.households:,} households{rate}")
    table.add_row("Counted up to", f"{', '.join(map(str, status.counted_up_to)) or '-'} ({status.as_of or 'never'})")
    table.add_row("Behind", behind)
    table.add_row("Conflicts", _numbers(status.conflicts))
    table.add_row("Rejections", _numbers(status.rejections))
    return table


def _stages(status: Status) -> RenderableType:
    table = Table("Stage", "Reads", title=f"Stages of generation {status.generation}", title_justify="left")
    for heading in ("Records/s", "Lag", "Lag, s", "Entries"):
        table.add_column(heading, justify="right")
    for stage in status.stages:
        rate = "-" if stage.rate is None else f"{stage.rate:,.1f}"
        table.add_row(
            stage.name, stage.topic, rate, f"{stage.lag:,}", f"{stage.lag_seconds:,.1f}", f"{stage.entries:,}"
        )
    return table


def _rejections(status: Status) -> RenderableType:
    table = Table("Topic", "Partition", "Offset", "Reason", "First seen", title="Newest rejections")
    table.title_justify = "left"
    for each in status.newest_rejections:
        table.add_row(each.topic, str(each.partition), str(each.offset), Text(each.reason), each.first_seen)
    return table


def _numbers(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) or "none"
