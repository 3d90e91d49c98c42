"""The local Kafka and MongoDB: fetched, verified, started, watched and stopped, without Docker or root."""

from deploy.engines.connect import Engines, check_kafka, check_mongo, connect_or_start
from deploy.engines.errors import EngineError
from deploy.engines.fetch import fetch
from deploy.engines.local import Endpoints, LocalEngines

__all__ = [
    "Endpoints",
    "EngineError",
    "Engines",
    "LocalEngines",
    "check_kafka",
    "check_mongo",
    "connect_or_start",
    "fetch",
]
