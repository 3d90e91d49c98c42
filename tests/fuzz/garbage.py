"""What nobody can read, on the log: it is set aside, and operators decide what becomes of it."""

from contextlib import closing
from random import Random

from kafka import KafkaProducer

from shared.contracts.topics import SUBMISSIONS


def spread_garbage(servers: str, count: int, seed: int) -> None:
    chance = Random(seed)
    with closing(KafkaProducer(bootstrap_servers=servers)) as producer:
        sent = [producer.send(SUBMISSIONS, value=chance.randbytes(200), partition=0) for _ in range(count)]
        for each in sent:
            each.get(30)
