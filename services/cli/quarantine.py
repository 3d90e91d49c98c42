"""`cacah quarantine`: records that could not be processed, and what is done about them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from rich.table import Table

from services.cli.api import Api
from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure

Json = dict[str, Any]
_PAGE: Final = 500


def run_list(api: Api, *, code: str, state: str, limit: int, as_json: bool) -> None:
    """`code`, `state`: empty for all."""
    found = list(_chosen(api, (), code=code, state=state, limit=limit))
    if as_json:
        print_json(found)
        return
    table = Table("Id", "Code", "State", "Count", "First seen")
    for each in found:
        seen = str(each["first_seen"] or "")[:19]
        table.add_row(each["id"], each["reason"], each["state"], str(each["count"]), seen)
    output().print(table)


def run_show(api: Api, item: str, *, as_json: bool) -> None:
    found = api.get(_path(item))
    if as_json:
        print_json(found)
        return
    console = output()
    for name in ("id", "reason", "state", "count", "first_seen", "submission", "received_at", "bytes", "digest"):
        if found.get(name) is not None:
            console.print(f"{name.replace('_', ' ')}: {found[name]}", markup=False)
    for each in found.get("problems", ()):
        console.print(f"problem: {each['code']} at {each['pointer'] or 'the whole form'}", markup=False)
    for each in found["history"]:
        console.print(
            f"{each['action']} by {each['by']} at {each['at']} {each.get('reason', '')}".rstrip(), markup=False
        )


def run_redrive(api: Api, items: Sequence[str], *, code: str, limit: int, dry_run: bool, as_json: bool) -> int:
    """The exit code: 1 where one could not be sent again."""
    return _act(
        _chosen(api, items, code=code, state="open", limit=limit),
        lambda item: api.post(f"{_path(item)}/redrive", {}),
        dry_run=dry_run,
        as_json=as_json,
    )


def run_discard(
    api: Api, items: Sequence[str], *, code: str, limit: int, reason: str, dry_run: bool, as_json: bool
) -> int:
    """The exit code."""
    return _act(
        _chosen(api, items, code=code, state="open", limit=limit),
        lambda item: api.post(f"{_path(item)}/discard", {"reason": reason}),
        dry_run=dry_run,
        as_json=as_json,
    )


def _act(chosen: Iterator[Json], act: Callable[[str], Json], *, dry_run: bool, as_json: bool) -> int:
    done: list[Json] = []
    failed: list[Json] = []
    for each in chosen:
        item = each["id"]
        if dry_run:
            done.append({"id": item, "action": "none", "reason": each["reason"]})
            continue
        try:
            done.append(act(item))
        except Failure as problem:
            if problem.code is ExitCode.UNREACHABLE:
                raise
            failed.append({"id": item, "problem": str(problem)})
    if as_json:
        print_json({"done": done, "failed": failed, "dry_run": dry_run})
    else:
        console = output()
        for each in done:
            console.print(
                f"{each['id']}: {'would be' if dry_run else each['action']}".removesuffix(" be"), markup=False
            )
        for each in failed:
            console.print(f"{each['id']}: {each['problem']}", markup=False)
        verdict = "FAIL" if failed else "OK"
        console.print(f"{verdict} {'found' if dry_run else 'done'}={len(done)} failed={len(failed)}", markup=False)
    return ExitCode.FOUND if failed else ExitCode.GOOD


def _chosen(api: Api, items: Sequence[str], *, code: str, state: str, limit: int) -> Iterator[Json]:
    """Those that were named, whatever their state; else those of the code and state."""
    if items:
        yield from (api.get(_path(item)) for item in items)
        return
    after, left = "", limit
    while left > 0:
        query: dict[str, str | int] = {"after": after, "limit": min(_PAGE, left)}
        query |= {name: value for name, value in (("code", code), ("state", state)) if value}
        page = api.get("/v1/quarantine", **query)
        yield from page["quarantine"]
        left -= len(page["quarantine"])
        after = page["after"] or ""
        if not after:
            return


def check_choice(items: Sequence[str], code: str) -> None:
    """Nothing is done to everything by mistake. Raises Failure."""
    if not items and not code:
        raise Failure("say which", fix="name their ids, or --code CODE", code=ExitCode.USAGE)


def _path(item: str) -> str:
    return f"/v1/quarantine/{quote(item, safe='')}"
