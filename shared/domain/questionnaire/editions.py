"""The versions of the questionnaire, and which of them a form is read by."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shared.domain.questionnaire.model import Questionnaire
from shared.domain.questionnaire.reading import read_questionnaire

_FOLDER: Final = Path(__file__).with_name("data")


class Editions:
    """Which version holds is decided by when a form was received, never by when it is read: a form that was right on
    the day it was sent stays right, however often the log is read again."""

    def __init__(self, questionnaires: Iterable[Questionnaire]) -> None:
        self._all = tuple(sorted(questionnaires, key=lambda each: each.version))
        days = [each.in_force_since for each in self._all]
        if not days or days != sorted(days) or len({each.version for each in self._all}) < len(days):
            raise ValueError("versions are numbered in the order in which they come into force, each once")

    def __iter__(self) -> Iterator[Questionnaire]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def in_force(self, received_on: date) -> Questionnaire:
        """The newest one of that day; the first one for a day before all."""
        return [self._all[0], *(each for each in self._all if each.in_force_since <= received_on)][-1]

    def read_by(self, stated: object, received_on: date) -> Questionnaire:
        """The version that a form says it answers, if that is or was in force; else the one in force.

        A family that began before a change may finish after it, so older versions stay good.
        """
        newest = self.in_force(received_on)
        known = {each.version: each for each in self._all if each.version <= newest.version}
        return known.get(stated, newest) if type(stated) is int else newest


@cache
def published() -> Editions:
    """Every version in the folder `data`."""
    files = _FOLDER.glob("v*.json")
    return Editions(read_questionnaire(json.loads(file.read_text(encoding="utf-8"))) for file in files)
