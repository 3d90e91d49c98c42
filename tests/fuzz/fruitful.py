"""How a random request becomes one that a right system answers well, by operation."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from schemathesis import Case

from services.intake.openapi.calendar import CALENDAR_EXAMPLE
from tests.fuzz.world import World

Fill = Callable[[World, Case[Any]], None]


def _form(world: World, case: Case[Any]) -> None:
    case.body = world.form()
    case.query = {}


def _batch(world: World, case: Case[Any]) -> None:
    case.body = [world.form() for _ in range(world.random.randint(1, 4))]


def _roster(world: World, case: Case[Any]) -> None:
    case.path_parameters["code"] = world.agency
    case.body = [
        {"nik": member["nik"], "kind": world.random.choice(("asn", "non_asn")), "remove": world.random.random() < 0.2}
        for member in world.form()["members"]
        if "nik" in member
    ]


def _any_agency(world: World, case: Case[Any]) -> None:
    case.path_parameters["code"] = world.agency


def _conflict(world: World, case: Case[Any]) -> None:
    case.path_parameters["conflict"] = world.conflict()["conflict"]


def _decision(world: World, case: Case[Any]) -> None:
    found = world.conflict()
    case.path_parameters["conflict"] = found["conflict"]
    case.body = {"action": "dismiss", "reason": "other", "claims_version": found.get("claims_version")}


def _aside(world: World, case: Case[Any]) -> None:
    case.path_parameters["item"] = world.aside()["id"]


def _discard(world: World, case: Case[Any]) -> None:
    _aside(world, case)
    case.body = {"reason": "not a record of ours"}


def _withdrawal(world: World, case: Case[Any]) -> None:
    form, answer = world.accepted()
    case.body = {
        **{name: form[name] for name in ("card", "code") if form.get(name)},
        "correction": {"lineage": answer["lineage"], "code": answer["correction_code"]},
        "revision": form.get("revision", 0),
    }


def _token(world: World, case: Case[Any]) -> None:
    case.path_parameters["token"] = world.accepted()[1]["receipt"]["token"]


def _status(world: World, case: Case[Any]) -> None:
    _, answer = world.accepted()
    case.path_parameters["submission"] = answer["id"]
    case.headers["Authorization"] = f"Bearer {answer['receipt']['code']}"


def _reissue(world: World, case: Case[Any]) -> None:
    _, answer = world.accepted()
    case.path_parameters["submission"] = answer["id"]
    case.body = {"receipt": answer["receipt"]["code"]}


def _calendar(world: World, case: Case[Any]) -> None:
    """One that leaves the door open for the other operations."""
    del world
    case.body = dict(CALENDAR_EXAMPLE)


def _draft(world: World, case: Case[Any]) -> None:
    case.path_parameters["name"] = world.random.randbytes(16).hex()
    case.body = world.random.randbytes(200)


def _kept_draft(world: World, case: Case[Any]) -> None:
    case.path_parameters["name"] = world.draft()


FILLS: Mapping[str, Fill] = {
    "submit": _form,
    "submitBatch": _batch,
    "putRoster": _roster,
    "showConflict": _conflict,
    "decideConflict": _decision,
    "showQuarantined": _aside,
    "redriveQuarantined": _aside,
    "discardQuarantined": _discard,
    "withdraw": _withdrawal,
    "showSubmission": _status,
    "showReceipt": _token,
    "drawReceipt": _token,
    "reissueCorrectionCode": _reissue,
    "setCalendar": _calendar,
    "putDraft": _draft,
    "getDraft": _kept_draft,
    "deleteDraft": _kept_draft,
}
"""Of operations that need more than what their schema says."""


def values_of(body: Any) -> list[str]:
    """Every text in a body, at any depth, but for ids: those are answered back on purpose."""
    if isinstance(body, str):
        return [] if _is_id(body) else [body]
    if isinstance(body, dict):
        return [value for each in body.values() for value in values_of(each)]
    return [value for each in body for value in values_of(each)] if isinstance(body, list) else []


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
