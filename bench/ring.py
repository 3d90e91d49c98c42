"""Engines of a bench's own: it deletes topics."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contest import Ring
from deploy.engines.local import LocalEngines
from shared.runtime.settings import Settings


@contextmanager
def ring(folder: Path) -> Iterator[Ring]:
    engines = LocalEngines(folder / "engines", kafka_port=0, mongo_port=0)
    endpoints = engines.start()
    try:
        settings = Settings(kafka=endpoints.kafka, mongo=endpoints.mongo, state=folder, keys=folder / "keys")
        yield Ring(settings, engines.pids())
    finally:
        engines.stop()
