"""What a stage brings to the engine: its folds. Pure functions; the engine does everything that can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from shared.ledger.entry import Notice


class Input(msgspec.Struct, frozen=True, gc=False):
    """One record as the fold sees it. `source` and `position` name it for people: (partition, offset) of a record of
    the log, (source partition, entry number) of a block."""

    source: int
    position: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Folded:
    """`states` are those that changed; `outputs` one body per target partition."""

    states: Mapping[bytes, bytes]
    outputs: tuple[bytes, ...]
    notices: tuple[Notice, ...] = ()


Prepared = TypeVar("Prepared")


class Fold(Protocol[Prepared]):
    """The decisions of one stage, over opaque keys and states."""

    def prepare(self, inputs: Sequence[Input]) -> Prepared:
        """Everything that needs no state: opening, decoding, checking. Never raises for what an input holds."""
        ...

    def keys(self, prepared: Prepared) -> Sequence[bytes]:
        """The keys whose states `fold` will ask for."""
        ...

    def fold(self, prepared: Prepared, states: Mapping[bytes, bytes]) -> Folded:
        """A pure function of its arguments. `states` has every key of `keys`; an unknown one is empty. May raise a
        LedgerError where nothing should be counted."""
        ...
