"""The calendar: pure, at the door of intake, and through the validator. Seen to fail with each comparison turned round,
with partners held to the households' end, and with an older calendar that replaces a newer one."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.calendar.gate import CalendarUnreachable, Gate, MemoryCalendars
from services.intake.calendar.remembered import DoorFile
from services.validator.orders import Orders, read_calendar
from services.validator.refusals import Refused
from shared.contracts.calendar import CALENDAR_SUBJECT, CALENDARS, CalendarDocument, decode_calendar
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.domain.calendar import Calendar, Door
from shared.ledger.fold import Input
from tests.families import family
from tests.partners import partner
from tests.unit.intake_kit import CENSUS_DAY, NOW, Intake, Reply
from tests.unit.test_intake_operator import household_conflict

EXAMPLE = Path(__file__).parents[2] / "shared/contracts/examples/calendar.v1.json"
SECOND = 1_000_000
# NOW is 2026-11-18T11:06:40Z.
TIMES = {
    "census_day": "2026-09-01",
    "opens_at": "2026-11-18T00:00:00+07:00",
    "deadline": "2026-11-19T00:00:00+07:00",
    "partners_until": "2026-11-20T00:00:00+07:00",
}
LOG = b"l" * 16
moments = st.integers(0, 50)


@given(moments, moments, st.none() | moments, st.none() | moments, moments)
def test_the_door_is_open_between_its_ends_and_partners_have_never_less(
    opens: int, deadline: int, extended: int | None, grace: int | None, at: int
) -> None:
    try:
        calendar = Calendar(opens, deadline, extended, grace)
    except ValueError:
        closes = deadline if extended is None else extended
        assert opens >= deadline or closes < deadline or extended == deadline or (grace is not None and grace < closes)
        return
    households, partners = (calendar.door(at, partner=partner) for partner in (False, True))
    assert (households is Door.OPEN) is (opens <= at < (deadline if extended is None else extended))
    assert (households is Door.NOT_YET) is (partners is Door.NOT_YET) is (at < opens)
    if households is Door.OPEN:
        assert partners is Door.OPEN


@pytest.mark.parametrize("times", [(5, 5), (5, 9, 9), (5, 9, None, 8), (5, 9, 12, 11)])
def test_times_out_of_order_are_no_calendar(times: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the "):
        Calendar(*times)


@pytest.fixture
def kit(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


@pytest.fixture
def operator(kit: Intake) -> dict[str, str]:
    some, key = partner("operator-pusat", "operate")
    kit.partners.put(some)
    return {"authorization": f"Bearer {key}", "accept-language": "en"}


def put(kit: Intake, headers: dict[str, str], **changed: Any) -> Reply:
    body = {name: value for name, value in (TIMES | changed).items() if value is not None}
    return asyncio.run(kit.ask("POST", "/v1/calendar", json.dumps(body).encode(), headers))


def test_without_a_calendar_the_door_is_open(kit: Intake) -> None:
    assert kit.get("/v1/calendar").json == {
        "households": "open",
        "partners": "open",
        "calendar": None,
        "closed_at": None,
    }
    assert kit.post(family()).status == 202


def test_a_calendar_is_an_event_on_the_log_and_holds_at_once(kit: Intake, operator: dict[str, str]) -> None:
    reply = put(kit, operator, opens_at="2026-11-18T18:06:41+07:00")
    assert (reply.status, reply.json["calendar"]["by"], reply.json["households"]) == (202, "operator-pusat", "not_yet")
    ((head, content),) = kit.opened()
    assert (head.kind, head.subject) == (Kind.CALENDAR, CALENDAR_SUBJECT)
    assert decode_calendar(content).census_day == CENSUS_DAY
    assert reply.headers["location"].startswith("/v1/submissions/")
    refused = kit.post(family(), Accept_Language="en")
    assert (refused.status, refused.json["code"]) == (403, "census-not-open")
    assert (refused.headers["retry-after"], refused.json["opens_at"]) == ("1", "2026-11-18T11:06:41Z")
    kit.time = NOW + SECOND
    assert kit.post(family()).status == 202


def test_after_the_deadline_only_partners_get_in_and_after_their_grace_nobody(
    kit: Intake, operator: dict[str, str]
) -> None:
    assert put(kit, operator).status == 202
    accepted = kit.post(family()).json
    kit.time = NOW + 24 * 3600 * SECOND
    late = kit.post(family({"/card": "3509121201150002"}), Accept_Language="en")
    assert (late.status, late.json["title"], late.json["closed_at"]) == (
        403,
        "The census has ended",
        "2026-11-18T17:00:00Z",
    )
    assert "retry-after" not in late.headers
    correction = {"lineage": accepted["lineage"], "code": accepted["correction_code"]}
    assert kit.post({"correction": correction, "card": family()["card"]}, "/v1/withdrawals").status == 403
    line = family({"/card": "3509121201150003"})
    assert [each["status"] for each in kit.batch([line])] == [202]
    kit.time = NOW + 48 * 3600 * SECOND
    (result,) = kit.batch([line])
    assert (result["status"], result["problem"]["code"]) == (403, "census-closed")


def test_an_extension_is_another_event_and_the_newest_is_in_force(kit: Intake, operator: dict[str, str]) -> None:
    put(kit, operator, deadline="2026-11-18T12:00:00+07:00")
    assert kit.post(family()).status == 403
    kit.time += SECOND
    assert (
        put(kit, operator, deadline="2026-11-18T12:00:00+07:00", extended_to="2026-11-19T00:00:00+07:00").status == 202
    )
    assert kit.post(family()).status == 202


def close(kit: Intake) -> None:
    kit.calendars.closed = "2026-11-18T11:06:40Z"
    asyncio.run(kit.wiring.gate.renew())


def test_after_the_closing_nothing_is_taken_whatever_the_calendar_says(kit: Intake, operator: dict[str, str]) -> None:
    roster, roster_key = partner("dinas", "roster", agencies=("DINAS-UJI",))
    kit.partners.put(roster)
    assert put(kit, operator).status == 202
    accepted = kit.post(family()).json
    there = len(kit.log.records)
    conflict = household_conflict()
    kit.conflicts.documents[conflict["conflict"]] = conflict
    close(kit)
    correction = {"lineage": accepted["lineage"], "code": accepted["correction_code"]}
    decision = {"action": "dismiss", "reason": "same-family"}
    enrolment = {"authorization": f"Bearer {roster_key}", "content-type": "application/x-ndjson"}
    for reply in (
        kit.post(family({"/card": "3509121201150002"})),
        kit.post(family({"/card": "3509121201150002"}), "/v1/submissions?dry_run=true"),
        kit.post({"correction": correction, "card": family()["card"]}, "/v1/withdrawals"),
        put(kit, operator, extended_to="2027-11-19T00:00:00+07:00"),
        asyncio.run(kit.ask("POST", "/v1/agencies/DINAS-UJI/roster", b"", enrolment)),
        asyncio.run(
            kit.ask("POST", f"/v1/conflicts/{conflict['conflict']}/decision", json.dumps(decision).encode(), operator)
        ),
    ):
        assert (reply.status, reply.json["code"]) == (403, "census-final"), reply.json
        assert (reply.json["type"], reply.json["closed_at"]) == ("/problems/census-final", "2026-11-18T11:06:40Z")
    (result,) = kit.batch([family({"/card": "3509121201150003"})])
    assert (result["status"], result["problem"]["code"]) == (403, "census-final")
    assert len(kit.log.records) == there
    said = kit.get("/v1/calendar").json
    assert (said["households"], said["partners"], said["closed_at"]) == ("closed", "closed", "2026-11-18T11:06:40Z")


def test_a_closing_is_not_forgotten_and_not_asked_for_again(kit: Intake) -> None:
    close(kit)
    kit.calendars.closed = None
    asyncio.run(kit.wiring.gate.renew())
    assert kit.post(family()).json["code"] == "census-final"
    kit.calendars.away = True
    asyncio.run(kit.wiring.gate.renew())
    assert kit.post(family()).json["code"] == "census-final"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"census_day": "2026-09-02"}, "calendar-census-day"),
        ({"deadline": "2026-11-17T00:00:00+07:00"}, "shape-value"),
        ({"deadline": "2026-11-19T00:00:00"}, "shape-value"),
        ({"opens_at": None}, "shape-value"),
        ({"by": "me"}, "shape-value"),
    ],
)
def test_what_is_no_calendar_is_refused(kit: Intake, operator: dict[str, str], change: Any, code: str) -> None:
    reply = put(kit, operator, **change)
    assert (reply.status, reply.json["errors"][0]["code"]) == (422, code)
    assert kit.log.records == []


def test_setting_it_needs_the_scope(kit: Intake, operator: dict[str, str]) -> None:
    some, key = partner("lain", "read")
    kit.partners.put(some)
    assert put(kit, {}).status == 401
    assert put(kit, {"authorization": f"Bearer {key}"}).status == 403
    assert put(kit, operator).status == 202


def document(received_at: int, deadline: str = "2026-11-19T00:00:00+07:00") -> CalendarDocument:
    known = TIMES | {"deadline": deadline, "by": "operator-pusat", "received_at": received_at}
    return msgspec.convert(known, CalendarDocument)


def test_the_gate_keeps_the_newest_calendar_while_its_source_is_away_or_behind() -> None:
    calendars = MemoryCalendars()
    gate = Gate(calendars)

    def after(*, away: bool = False, kept: CalendarDocument | None = None) -> int | None:
        calendars.away, calendars.document = away, kept
        asyncio.run(gate.renew())
        return None if gate.document is None else gate.document.received_at

    assert after(away=True) is None
    assert after(kept=document(5)) == 5
    assert after(kept=document(4)) == 5
    assert after(away=True) == 5


def started(calendars: MemoryCalendars, memory: DoorFile) -> Gate:
    """A gate as it is when intake has started."""
    gate = Gate(calendars, memory)

    async def start_and_stop() -> None:
        await gate.start()
        gate.stop()

    asyncio.run(start_and_stop())
    return gate


def known() -> MemoryCalendars:
    calendars = MemoryCalendars()
    calendars.document, calendars.closed = document(5), "2026-11-18T11:06:40Z"
    return calendars


def test_calendar_and_closing_hold_over_a_start_while_mongodb_is_away(tmp_path: Path) -> None:
    calendars, memory = known(), DoorFile(tmp_path / "state", LOG)
    started(calendars, memory)
    calendars.away = True
    gate = started(calendars, memory)
    assert (gate.document, gate.closed_at) == (calendars.document, calendars.closed)
    assert gate.door(NOW, partner=True) is Door.CLOSED


def test_a_closing_that_was_read_is_kept_where_the_calendar_cannot_be_read_any_more(tmp_path: Path) -> None:
    class Going(MemoryCalendars):
        async def read(self) -> CalendarDocument | None:
            raise CalendarUnreachable("away")

    calendars = Going()
    calendars.closed = "2026-11-18T11:06:40Z"
    assert started(calendars, DoorFile(tmp_path, LOG)).closed_at == calendars.closed


def test_what_is_remembered_yields_to_a_database_from_before_the_closing(tmp_path: Path) -> None:
    calendars, memory = known(), DoorFile(tmp_path, LOG)
    started(calendars, memory)
    calendars.away = True
    gate = started(calendars, memory)
    calendars.away, calendars.closed = False, None
    asyncio.run(gate.renew())
    assert gate.closed_at is None
    calendars.away = True
    assert started(calendars, memory).closed_at is None


def test_a_database_that_knows_nothing_is_remembered_too(tmp_path: Path) -> None:
    memory = DoorFile(tmp_path, LOG)
    started(known(), memory)
    calendars = MemoryCalendars()
    started(calendars, memory)
    calendars.away = True
    gate = started(calendars, memory)
    assert (gate.document, gate.closed_at) == (None, None)


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"log":"\xff"}'])
def test_of_another_log_or_a_damaged_file_nothing_is_remembered(tmp_path: Path, damage: bytes) -> None:
    calendars = known()
    started(calendars, DoorFile(tmp_path, LOG))
    calendars.away = True
    assert started(calendars, DoorFile(tmp_path, b"another log")).closed_at is None
    (tmp_path / "door.json").write_bytes(damage)
    assert started(calendars, DoorFile(tmp_path, LOG)).closed_at is None


def test_what_cannot_be_kept_is_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_bytes(b"")
    calendars, memory = known(), DoorFile(in_the_way, LOG)
    gate = started(calendars, memory)
    assert gate.closed_at == calendars.closed
    in_the_way.unlink()
    asyncio.run(gate.renew())
    calendars.away = True
    assert started(calendars, memory).closed_at == calendars.closed


def head(subject: bytes = CALENDAR_SUBJECT) -> Head:
    return Head(Kind.CALENDAR, Codec.JSON, "k1", NOW, 0, b"i" * 16, subject, NOBODY, NOBODY, bytes(32))


def test_the_validator_keeps_the_calendar_as_a_document() -> None:
    read = read_calendar(Input(0, 0, b""), head(), EXAMPLE.read_bytes())
    assert isinstance(read, Orders)
    (notice,) = read.notices
    assert (notice.collection, notice.event) == (CALENDARS, b"")
    kept = msgspec.json.decode(notice.document, type=CalendarDocument)
    assert (kept.received_at, kept.by) == (NOW, "operator-pusat")
    assert kept.calendar() == decode_calendar(EXAMPLE.read_bytes()).calendar()


def test_the_validator_refuses_what_is_no_calendar() -> None:
    for content, subject, code in (
        (b"{}", CALENDAR_SUBJECT, "not-a-calendar"),
        (EXAMPLE.read_bytes(), b"x" * 16, "subject-mismatch"),
    ):
        read = read_calendar(Input(0, 0, b""), head(subject), content)
        assert isinstance(read, Refused)
        assert read.code == code
