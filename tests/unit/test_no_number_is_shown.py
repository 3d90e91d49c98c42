"""Over every rule, every code of a card number and every command: nothing that is printed or answered has a number of
sixteen digits in it. The test intake of `intake_kit` looks at each of its answers for such a number by itself."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.main import get_command

from services.cli import app, nik
from services.cli.check import run as check_file
from shared.contracts.submission import Household
from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.rules import RULES, Context, check
from shared.runtime.logs import redact
from tests.families import family
from tests.unit.intake_kit import NUMBER, Intake
from tests.unit.nik_cases import cases

CONTEXT = Context(received_on=date(2026, 11, 24), census_day=date(2026, 9, 1))
SOMEBODY = "3509120101909901"
WRITTEN = (SOMEBODY, "3509.1201.0190.9901", "3509 1201 0190 9901", "350912-010190-9901")


def by_code() -> dict[str, dict[str, Any]]:
    """For every rule a family that breaks it, and for every way in which a number can be wrong a family with one."""
    found = {rule.code: family(rule.fails) for rule in RULES}
    found["nik-twice"] = family({"/members/1/nik": family()["members"][0]["nik"]})
    for case in cases():
        if not 1 <= len(case.text) <= 40:
            continue  # no text of a form
        for pointer in ("/members/0/nik", "/card"):
            form = family({pointer: case.text})
            for problem in check(msgspec.convert(form, Household), CONTEXT):
                found.setdefault(problem.code, form)
    return found


FORMS = by_code()
MISPLACED = [
    family({"/address/village": SOMEBODY}),
    family({"/members/0/sex": SOMEBODY}),
    family({"/members/0/birth_date": SOMEBODY}),
    family() | {SOMEBODY: 1},
    family({"/housing/floor": int(SOMEBODY)}),
    SOMEBODY.encode(),
    b'{"card": "' + SOMEBODY.encode(),
]


def test_there_is_a_form_for_every_rule_and_every_code_of_a_number() -> None:
    """Every date was once: since 2000 there is none that lies ahead in both centuries."""
    never = {"nik-date-future", "kk-date-future"}
    assert FORMS.keys() == {rule.code for rule in RULES} | CARD_MESSAGES.keys() - never | {"nik-twice"}


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_cacah_check_shows_none(as_json: bool, tmp_path: Path) -> None:  # noqa: FBT001
    file, out = tmp_path / "forms.ndjson", io.StringIO()
    lines = [form if isinstance(form, bytes) else json.dumps(form).encode() for form in (*FORMS.values(), *MISPLACED)]
    file.write_bytes(b"\n".join(lines))
    assert check_file(file, context=CONTEXT, as_json=as_json, out=out) == 1
    assert all(code in out.getvalue() for code in FORMS)
    assert not NUMBER.search(out.getvalue())


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_cacah_nik_shows_none(as_json: bool) -> None:  # noqa: FBT001
    out = io.StringIO()
    nik.run([case.text for case in cases()], out, as_of=CONTEXT.received_on, as_json=as_json)
    assert not NUMBER.search(out.getvalue())


@pytest.mark.parametrize("language", ["id", "en"])
def test_intake_shows_none(language: str, tmp_path: Path) -> None:
    """Singly, to try, and in a batch; every answer is searched where it is made."""
    intake = Intake(tmp_path)
    for code, form in FORMS.items():
        for path in ("/v1/submissions", "/v1/submissions?dry_run=true"):
            reply = intake.post(form, path, accept_language=language)
            assert reply.status in {202, 200, 422}, code
    for misplaced in MISPLACED:
        assert intake.post(misplaced, accept_language=language).status in {400, 422}
    assert len(intake.batch([*FORMS.values(), *MISPLACED])) == len(FORMS) + len(MISPLACED)


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    command = group or get_command(app._create_app())
    if not hasattr(command, "commands"):
        yield path
        return
    for name, each in command.commands.items():
        yield from commands(each, (*path, name))


COMMANDS = list(commands())


def ends(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["cacah", *arguments])
    try:
        return app.run()
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_takes_no_number_as_an_argument_and_repeats_none(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Arguments stay in the shell's history."""
    for written in WRITTEN:
        for arguments in ((written,), (f"--region={written}",), ("--out", written)):
            assert ends(monkeypatch, *command, *arguments) == 2
    assert ends(monkeypatch, *command, "--help") == 0
    shown = capsys.readouterr()
    assert "an argument is a card number" in shown.err
    assert not NUMBER.search(shown.out + shown.err)


def test_a_file_named_like_a_number_is_not_named_where_it_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(monkeypatch, "check", f"{SOMEBODY}.ndjson") == 2
    assert not NUMBER.search(capsys.readouterr().err)


@pytest.mark.parametrize("written", WRITTEN)
def test_the_search_finds_a_number_however_it_is_written(written: str) -> None:
    assert NUMBER.search(f"x{written}y")
    assert redact(written) != written
