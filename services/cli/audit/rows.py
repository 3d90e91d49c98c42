"""What the recount needs to know of a form: fixed rows, packed here, read by numpy, counted by DuckDB."""

import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

OFFSET_BITS: Final = 48
KEY: Final = "S16"
HOUSEHOLD_UNIT, PERSON_UNIT = 0, 1
NO_EDUCATION_GIVEN: Final = -1
"""Its codes begin at 0, those of an activity at 1."""
NO_ACTIVITY_GIVEN: Final = 0

VERSION_ROW: Final = np.dtype(
    [
        ("record", "<i8"),
        ("household", KEY),
        ("lineage", KEY),
        ("claimant", KEY),
        ("revision", "<i8"),
        ("received_at", "<i8"),
        ("submission", KEY),
        ("withdraws", "?"),
    ]
)
FACT_ROW: Final = np.dtype(
    [
        ("record", "<i8"),
        ("person", KEY),
        ("leads", "?"),
        ("unit", "i1"),
        ("place", "<i8"),
        ("sex", "i1"),
        ("birth", "<i4"),
        ("relationship", "i1"),
        ("away", "?"),
        ("education", "i1"),
        ("activity", "i1"),
        ("without_nik", "?"),
        ("clean", "?"),
        ("grade", "i1"),
    ]
)
ROSTER_ROW: Final = np.dtype(
    [("record", "<i8"), ("place", "<i4"), ("agency", "S32"), ("person", KEY), ("staff", "i1"), ("received_at", "<i8")]
)
RULING_ROW: Final = np.dtype([("record", "<i8"), ("person", KEY), ("counts", "?"), ("claimant", KEY)])
SEEN_ROW: Final = np.dtype([("record", "<i8"), ("claimant", KEY), ("received_at", "<i8"), ("submission", KEY)])
_ROSTER: Final = struct.Struct("<qi32s16sbq")
_RULING: Final = struct.Struct("<q16s?16s")
_SEEN: Final = struct.Struct("<q16sq16s")
_VERSION: Final = struct.Struct("<q16s16s16sqq16s?")
_FACT: Final = struct.Struct("<q16s?bqbib?bb??b")


class VersionRow(NamedTuple):
    """One form without errors, or one withdrawal. `record`: see `record_number`."""

    record: int
    household: bytes
    lineage: bytes
    claimant: bytes
    revision: int
    received_at: int
    submission: bytes
    withdraws: bool


class FactRow(NamedTuple):
    """One unit that a form counts: a person, or the household.

    `person` is who claims it: a rider has the person that it rides on, and `leads` is true once per form and person.
    `birth`: 19870325. The other answers have the codes of the questionnaire.
    """

    record: int
    person: bytes
    leads: bool
    unit: int
    place: int
    sex: int = 0
    birth: int = 0
    relationship: int = 0
    away: bool = False
    education: int = NO_EDUCATION_GIVEN
    activity: int = NO_ACTIVITY_GIVEN
    without_nik: bool = False
    clean: bool = False
    grade: int = 0


class RosterRow(NamedTuple):
    """An agency's word on a person. `place`: among the entries of its record. `staff`: 0 left, 1 ASN, 2 non-ASN."""

    record: int
    place: int
    agency: bytes
    person: bytes
    staff: int
    received_at: int


class RulingRow(NamedTuple):
    """`counts`: the person counts through `claimant`; else the conflict was dismissed."""

    record: int
    person: bytes
    counts: bool
    claimant: bytes


class SeenRow(NamedTuple):
    """A claim that a ruling saw."""

    record: int
    claimant: bytes
    received_at: int
    submission: bytes


@dataclass(slots=True)
class Rows:
    """Rows of some stretch of the log. `passed_over`: records that count nothing, by reason. `balanced`: records that are
    known from an opening balance only, by the key of their day."""

    versions: list[bytes] = field(default_factory=list)
    facts: list[bytes] = field(default_factory=list)
    rosters: list[bytes] = field(default_factory=list)
    rulings: list[bytes] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    read: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    balanced: Counter[str] = field(default_factory=Counter)

    def add_version(self, row: VersionRow) -> None:
        self.versions.append(_VERSION.pack(*row))

    def add_fact(self, row: FactRow) -> None:
        self.facts.append(_FACT.pack(*row))

    def add_roster(self, row: RosterRow) -> None:
        self.rosters.append(_ROSTER.pack(*row))

    def add_ruling(self, row: RulingRow) -> None:
        self.rulings.append(_RULING.pack(*row))

    def add_seen(self, row: SeenRow) -> None:
        self.seen.append(_SEEN.pack(*row))

    def packed(self) -> "PackedRows":
        return PackedRows(
            b"".join(self.versions),
            b"".join(self.facts),
            b"".join(self.rosters),
            b"".join(self.rulings),
            b"".join(self.seen),
            self.read,
            self.passed_over,
            self.balanced,
        )


@dataclass(frozen=True, slots=True)
class PackedRows:
    """Rows that travel well between processes."""

    versions: bytes
    facts: bytes
    rosters: bytes
    rulings: bytes
    seen: bytes
    read: int
    passed_over: Counter[str]
    balanced: Counter[str]


def record_number(partition: int, offset: int) -> int:
    """One number for the place of a record; numbers of one partition are in log order."""
    return partition << OFFSET_BITS | offset


def columns(packed: bytes, row: np.dtype[np.void]) -> dict[str, npt.NDArray[np.generic]]:
    """A column per field; a key of sixteen bytes becomes two numbers, `name_high` and `name_low`."""
    table = np.frombuffer(packed, row)
    found: dict[str, npt.NDArray[np.generic]] = {}
    for name in row.names or ():
        column = np.ascontiguousarray(table[name])
        if row[name] == np.dtype(KEY):
            halves = column.view(">u8").reshape(-1, 2).astype("<u8")
            found[f"{name}_high"] = np.ascontiguousarray(halves[:, 0])
            found[f"{name}_low"] = np.ascontiguousarray(halves[:, 1])
        else:
            found[name] = column
    return found
