"""The end of a replay: the old ledgers are sealed, and what nobody has told outer topics yet is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pymongo.asynchronous.database import AsyncDatabase

from shared.contracts.topics import CONFLICTS
from shared.ledger.entry import Entry
from shared.ledger.mongo import MongoLedger, connect, durable
from shared.runtime.settings import Settings
from shared.streaming.origin import recorded_partitions
from shared.streaming.sink import KafkaSink, create_producer

Document = dict[str, Any]
_LEDGERS: Final = (("validator", "ledger.household"), ("deduplicator", "ledger.person"), ("aggregator", "checkpoints"))
_TELLING: Final = _LEDGERS[:2]


@dataclass(frozen=True, slots=True)
class _Ledgers:
    """Of one generation; `partitions` by stage."""

    database: AsyncDatabase[Document]
    generation: str
    partitions: Mapping[str, int]

    def of(self, name: str) -> MongoLedger:
        return MongoLedger(durable(self.database, f"{name}.{self.generation}"), worker="replay")


async def seal(settings: Settings, old: str, new: str) -> None:
    """Take the next number in every ledger of `old`: from here on its workers leave."""
    async with connect(settings.mongo) as client:
        ledgers = _ledgers(client[settings.database], settings, old)
        for stage, name in _LEDGERS:
            for partition in range(ledgers.partitions[stage]):
                await ledgers.of(name).seal(partition, new)


async def tell_the_rest(settings: Settings, old: str, new: str) -> int:
    """Publish the rejections and conflicts of `new` that `old` cannot be known to have published. Returns how many
    entries that were. Some may be told twice, under another event id."""
    producer = create_producer(settings.kafka, client="cacah-replay")
    await producer.start()
    told = 0
    try:
        async with connect(settings.mongo) as client:
            database = client[settings.database]
            before, after = (_ledgers(database, settings, each) for each in (old, new))
            for stage, name in _TELLING:
                sink = KafkaSink(
                    producer,
                    database,
                    topic="",
                    targets=0,
                    partitions=len(await producer.partitions_for(CONFLICTS)),
                    source=f"/cacah/{stage}",
                    generation=new,
                )
                known = await _published_up_to(before.of(name), before.partitions[stage])
                for partition in range(after.partitions[stage]):
                    for entry in await _beyond(after.of(name), partition, known):
                        if entry.notices:
                            await sink.publish((), entry.notices, entry.number)
                            told += 1
    finally:
        await producer.stop()
    return told


def _ledgers(database: AsyncDatabase[Document], settings: Settings, generation: str) -> _Ledgers:
    submissions, persons, changes = recorded_partitions(replace(settings, generation=generation))
    return _Ledgers(database, generation, {"validator": submissions, "deduplicator": persons, "aggregator": changes})


async def _published_up_to(ledger: MongoLedger, partitions: int) -> Mapping[int, int]:
    """Per partition of the log, below which offset all that came of it is known to be published."""
    known: dict[int, int] = {}
    for partition in range(partitions):
        newest = await _entry(ledger, partition, (await ledger.newest_position(partition)).number)
        last = None if newest is None else await _entry(ledger, partition, newest.published)
        # What one partition does not know of is not known; but a partition of the log knows of itself only.
        for source in newest.up_to if newest is not None else ():
            offset = last.up_to.get(source, 0) if last is not None else 0
            known[source] = min(offset, known.get(source, offset))
    return known


async def _entry(ledger: MongoLedger, partition: int, number: int) -> Entry | None:
    if number:
        async for entry in ledger.entries(partition, number - 1, number):
            return entry
    return None


async def _beyond(ledger: MongoLedger, partition: int, known: Mapping[int, int]) -> list[Entry]:
    """The newest entries, back to the first one that is not covered."""
    found: list[Entry] = []
    number = (await ledger.newest_position(partition)).number
    while (entry := await _entry(ledger, partition, number)) is not None:
        if all(offset <= known.get(source, 0) for source, offset in entry.up_to.items()):
            break
        found.append(entry)
        number -= 1
    return found[::-1]
