"""Every place where a running system leaves something, read through the client of each: unpacked and decoded."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import bson
from kafka import KafkaConsumer, TopicPartition
from pymongo import MongoClient
from rocksdict import AccessType, Options, Rdict

from tests.e2e.conftest import Cacah

Place = Callable[[Cacah], Iterator[bytes]]


def files(cacah: Cacah) -> Iterator[bytes]:
    """Logs, and what the supervisor notes down."""
    for folder in (cacah.state / "logs", cacah.state.parent):
        yield from (path.read_bytes() for path in folder.iterdir() if path.is_file())
    yield (cacah.state / "run.json").read_bytes()


def topics(cacah: Cacah) -> Iterator[bytes]:
    """Values, keys and headers of every record of every topic."""
    with closing(KafkaConsumer(bootstrap_servers=cacah.running.kafka, enable_auto_commit=False)) as consumer:
        partitions = [
            TopicPartition(topic, number)
            for topic in consumer.topics()
            for number in consumer.partitions_for_topic(topic) or ()
        ]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends: dict[Any, int] = consumer.end_offsets(partitions)
        while any(consumer.position(each) < end for each, end in ends.items()):
            for records in consumer.poll(timeout_ms=1000).values():
                for record in records:
                    yield record.key or b""
                    yield record.value or b""
                    yield from (value or b"" for _, value in record.headers)


def documents(cacah: Cacah) -> Iterator[bytes]:
    """Every document of every database, views left out: they show what collections hold."""
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        for name in client.list_database_names():
            for collection in client[name].list_collections():
                if collection["type"] == "collection":
                    yield from (bson.encode(document) for document in client[name][collection["name"]].find())


def stores(cacah: Cacah) -> Iterator[bytes]:
    """What the workers' local stores have on disk; they are read while their owners have them open."""
    for current in (cacah.state / "store").rglob("CURRENT"):
        options = Options(raw_mode=True)
        with closing(Rdict(str(current.parent), options, access_type=AccessType.read_only())) as store:
            for key, value in store.items():
                assert isinstance(key, bytes)
                assert isinstance(value, bytes)
                yield key
                yield value


def pages(cacah: Cacah) -> Iterator[bytes]:
    """Metrics and what else a service shows to anybody."""
    for url in cacah.running.urls.values():
        for path in ("/metrics", "/openapi.json", "/readyz"):
            try:
                with urllib.request.urlopen(f"{url}{path}", timeout=10) as answer:
                    yield answer.read()
            except urllib.error.HTTPError as problem:
                yield problem.read()


def commands(cacah: Cacah) -> Iterator[bytes]:
    for words in (("status",), ("status", "--json"), ("audit",), ("doctor",), ("partners", "list")):
        done = cacah.run(*words)
        yield done.stdout.encode()
        yield done.stderr.encode()


PLACES: Mapping[str, Place] = {
    "files": files,
    "topics": topics,
    "documents": documents,
    "stores": stores,
    "pages": pages,
    "commands": commands,
}
