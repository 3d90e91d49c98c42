"""Builds the validator from settings."""

from services.validator.caution import CautiousFold
from services.validator.fold import Prepared, ValidatorFold
from services.validator.reading import Reader
from shared.contracts.envelope import Sealer
from shared.contracts.topics import REJECTIONS, SUBMISSIONS, claims_topic
from shared.ledger.inlet import LogInlet
from shared.runtime.balances import stored_balances
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings
from shared.streaming.admin import partition_counts
from shared.streaming.log import KafkaLog
from shared.streaming.origin import claim_origin
from shared.streaming.stage import KeyedStage, SystemClock, keyed_stage_worker
from shared.streaming.worker import StageWorker

LEDGER = "ledger.household"


def build_worker(settings: Settings) -> StageWorker:
    """Raises KeysError, LogMismatch, TopicsError."""
    keys = load_keys(settings.keys, settings.kek)
    claims = claims_topic(settings.generation)
    origin = claim_origin(settings)
    (outer,) = partition_counts(settings.kafka, [REJECTIONS])
    targets = origin.partitions[claims]
    reader = Reader(Sealer(keys.payload), keys.identity, settings.census_day, stored_balances(settings, keys))
    log = KafkaLog(settings.kafka, SUBMISSIONS)
    stage: KeyedStage[Prepared] = KeyedStage(
        name="validator",
        input=SUBMISSIONS,
        ledger=LEDGER,
        output=claims,
        targets=targets,
        outer=outer,
        fold=CautiousFold(ValidatorFold(reader, targets), settings.quarantine_limit),
        inlet=lambda partition, _: LogInlet(SUBMISSIONS, partition, log, SystemClock()),
        store_bytes=64 << 20,
    )
    return keyed_stage_worker(settings, stage)
