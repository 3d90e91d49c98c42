"""The totals that a right system must reach: plain addition of what the stories say counts.

Memory grows with the villages, not with the families.
"""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from services.cli.generate.plan import Plan
from services.cli.generate.stories import Counted, Story
from services.cli.population.figures import BANDS, NATION
from shared.contracts.submission import Member
from shared.domain.census import age_on
from shared.domain.rules import Context, check, grade, is_clean

_HOUSEHOLD: Final = ("households", "households_clean", *(f"households_grade_{letter}" for letter in "abcd"))
_PERSON: Final = ("persons", "persons_clean", "away_from_card", "without_nik", "male", "female")
_MALE: Final = tuple(f"male_{band}" for band in BANDS)
_FEMALE: Final = tuple(f"female_{band}" for band in BANDS)
_EDUCATION: Final = tuple(f"education_{name}" for name in ("none", "sd", "smp", "sma", "diploma", "d4_s1", "s2", "s3"))
_ACTIVITY: Final = tuple(f"activity_{name}" for name in ("working", "housekeeping", "school", "other"))
_RELATIONSHIP: Final = tuple(
    f"relationship_{name}"
    for name in ("head", "spouse", "child", "child_in_law", "grandchild", "parent", "helper", "other")
)
COUNTERS: Final = (*_HOUSEHOLD, *_PERSON, *_MALE, *_FEMALE, *_EDUCATION, *_ACTIVITY, *_RELATIONSHIP)

_HOUSEHOLDS, _HOUSEHOLDS_CLEAN, _GRADE_A = 0, 1, 2
_PERSONS, _PERSONS_CLEAN, _AWAY, _WITHOUT_NIK, _SEX = (
    COUNTERS.index(name) for name in ("persons", "persons_clean", "away_from_card", "without_nik", "male")
)
_BANDS: Final = (0, COUNTERS.index(_MALE[0]), COUNTERS.index(_FEMALE[0]))
"""By sex."""
_FIRST_EDUCATION: Final = COUNTERS.index(_EDUCATION[0])
_FIRST_ACTIVITY: Final = COUNTERS.index(_ACTIVITY[0])
_FIRST_RELATIONSHIP: Final = COUNTERS.index(_RELATIONSHIP[0])
_LEVELS: Final = (2, 5, 8, 13)


class Expectation:
    """Adds up stories. All their lines are taken to be sent, in order, by one partner."""

    def __init__(self, plan: Plan) -> None:
        self._census_day = plan.census_day
        # The forms give no occasion for the day to matter: nothing in them is later than the census day.
        self._context = Context(received_on=plan.census_day, census_day=plan.census_day)
        self._villages: dict[str, list[int]] = {}
        self.groups: Counter[str] = Counter()
        """Forms in force with a warning, by group of rules."""

    def add(self, story: Story) -> None:
        for counted in story.counted:
            self._add_family(counted)

    def totals(self) -> dict[str, dict[str, int]]:
        """Region code -> counter -> number, without zeros, for every level."""
        sums: dict[str, list[int]] = {}
        for village, numbers in self._villages.items():
            for region in (NATION, *(village[:length] for length in _LEVELS)):
                above = sums.get(region)
                sums[region] = list(numbers) if above is None else list(map(sum, zip(above, numbers, strict=True)))
        return {
            region: {name: number for name, number in zip(COUNTERS, numbers, strict=True) if number}
            for region, numbers in sorted(sums.items())
        }

    def _add_family(self, counted: Counted) -> None:
        form = counted.form
        problems = check(form, self._context)
        self.groups.update({problem.group for problem in problems})
        clean = is_clean(problems)
        home = self._village(form.address.village)
        home[_HOUSEHOLDS] += 1
        home[_HOUSEHOLDS_CLEAN] += clean
        home[_GRADE_A + "ABCD".index(grade(problems))] += 1
        for member in form.members:
            if member.nik not in counted.elsewhere:
                self._add_person(
                    home if member.address is None else self._village(member.address.village), member, clean=clean
                )

    def _add_person(self, row: list[int], member: Member, *, clean: bool) -> None:
        band = min(age_on(member.birth_date, self._census_day) // 5, len(BANDS) - 1)
        row[_PERSONS] += 1
        row[_PERSONS_CLEAN] += clean
        row[_AWAY] += not member.same_as_card
        row[_WITHOUT_NIK] += member.nik is None
        row[_SEX + member.sex - 1] += 1
        row[_BANDS[member.sex] + band] += 1
        row[_FIRST_RELATIONSHIP + member.relationship - 1] += 1
        if member.education is not None:
            row[_FIRST_EDUCATION + member.education] += 1
        if member.activity is not None:
            row[_FIRST_ACTIVITY + member.activity - 1] += 1

    def _village(self, code: str) -> list[int]:
        row = self._villages.get(code)
        if row is None:
            row = self._villages[code] = [0] * len(COUNTERS)
        return row


def write_expectation(expectation: Expectation, file: Path) -> None:
    """`{"regions": {code: {counter: number}}}`."""
    content: Mapping[str, Any] = {"regions": expectation.totals()}
    file.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="ascii")
