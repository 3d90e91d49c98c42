"""Rosters of agencies: who is to take part, by number and kind, one NDJSON file per agency."""

import struct
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from services.cli.generate import answers
from services.cli.generate.plan import Plan
from services.cli.generate.stories import Counted, Story
from shared.contracts.submission import Member
from shared.domain.census import age_on

OFFICES: Final = ("DISDIK", "DINKES", "DUKCAPIL", "DPUPR", "SETDA", "KEMENAG", "BPS", "KPP")
"""In every regency: five of its own, three that answer to a ministry."""
ASN, NON_ASN = "asn", "non_asn"

_EMPLOYEE: Final = 4
_AGES: Final = range(21, 59)
_ON_A_ROSTER: Final = 0.25
_CIVIL_SERVANT: Final = 0.55
_STAYS_AWAY: Final = {ASN: 1 - 1948 / 2037, NON_ASN: 1 - 1705 / 2012}
"""Of a roster, the share that did not answer (Luwu Utara, 2020)."""
_LEAP_YEARS: Final = (72, 76, 80, 84, 88, 92, 96)
_SERIALS: Final = 9_999
_BUFFER: Final = 200
_FOUR: Final = struct.Struct(">4I")


class Rosters:
    """Picks from the families, as they are told, who works for an agency, and adds people who never answer.

    These are born on 29 February, a day on which nobody is born whom `numbers` gives a NIK.

    Args:
        folder: where `<agency>.ndjson` is written: `{"nik": "...", "kind": "asn"}` a line.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._folder = folder
        self._census_day = plan.census_day
        self._salt = f"rosters:{plan.seed}".encode()[:64]
        self._waiting: dict[str, list[str]] = {}
        self._begun: set[str] = set()
        self._strangers: Counter[str] = Counter()
        self.members: Counter[tuple[str, str]] = Counter()
        """People on a roster, by agency and kind."""
        self.responded: Counter[tuple[str, str]] = Counter()
        """Those of them who stand in a form that counts."""

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def flush(self) -> None:
        """Whatever waits is in the files."""
        for agency in list(self._waiting):
            self._flush(agency)

    def add(self, story: Story) -> None:
        for counted in story.counted:
            for member in counted.form.members:
                if self._could_serve(member) and member.nik not in counted.elsewhere:
                    self._perhaps(member.nik or "", counted)

    def totals(self) -> dict[str, dict[str, int]]:
        """Agency -> `members_asn`, `responded_asn`, `members_non_asn`, `responded_non_asn`."""
        found: dict[str, dict[str, int]] = {}
        for what, counts in (("members", self.members), ("responded", self.responded)):
            for (agency, kind), number in sorted(counts.items()):
                found.setdefault(agency, {})[f"{what}_{kind}"] = number
        return found

    def _could_serve(self, member: Member) -> bool:
        return (
            member.activity == answers.WORKS
            and member.work_status == _EMPLOYEE
            and member.nik is not None
            and age_on(member.birth_date, self._census_day) in _AGES
        )

    def _perhaps(self, nik: str, counted: Counted) -> None:
        digits = nik.replace(" ", "")
        serves, kind_drawn, office_drawn, colleague = self._draws(digits)
        if serves >= _ON_A_ROSTER:
            return
        kind = ASN if kind_drawn < _CIVIL_SERVANT else NON_ASN
        agency = f"{counted.form.address.village[:5]}-{OFFICES[int(office_drawn * len(OFFICES))]}"
        self._enrol(agency, kind, digits)
        self.responded[agency, kind] += 1
        away = _STAYS_AWAY[kind]
        if colleague < away / (1 - away):
            self._enrol(agency, kind, self._stranger(digits[:6]))

    def _stranger(self, district: str) -> str:
        turn, place = divmod(self._strangers[district], _SERIALS)
        self._strangers[district] += 1
        return f"{district}2902{_LEAP_YEARS[turn]:02d}{place + 1:04d}"

    def _enrol(self, agency: str, kind: str, nik: str) -> None:
        self.members[agency, kind] += 1
        lines = self._waiting.setdefault(agency, [])
        lines.append(f'{{"nik":"{nik}","kind":"{kind}"}}\n')
        if len(lines) >= _BUFFER:
            self._flush(agency)

    def _flush(self, agency: str) -> None:
        lines = self._waiting.pop(agency)
        # The first lines of a run replace what an earlier run left.
        mode = "a" if agency in self._begun else "w"
        self._begun.add(agency)
        with (self._folder / f"{agency}.ndjson").open(mode, encoding="ascii") as file:
            file.writelines(lines)

    def _draws(self, digits: str) -> tuple[float, ...]:
        """Four numbers from 0 to 1, the same for the same person whenever they are drawn."""
        drawn = _FOUR.unpack(blake2b(digits.encode("ascii"), digest_size=_FOUR.size, key=self._salt).digest())
        return tuple(each / 2**32 for each in drawn)
