"""`cacah keys shred`: destroy the key of a day, when nothing needs its payloads any more."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from pymongo import MongoClient

from services.cli.console import output
from services.cli.errors import ExitCode, Failure
from services.cli.reach import reach_kafka, reach_mongo
from services.cli.shredding.checking import count
from services.cli.shredding.making import make_balance, newer_records
from shared.contracts.topics import SUBMISSIONS
from shared.domain.census import WIB
from shared.domain.regions import NATION
from shared.runtime.balances import balance_store
from shared.runtime.data_keys import DataKeys, id_of_day
from shared.runtime.keys import KeyRing, load_keys
from shared.runtime.settings import Settings

GRACE: Final = timedelta(hours=1)
"""Between the end of a day and the first moment at which no record of it can still be on its way to the log."""

MEANING: Final = (
    "The payloads of that day can then never be opened again, by anybody, wherever a copy of the log is: names, numbers "
    "and answers are gone. What is counted stays counted. Copies of the key elsewhere (backups, other machines) and "
    "processes that have used it still have it: delete those copies, restart those processes."
)
WITH_BALANCE: Final = "cacah audit and cacah replay start from the signed opening balance of that day, and say so."
GIVEN_UP: Final = (
    "Nor can the log be counted any more: cacah audit refuses, and a new generation stops at the day's first record."
)


def shred(settings: Settings, day: date, *, give_up_recounting: bool, now: datetime | None = None) -> None:
    """Raises Failure where the day's records are still needed, or the opening balance does not count as the key does."""
    moment = now or datetime.now(UTC)
    ring = load_keys(settings.keys, settings.kek)
    keys = ring.payload
    key_id = id_of_day(day)
    refuse_unless_there(keys, key_id)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), WIB)
    if moment < end + GRACE:
        raise Failure(f"{day} is not over, or its last forms may be on their way", fix=f"wait until {end + GRACE}")
    reach_kafka(settings)
    reach_mongo(settings)
    refuse_unless_passed(day, ends_at(settings.kafka, end + GRACE), _counted_up_to(settings))
    why = "recounting given up" if give_up_recounting else _balanced(settings, ring, day, key_id)
    keys.shred(key_id, f"shredded at {moment.isoformat(timespec='seconds')}, {why}")
    output().print(f"{key_id} is shredded. {MEANING} {GIVEN_UP if give_up_recounting else WITH_BALANCE}", markup=False)


def _balanced(settings: Settings, keys: KeyRing, day: date, key_id: str) -> str:
    """Make the opening balance, and count the log with it and with the key. Raises Failure where they differ."""
    with balance_store(settings) as store:
        made = make_balance(settings, keys, key_id, store)
        refuse_unless_passed(day, made.ends, _counted_up_to(settings))
        _say(f"opening balance of {key_id}: {made.records:,} records in {made.chunks} signed chunks")
        with_key, without = (count(settings, made.positions, without=each) for each in ("", key_id))
        if without.balanced != made.records or not without.same_as(with_key):
            store.clear(key_id)
            raise Failure(
                f"the opening balance of {key_id} does not count as its key does: nothing was shredded",
                fix="cacah audit, and report this",
            )
    _say(f"counted with the key and with the opening balance: {with_key.cells:,} cells, no difference")
    newer = newer_records(settings, key_id, made.positions)
    if newer:
        raise Failure(f"{newer} records of {day} were appended meanwhile", fix="call it again when nothing is redriven")
    return f"opening balance of {made.records} records"


def _say(line: str) -> None:
    output().print(line, markup=False, highlight=False)


def refuse_unless_there(keys: DataKeys, key_id: str) -> None:
    """Raises Failure."""
    if key_id in keys.shredded():
        raise Failure(f"{key_id} was shredded before", fix="cacah keys list")
    if key_id not in list(keys):
        raise Failure(f"there is no payload key {key_id}", fix="cacah keys list", code=ExitCode.USAGE)


def refuse_unless_passed(day: date, ends: Mapping[int, int], counted: Sequence[int]) -> None:
    """
    Args:
        ends: per partition of the log, the offset below which all records of the day are.
        counted: per partition, the offset below which all stages have counted.

    Raises Failure.
    """
    behind = {p: end for p, end in ends.items() if end > (counted[p] if p < len(counted) else 0)}
    if behind:
        partition, end = next(iter(behind.items()))
        at = counted[partition] if partition < len(counted) else 0
        raise Failure(
            f"partition {partition} of {SUBMISSIONS} is counted up to {at}, and records of {day} go up to {end}",
            fix="wait until they are counted: cacah status --watch",
        )


def ends_at(servers: str, moment: datetime) -> dict[int, int]:
    """Per partition of the log: the offset of the first record after `moment`, or the end. Raises KafkaError."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers.split(","), client_id="cacah-shred", group_id=None, enable_auto_commit=False
    )
    try:
        partitions = [TopicPartition(SUBMISSIONS, each) for each in consumer.partitions_for_topic(SUBMISSIONS) or ()]
        ends = consumer.end_offsets(partitions)
        later = consumer.offsets_for_times(dict.fromkeys(partitions, int(moment.timestamp() * 1000)))
    finally:
        consumer.close()
    return {each.partition: later[each].offset if later.get(each) else ends[each] for each in partitions}


def _counted_up_to(settings: Settings) -> tuple[int, ...]:
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongo, serverSelectionTimeoutMS=5_000, appname="cacah-keys"
    )
    with client:
        nation = client[settings.database]["regions"].find_one({"_id": NATION}) or {}
    return tuple(nation.get("counted_up_to", ()))
