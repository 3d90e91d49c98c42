"""Hooks of Schemathesis: fruitful requests among the random ones, lines of JSON, no echo, and a count of answers.

Loaded by its command line; `CACAH_FUZZ` names the file that says what to talk to and where the count goes.
"""

import atexit
import json
import os
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.generation.meta import TestPhase

from shared.contracts.calendar import CalendarTimes
from shared.domain.rules import RULES
from tests.fuzz import lines as _lines  # noqa: F401  # how lines of JSON are written and read
from tests.fuzz.fruitful import FILLS, values_of
from tests.fuzz.tally import Tally
from tests.fuzz.topping_up import name_of, operation_id
from tests.fuzz.world import World

_GIVEN: Final = json.loads(Path(os.environ["CACAH_FUZZ"]).read_text(encoding="utf-8"))
_WORLD: Final = World(_GIVEN["url"], _GIVEN["key"], _GIVEN["agency"], _GIVEN["seed"])
_FRUITFUL: Final = 0.6
"""Share of the valid requests that are made fruitful; the others stay as the schema alone makes them."""
_TELLING: Final = 8
"""Texts shorter than this may stand in an answer by chance."""
_NUMBER: Final = re.compile(r"(?<![0-9a-fA-F-])\d{16}(?![0-9a-fA-F-])")
_KNOWN: Final = json.dumps([_GIVEN["openapi"], [rule.code for rule in RULES]])
"""What an answer may say of itself, whoever has sent the same."""
_TALLY: Final = Tally()
atexit.register(lambda: _TALLY.write(Path(_GIVEN["tally"])))


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    del context, kwargs
    fill = FILLS.get(operation_id(case.operation))
    if fill is not None and (_shuts_the_door(case) or (_is_valid(case) and _WORLD.random.random() < _FRUITFUL)):
        fill(_WORLD, case)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    del context
    if case.method.lower() == case.operation.method.lower():
        _TALLY.add(name_of(case.operation), response.status_code)
    if operation_id(case.operation) == "submit" and response.status_code == 202 and isinstance(case.body, dict):
        _WORLD.sent(case.body, response.json())


@schemathesis.check
def no_echo(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """No text of a body and no number of sixteen digits comes back."""
    del ctx
    answered = response.content.decode("utf-8", "replace")
    told = [text for text in values_of(case.body) if len(text) >= _TELLING and text in answered and text not in _KNOWN]
    assert not told, f"the answer repeats {len(told)} of the texts that were sent"
    assert not _NUMBER.search(answered), "the answer has a number of sixteen digits"


def _shuts_the_door(case: Case[Any]) -> bool:
    """Whether this is a calendar that would be set: all other operations live in it."""
    if operation_id(case.operation) != "setCalendar":
        return False
    try:
        msgspec.convert(case.body, CalendarTimes)
    except msgspec.ValidationError:
        return False
    return True


def _is_valid(case: Case[Any]) -> bool:
    """Made by chance, and as the schema says. What the coverage phase made has a purpose of its own."""
    if case.meta is None or case.meta.phase.name is TestPhase.COVERAGE:
        return False
    modes = [case.meta.generation.mode, *(component.mode for component in case.meta.components.values())]
    return all(mode.is_positive for mode in modes)
