"""The deduplicator: claims on persons in, changes of the count out."""

from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from services.deduplicator.wiring import build_worker
from shared.ledger.errors import LedgerError
from shared.runtime.generations import at_live
from shared.runtime.service import start
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError
from shared.streaming.worker import run_worker


def main() -> None:
    start("deduplicator", _run, (KafkaError, PyMongoError, TopicsError), refused=(LedgerError,))


def _run(settings: Settings) -> None:
    run_worker(build_worker(at_live(settings)))
