"""The command: a file or a service to send to, a pace, a bar, rosters, and a summary that can fail."""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from services.cli.generate.arrivals import Pace
from services.cli.generate.command import Summary, run
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.rosters import OFFICES, Rosters
from services.cli.generate.sinks import Verdict, chunk_for, over_http, to_file
from services.cli.generate.stories import Story
from services.cli.generate.stream import Population
from services.cli.population import figures
from shared.domain.nik import parse_nik
from shared.domain.regions import UnknownRegionError

PLAN = Plan(households=400, region="35.09", seed=3)


@dataclass
class Clock:
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def answering(*verdicts: Verdict) -> "Answers":
    return Answers(list(verdicts))


@dataclass
class Answers:
    """Gives its verdicts in turn, then accepts everything."""

    verdicts: list[Verdict]
    lines: list[bytes] = field(default_factory=list)

    def __call__(self, lines: Iterable[bytes]) -> Iterator[Verdict]:
        for line in lines:
            self.lines.append(line)
            yield self.verdicts.pop(0) if self.verdicts else Verdict.ACCEPTED


def test_a_file_holds_every_line_and_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    first, again = tmp_path / "first.ndjson", tmp_path / "again.ndjson"
    summary = run(PLAN, to_file(first))
    run(PLAN, to_file(again), expect=tmp_path / "expect.json", rosters=tmp_path / "rosters")
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes().count(b"\n") == summary.lines == summary.accepted
    assert summary.families == 400


def test_a_report_says_what_was_made_beside_what_was_published(tmp_path: Path) -> None:
    run(PLAN, to_file(tmp_path / "lines.ndjson"), report=tmp_path / "report.md")
    rows = [line.split(" | ") for line in (tmp_path / "report.md").read_text().splitlines() if line.startswith("| ")]
    names = [row[0].removeprefix("| ") for row in rows]
    assert {"men", "age 20_24", "regency 35.09", "away from the card's address", "anomaly education"} <= set(names)
    assert "families that correct their form" in names
    assert {len(row) for row in rows} == {5}


def test_most_lines_come_at_the_end_as_they_did_in_2020(tmp_path: Path) -> None:
    """Whatever the length that 105 days are compressed to; corrections, which follow later, left out."""
    once = Traits(broken=0, revisions=0, repeats=0, reused_ids=0, shared_persons=0)
    plan = Plan(households=400, region="35.09", traits=once)
    for seconds in (1.0, 3_600.0):
        clock, pace = Clock(), Pace(seconds=seconds, curve=figures().arrivals)
        run(plan, answering(), report=tmp_path / "report.md", pace=pace, clock=clock, sleep=clock.sleep)
        assert pace.late_share == pytest.approx(0.444, abs=0.01)
        assert max(clock.slept) <= seconds
        assert clock.now - 100 == pytest.approx(seconds, rel=0.01)
    assert "| lines in the last 8 of 105 days |" in (tmp_path / "report.md").read_text()


def test_expected_totals_are_written_beside(tmp_path: Path) -> None:
    run(PLAN, to_file(tmp_path / "lines.ndjson"), expect=tmp_path / "expect.json")
    regions = json.loads((tmp_path / "expect.json").read_text())["regions"]
    assert regions["35.09"]["households"] == regions["00"]["households"] == 400


def test_what_is_refused_on_purpose_is_no_failure() -> None:
    deliberate = run(PLAN, answering()).deliberate
    assert deliberate > 0
    summary = run(PLAN, answering(*[Verdict.REFUSED] * deliberate))
    assert (summary.ok, summary.refused, summary.exit_code) == (True, deliberate, 0)


@pytest.mark.parametrize("unwelcome", [Verdict.REFUSED, Verdict.UNKNOWN])
def test_one_refusal_or_lost_answer_more_is_a_failure(unwelcome: Verdict) -> None:
    deliberate = run(PLAN, answering()).deliberate
    summary = run(PLAN, answering(*[Verdict.REFUSED] * deliberate, unwelcome))
    assert (summary.ok, summary.exit_code) == (False, 1)
    assert summary.last_line().startswith("FAIL families=400 ")


def test_the_summary_is_one_line_for_people_and_one_object_for_programs() -> None:
    summary = Summary(families=10, lines=12, accepted=11, refused=1, unknown=0, deliberate=1, seconds=0.5)
    assert summary.last_line() == (
        "OK families=10 lines=12 accepted=11 refused=1 unknown=0 deliberate=1 seconds=0.5 rate=24"
    )
    assert json.loads(summary.as_json()) == {
        "families": 10,
        "lines": 12,
        "accepted": 11,
        "refused": 1,
        "unknown": 0,
        "deliberate": 1,
        "seconds": 0.5,
        "ok": True,
    }


def test_a_rate_is_held() -> None:
    clock = Clock()
    plan = Plan(households=20, region="35", traits=Traits(broken=0, revisions=0, repeats=0, shared_persons=0))
    summary = run(plan, answering(), pace=Pace(rate=4), clock=clock, sleep=clock.sleep)
    assert summary.lines == 20
    assert clock.now == pytest.approx(100 + 19 / 4)
    assert max(clock.slept) == pytest.approx(0.25)


def test_a_bar_shows_families_rate_accepted_and_refused() -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=200)
    run(PLAN, answering(Verdict.REFUSED), progress=console)
    assert "400/400 families" in shown.getvalue()
    assert "1 refused" in shown.getvalue()
    assert "lines/s" in shown.getvalue()


def test_nothing_is_expected_of_a_run_that_did_not_end(tmp_path: Path) -> None:
    def breaks_down(lines: Iterable[bytes]) -> Iterator[Verdict]:
        for number, _ in enumerate(lines):
            if number == 50:
                raise ConnectionError
            yield Verdict.ACCEPTED

    with pytest.raises(ConnectionError):
        run(PLAN, breaks_down, expect=tmp_path / "expect.json")
    assert not (tmp_path / "expect.json").exists()


def test_an_unknown_region_is_refused_before_anything_is_sent() -> None:
    sink = answering()
    with pytest.raises(UnknownRegionError):
        run(Plan(households=1, region="99"), sink)
    assert sink.lines == []


@pytest.mark.parametrize(("rate", "chunk"), [(None, 500), (1.0, 1), (40.0, 10), (1e6, 500)])
def test_slow_streams_go_out_in_small_requests(rate: float | None, chunk: int) -> None:
    assert chunk_for(rate) == chunk


@dataclass(frozen=True)
class Result:
    accepted: bool
    problem: dict[str, object] | None = None


def test_answers_of_intake_become_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [Result(accepted=True), *(Result(accepted=False, problem={"status": each}) for each in (422, 409, 504))]

    class Client:
        def __init__(self, base_url: str, key: str | None = None) -> None:
            assert (base_url, key) == ("http://127.0.0.1:1", "secret")

        def __enter__(self) -> "Client":
            return self

        def __exit__(self, *_: object) -> None:
            return

        def submit_lines(self, lines: Iterable[bytes], *, chunk: int) -> Iterator[Result]:
            assert chunk == 7
            for _, result in zip(lines, results, strict=True):
                yield result

    monkeypatch.setattr("cacah_client.Client", Client)
    verdicts = list(over_http("http://127.0.0.1:1", "secret", chunk=7)([b"{}"] * 4))
    assert [verdict.value for verdict in verdicts] == ["accepted", "refused", "refused", "unknown"]


def test_rosters_name_people_of_the_forms_and_some_who_never_answer(tmp_path: Path) -> None:
    plan = Plan(households=6_000, region="35.09", seed=3)
    numbers: set[str] = set()

    def note(story: Story) -> None:
        for form in story.sent:
            numbers.update((member.nik or "").replace(" ", "") for member in form.members)

    with Rosters(plan, tmp_path) as rosters:
        for _ in Population(plan).lines(rosters.add, note):
            pass
    entries = [
        (file.stem, json.loads(line)) for file in tmp_path.glob("*.ndjson") for line in file.read_text().splitlines()
    ]
    assert {agency for agency, _ in entries} == {f"35.09-{office}" for office in OFFICES}
    assert len({entry["nik"] for _, entry in entries}) == len(entries) == rosters.members.total()
    strangers = [entry["nik"] for _, entry in entries if entry["nik"] not in numbers]
    assert len(strangers) == rosters.members.total() - rosters.responded.total() > 0
    for kind, published in (("asn", 1948 / 2037), ("non_asn", 1705 / 2012)):
        members = sum(number for (_, each), number in rosters.members.items() if each == kind)
        responded = sum(number for (_, each), number in rosters.responded.items() if each == kind)
        assert members == sum(entry["kind"] == kind for _, entry in entries)
        assert responded / members == pytest.approx(published, abs=0.05)
    totals = rosters.totals()["35.09-DISDIK"]
    assert totals["members_asn"] >= totals["responded_asn"] > 0
    for nik in strangers:
        read = parse_nik(nik, as_of=plan.census_day)
        assert (read.valid, read.warnings) == (True, ())


def test_a_second_run_replaces_the_rosters_of_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        run(PLAN, answering(), rosters=tmp_path)
    lines = [line for file in tmp_path.glob("*.ndjson") for line in file.read_text().splitlines()]
    assert len(lines) == len(set(lines))
