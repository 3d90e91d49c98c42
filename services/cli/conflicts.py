"""`cacah conflicts`: reviews as intake shows them, and an operator's decisions on them."""

from typing import Any, Final

from rich.table import Table

from services.cli.api import Api
from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure

Json = dict[str, Any]
_PAGE: Final = 500
_KINDS: Final = {
    "person": "one person, several households",
    "headless": "household without head",
    "household": "one card, several senders",
}


def run_list(api: Api, *, state: str, kind: str, limit: int, as_json: bool) -> None:
    """`state`, `kind`: empty for all."""
    found: list[Json] = []
    after = ""
    while len(found) < limit:
        query: dict[str, str | int] = {"after": after, "limit": _PAGE}
        if state:
            query["state"] = state
        page = api.get("/v1/conflicts", **query)
        found.extend(each for each in page["conflicts"] if not kind or each["kind"] == kind)
        after = page["after"] or ""
        if not after:
            break
    if as_json:
        print_json(found[:limit])
        return
    table = Table("Conflict", "What", "State", "Claims", "Remaining", "First seen", "Decided by")
    for each in found[:limit]:
        decided = each.get("decided") or {}
        seen, remaining = str(each.get("first_seen", ""))[:19], each.get("remaining")
        table.add_row(
            each["conflict"],
            _KINDS[each["kind"]],
            each["state"],
            str(len(each["claims"])),
            "" if remaining is None else str(remaining),
            seen,
            str(decided.get("by", "")),
        )
    output().print(table)


def run_show(api: Api, conflict: str, *, as_json: bool) -> None:
    found = _find(api, conflict)
    if as_json:
        print_json(found)
        return
    console = output()
    console.print(f"{found['conflict']}: {_KINDS[found['kind']]}, {found['state']}")
    if "remaining" in found:
        console.print(f"{found['remaining']} people remain without their head")
    table = Table("Claimant", "Region", "Received", "Counts", "Heads", "Submission")
    for claim in found["claims"]:
        heads = f"yes, and {claim['companions']} others" if claim["companions"] else "yes" if claim["heads"] else ""
        table.add_row(
            claim["claimant"],
            claim["region"] or "",
            claim["received_at"],
            "yes" if claim["counted"] else "",
            heads,
            claim["submission"],
        )
    console.print(table)
    decided = found.get("decided")
    if decided:
        holds = "" if decided["holds"] else "; a claim has changed since, so it no longer holds"
        console.print(f"decided by {decided['by']} at {decided['at']}: {decided['reason']}{holds}")
    console.print(f"claims version {found['claims_version']}")


def run_settle(api: Api, conflict: str, *, count: str, withdraw: str, reason: str, seen: str, as_json: bool) -> None:
    """`count`, `withdraw`: a claimant, or the beginning of one; exactly one of the two."""
    if bool(count) == bool(withdraw):
        raise Failure("say what to do", fix="--count CLAIMANT or --withdraw CLAIMANT", code=ExitCode.USAGE)
    found = _find(api, conflict)
    claimant = _claimant(found, count or withdraw)
    _decide(api, found, {"action": "count" if count else "withdraw", "claimant": claimant}, reason, seen, as_json)


def run_dismiss(api: Api, conflict: str, *, reason: str, seen: str, as_json: bool) -> None:
    _decide(api, _find(api, conflict), {"action": "dismiss"}, reason, seen, as_json)


def _decide(api: Api, found: Json, decision: Json, reason: str, seen: str, as_json: bool) -> None:
    """On the claims as they are now, unless the caller says which ones were `seen`: then no others."""
    body = decision | {"reason": reason, "claims_version": seen or found["claims_version"]}
    answer = api.post(f"/v1/conflicts/{found['conflict']}/decision", body)
    if as_json:
        print_json(answer)
        return
    record = answer["receipt"]
    where = f"{record['topic']}[{record['partition']}] offset {record['offset']}"
    output().print(f"OK {answer['action']} by {answer['by']}, on the log at {where}", markup=False)


def _find(api: Api, conflict: str) -> Json:
    if len(conflict) != 32 or set(conflict) - set("0123456789abcdef"):
        raise Failure("a conflict has 32 hexadecimal digits", fix="cacah conflicts ls", code=ExitCode.USAGE)
    return api.get(f"/v1/conflicts/{conflict}")


def _claimant(found: Json, beginning: str) -> str:
    named = [each["claimant"] for each in found["claims"] if each["claimant"].startswith(beginning)]
    if len(named) != 1:
        raise Failure(
            f"{len(named)} claims begin with that",
            fix=f"cacah conflicts show {found['conflict']}",
            code=ExitCode.USAGE,
        )
    return str(named[0])
