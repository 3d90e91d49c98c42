"""What the peers share with Cacah, so that the contest is about moving and keeping state: opening, rules, decisions.

They read a record, decide between a family's forms and between a person's claims with the same functions. How the states
are kept, and how what follows from them is passed on, is each peer's own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from services.validator.reading import Read, Reader
from shared.contracts.envelope import Sealer
from shared.contracts.topics import TopicSpec
from shared.domain.claims import Delta
from shared.domain.counters import COUNTERS
from shared.domain.regions import catalogue
from shared.ledger.fold import Input
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings

Counts = dict[str, int]


def reader_of(settings: Settings) -> Reader:
    """Opens, decodes and checks as the validator does."""
    keys = load_keys(settings.keys, settings.kek)
    return Reader(Sealer(keys.payload), keys.identity, settings.census_day)


class FormReader:
    def __init__(self, settings: Settings) -> None:
        self._reader = reader_of(settings)

    def read(self, record: bytes) -> Read | None:
        """None where the form does not count."""
        read = self._reader.read(Input(0, 0, record))
        return read if isinstance(read, Read) else None


def topics_between(name: str, settings: Settings) -> tuple[TopicSpec, ...]:
    return tuple(TopicSpec(f"bench.{name}.{each}", settings.partitions) for each in ("claims", "changes"))


def counts_of(deltas: Iterable[Delta]) -> dict[str, Counts]:
    """Region code, of every level, -> counter -> what is to be added."""
    sums: dict[str, Counter[str]] = {}
    for delta in deltas:
        for region in regions_of(delta.fact.place):
            row = sums.setdefault(region, Counter())
            for code in counters_of(delta.fact.traits):
                row[code] += delta.sign
    return {region: {code: number for code, number in row.items() if number} for region, row in sums.items()}


def counters_of(traits: int) -> Iterator[str]:
    known = _CODES.get(traits)
    if known is None:
        known = _CODES[traits] = tuple(counter.code for counter in COUNTERS if counter.counts(traits))
    return iter(known)


def regions_of(place: int) -> tuple[str, ...]:
    """The village and the regions above it."""
    digits = f"{place:010d}"
    village = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"
    return (village, *catalogue().ancestors(village))


_CODES: dict[int, tuple[str, ...]] = {}
