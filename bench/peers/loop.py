"""The ceiling of one stage: a loop around confluent-kafka with Cacah's own opening, rules, decisions and local store, and
nothing that would make it exact. It does what the validator does; nothing in Python does it with less around it."""

from confluent_kafka import Consumer, Producer, TopicPartition

from bench.peers.peer import Stage
from bench.peers.states import reader_of
from services.validator.fold import ValidatorFold
from shared.contracts.topics import SUBMISSIONS, TopicSpec
from shared.ledger.entry import GENESIS_CHAIN
from shared.ledger.fold import Input
from shared.ledger.ports import Position
from shared.ledger.rocks import open_store
from shared.runtime.settings import Settings, load_settings

CLAIMS = "bench.loop.claims"
TAKEN = 1200
"""Records a batch: what Cacah's limit of bytes comes to."""


def _done(settings: Settings) -> int:
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": settings.database})
    try:
        found = consumer.committed(
            [TopicPartition(SUBMISSIONS, each) for each in range(settings.partitions)], timeout=5.0
        )
    finally:
        consumer.close()
    return sum(max(0, each.offset) for each in found)


STAGE = Stage(
    name="loop",
    title="bare loop",
    modules=("bench.peers.loop",),
    topics=lambda settings: (TopicSpec(CLAIMS, settings.partitions, max_message_bytes=4 << 20),),
    done=_done,
    after_a_kill="nothing: store, topic and position are written apart",
)


def run(settings: Settings) -> None:
    fold = ValidatorFold(reader_of(settings), settings.partitions)
    store = open_store(settings.state / "loop")
    consumer = Consumer(
        {
            "bootstrap.servers": settings.kafka,
            "group.id": settings.database,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.max.bytes": 16 << 20,
            "max.partition.fetch.bytes": 4 << 20,
        }
    )
    producer = Producer({"bootstrap.servers": settings.kafka, "acks": "all", "message.max.bytes": 4 << 20})
    consumer.subscribe([SUBMISSIONS])
    number = 0
    while True:
        records = consumer.consume(TAKEN, 0.05)
        if not records:
            continue
        number += 1
        inputs = [Input(record.partition(), record.offset(), record.value()) for record in records]
        prepared = fold.prepare(inputs)
        keys = list(dict.fromkeys(fold.keys(prepared)))
        states = {key: state or b"" for key, state in zip(keys, store.get(keys), strict=True)}
        folded = fold.fold(prepared, states)
        store.put(folded.states, Position(number, GENESIS_CHAIN))
        for target, body in enumerate(folded.outputs):
            producer.produce(CLAIMS, body, partition=target)
        producer.poll(0)
        consumer.commit(asynchronous=True)


if __name__ == "__main__":
    run(load_settings())
