"""What a service's log shows, and what it never shows."""

import json
import logging
from collections.abc import Iterator

import pytest

from shared.runtime.logs import configure_logs, redact


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("text", ["0012345678901234", "0012.3456 7890-1234", "x=0012345678901234;"])
def test_a_number_of_sixteen_digits_is_never_shown(text: str) -> None:
    assert "1234" not in redact(text)


@pytest.mark.parametrize("text", ["1795496400000000000", "2026-11-25T05:00:00.000000Z 42"])
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


def test_a_line_is_json_and_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("validator", level="INFO", style="json")
    logging.getLogger("x").warning("partition=%d number=%s", 3, "0012345678901234")
    line = json.loads(capsys.readouterr().err)
    assert (line["service"], line["level"], line["message"]) == (
        "validator",
        "WARNING",
        "partition=3 number=[16 digits]",
    )


def test_what_a_library_tries_again_by_itself_is_no_error_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("validator", level="INFO", style="json")
    logging.getLogger("aiokafka.consumer.group_coordinator").error("Group Coordinator Request failed: %s", "not yet")
    assert capsys.readouterr().err == ""
    configure_logs("validator", level="DEBUG", style="json")
    logging.getLogger("aiokafka.consumer.group_coordinator").error("Group Coordinator Request failed: %s", "not yet")
    assert "not yet" in capsys.readouterr().err
