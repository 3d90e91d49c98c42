"""A fold that stops when too much in a row cannot be processed: then the fault is not the records', but ours.

How much it is so far is kept as a state of the partition, under a key that no household has. So it is exact, however
often the worker starts again: the log is not emptied into quarantine a little at every start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.validator.fold import Prepared
from services.validator.refusals import Refused
from shared.ledger.errors import TooManySetAside
from shared.ledger.fold import Fold, Folded, Input

RUN = b"set aside in a row"
_BYTES = 4


class CautiousFold:
    """`limit`: so many in a row are set aside, not more; 0 for no limit."""

    def __init__(self, fold: Fold[Prepared], limit: int) -> None:
        self._fold = fold
        self._limit = limit

    def prepare(self, inputs: Sequence[Input]) -> Prepared:
        return self._fold.prepare(inputs)

    def keys(self, prepared: Prepared) -> Sequence[bytes]:
        return [*self._fold.keys(prepared), RUN]

    def fold(self, prepared: Prepared, states: Mapping[bytes, bytes]) -> Folded:
        """Raises TooManySetAside."""
        before = int.from_bytes(states[RUN], "big")
        after = self._run(prepared, before)
        folded = self._fold.fold(prepared, states)
        if after == before:
            return folded
        return replace(folded, states={**folded.states, RUN: after.to_bytes(_BYTES, "big")})

    def _run(self, prepared: Prepared, before: int) -> int:
        run = before
        for each in prepared:
            if not isinstance(each, Refused):
                run = 0
                continue
            run += 1
            if self._limit and run > self._limit:
                raise TooManySetAside(
                    f"partition={each.source.source} offset={each.source.position}: more than {self._limit} records in "
                    f"a row cannot be processed, the newest one for {each.code}. Mend the cause (keys, settings, who "
                    "writes to the log), or allow more: CACAH_QUARANTINE_LIMIT, 0 for any number"
                )
        return run
