"""A long roster goes in parts: lines keep their numbers, and a part whose answer was lost is sent again."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli import roster
from services.cli.api import Api
from services.cli.errors import ExitCode, Failure


class Intake:
    """Refuses lines without a number, and answers `outages` times that it cannot."""

    def __init__(self, outages: int = 0) -> None:
        self.outages = outages
        self.parts: list[list[dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.outages:
            self.outages -= 1
            return httpx.Response(503, json={"title": "Not now", "code": "unavailable", "detail": "Try again."})
        entries = [json.loads(line) for line in request.content.splitlines()]
        self.parts.append(entries)
        bad = [number for number, each in enumerate(entries, start=1) if not each.get("nik")]
        refused = [
            {"pointer": f"/{each}/nik", "code": "roster-nik", "message": "No.", "remedy": "Copy it."} for each in bad
        ]
        records = [{"topic": "log", "partition": 0, "offset": len(self.parts)}]
        accepted = len(entries) - len(bad)
        body = {"accepted": accepted, "records": records, "refused": refused, "refused_lines": len(bad)}
        return httpx.Response(202, json=body)


def send(intake: Intake, file: Path, *, remove: bool = False, patience: float = 60.0) -> int:
    with Api("http://intake", "key", httpx.MockTransport(intake)) as api:
        return roster.run(api, "A-1", file, remove=remove, patience=patience, progress=None, as_json=True)


@pytest.fixture
def long_roster(tmp_path: Path) -> Path:
    lines = [json.dumps({"nik": "" if number == 4001 else "0012010101900001"}) for number in range(1, 4501)]
    file = tmp_path / "roster.ndjson"
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
    return file


def test_a_refused_line_is_told_by_its_number_in_the_file(
    long_roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    intake = Intake()
    assert send(intake, long_roster) == ExitCode.FOUND
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["refused"]) == (4499, 1)
    assert [each["pointer"] for each in report["problems"]] == ["/4001/nik"]
    assert [len(part) for part in intake.parts] == [2000, 2000, 500]
    assert len(report["records"]) == 3


def test_who_leaves_is_sent_as_leaving(long_roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intake = Intake()
    send(intake, long_roster, remove=True)
    assert all(entry["remove"] for part in intake.parts for entry in part)
    assert json.loads(capsys.readouterr().out)["removed"] == 4499


def test_an_outage_is_waited_out(long_roster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "_AGAIN_SECONDS", 0.0)
    intake = Intake(outages=3)
    assert send(intake, long_roster) == ExitCode.FOUND
    assert sum(len(part) for part in intake.parts) == 4500


def test_an_outage_beyond_patience_is_told(long_roster: Path) -> None:
    with pytest.raises(Failure, match="Not now") as told:
        send(Intake(outages=99), long_roster, patience=-1.0)
    assert (told.value.code, told.value.fix) == (ExitCode.UNREACHABLE, "Try again.")
