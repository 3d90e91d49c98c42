"""The forms that everybody counts: sealed records, ready for the log, and the totals that they must make."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.cli.generate.expect import Expectation
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.stream import Population
from services.intake.batch import LOCAL_PARTNER
from services.intake.shapes import read_submission
from services.intake.stamp import Stamper, StrictClock
from shared.contracts.envelope import Sealer
from shared.domain.census import received_on
from shared.runtime.keys import KeyRing

Totals = Mapping[str, Mapping[str, int]]
"""Region code -> counter -> number, without zeros."""

REGION = "35"
"""East Java."""
NATION = "00"
# All that makes counting hard is in: corrections, repeats, people in two families. What nobody may count is left out:
# turning it away well is not what is measured.
TRAITS = replace(Traits(), broken=0.0, reused_ids=0.0)
_RECEIVED = 1_790_000_000_000_000
"""A moment in September 2026, in microseconds: the same forms are then the same records, but for their nonces."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the submission log. `subject` is the household's key, which gives the partition."""

    subject: bytes
    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Lot:
    """Forms that are sent together."""

    records: tuple[Record, ...]
    totals: Totals

    @property
    def people(self) -> int:
        return self.totals[NATION]["persons"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """`warm_up` is counted before the clock starts, and checked region by region; `load` is timed."""

    warm_up: Lot
    load: Lot

    @property
    def totals(self) -> Totals:
        return added(self.warm_up.totals, self.load.totals)


def make_corpus(keys: KeyRing, *, warm_up: int, households: int, seed: int = 7) -> Corpus:
    """The same numbers make the same forms."""
    clock = StrictClock(lambda: _RECEIVED)
    return Corpus(_lot(keys, clock, warm_up, seed), _lot(keys, clock, households, seed + 1))


def added(one: Totals, other: Totals) -> Totals:
    return {region: dict(Counter(one.get(region, {})) + Counter(other.get(region, {}))) for region in {*one, *other}}


def _lot(keys: KeyRing, clock: StrictClock, households: int, seed: int) -> Lot:
    plan = Plan(households=households, seed=seed, region=REGION, traits=TRAITS)
    population, expectation = Population(plan), Expectation(plan)
    records = tuple(sealed(population.lines(expectation.add), keys, clock))
    return Lot(records, expectation.totals())


def sealed(lines: Iterable[bytes], keys: KeyRing, clock: StrictClock) -> Iterator[Record]:
    """Forms as intake would append them."""
    stamper, sealer = Stamper(keys), Sealer(keys.payload)
    for line in lines:
        received_at = clock()
        form = read_submission(line)
        stamped = stamper.stamp(form, received_at, received_on(received_at), sender=LOCAL_PARTNER)
        head = stamped.head
        yield Record(head.subject, head.key_id, sealer.seal(head, stamped.content))
