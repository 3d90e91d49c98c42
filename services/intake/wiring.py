"""Builds intake from settings."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from services.intake.accepting import Acceptor
from services.intake.metrics import Metrics
from services.intake.ports import Publisher
from services.intake.publisher import connect_publisher
from shared.contracts.identity import KEY_BYTES
from shared.runtime.keys import KeyRing, load_keys
from shared.runtime.settings import Settings

LOCAL_PARTNER = hashlib.sha256(b"partner:local").digest()[:KEY_BYTES]
"""Who sends in batches: a partner on this machine."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application is made of. `draining` is set when the process is told to end."""

    publisher: Publisher
    acceptor: Acceptor
    metrics: Metrics
    partner: bytes = LOCAL_PARTNER
    draining: threading.Event = field(default_factory=threading.Event)


def wire(keys: KeyRing, publisher: Publisher, census_day: date, now: Callable[[], int]) -> Wiring:
    """`now`: microseconds since 1970-01-01 UTC."""
    metrics = Metrics()
    return Wiring(publisher, Acceptor(keys, publisher, census_day=census_day, now=now, metrics=metrics), metrics)


def build(settings: Settings) -> Wiring:
    """Connects to Kafka. Raises KeysError, KafkaError or TopicsError."""
    keys = load_keys(settings.keys)
    return wire(keys, connect_publisher(settings.kafka), settings.census_day, _microseconds)


def _microseconds() -> int:
    return time.time_ns() // 1000
