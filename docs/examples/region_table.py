"""A table of people per region, kept right from Cacah's topic of totals. It needs kafka-python and nothing of Cacah.

    python region_table.py 127.0.0.1:9092 regions.sqlite

Three habits make it right. It reads committed records only. A row is replaced by a newer version and never by an older
or the same one, so repeats do no harm. Rows and positions are saved in one transaction of its own database, so that
after a kill it goes on where its rows stand; what Kafka's consumer group remembers is never asked.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable
from contextlib import closing

from kafka import KafkaConsumer, TopicPartition

TOPIC = "sensus.aggregate.region.v1"
SCHEMA = """
CREATE TABLE IF NOT EXISTS regions (region TEXT PRIMARY KEY, version INTEGER, people INTEGER, households INTEGER);
CREATE TABLE IF NOT EXISTS positions (part INTEGER PRIMARY KEY, next_offset INTEGER);
"""
UPSERT = """
INSERT INTO regions VALUES (:region, :version, :people, :households)
ON CONFLICT (region) DO UPDATE SET version = excluded.version, people = excluded.people, households = excluded.households
WHERE excluded.version > regions.version
"""


def follow(servers: str, file: str, until: Callable[[], bool] = lambda: False) -> None:
    """Keep the table until `until` is true, looked at about once a second."""
    consumer = KafkaConsumer(bootstrap_servers=servers, isolation_level="read_committed", enable_auto_commit=False)
    with closing(sqlite3.connect(file)) as table, closing(consumer):
        table.executescript(SCHEMA)
        _seek(consumer, table)
        while not until():
            for partition, records in consumer.poll(timeout_ms=1000).items():
                with table:
                    table.executemany(UPSERT, (_row(record.value) for record in records))
                    table.execute(
                        "INSERT OR REPLACE INTO positions VALUES (?, ?)", (partition.partition, records[-1].offset + 1)
                    )


def _seek(consumer: KafkaConsumer, table: sqlite3.Connection) -> None:
    partitions = [TopicPartition(TOPIC, number) for number in sorted(consumer.partitions_for_topic(TOPIC) or ())]
    if not partitions:
        raise SystemExit(f"there is no topic {TOPIC} at these servers")
    consumer.assign(partitions)
    known: Iterable[tuple[int, int]] = table.execute("SELECT part, next_offset FROM positions")
    positions = dict(known)
    for partition in partitions:
        consumer.seek(partition, positions.get(partition.partition, 0))


def _row(value: bytes) -> dict[str, object]:
    totals = json.loads(value)
    counters = totals["counters"]
    return {
        "region": totals["region"],
        "version": totals["version"],
        # A counter that is zero is left out.
        "people": counters.get("persons", 0),
        "households": counters.get("households", 0),
    }


if __name__ == "__main__":
    follow(*sys.argv[1:3])
