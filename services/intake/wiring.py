"""Builds intake from settings."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from pymongo import AsyncMongoClient

from services.intake.accepting import Acceptor
from services.intake.access import Access
from services.intake.calendar.gate import Calendars, Gate, MemoryCalendars, MongoCalendars
from services.intake.calendar.remembered import DoorFile, Memory
from services.intake.drafts.safe import DraftSafe
from services.intake.drafts.store import DraftStore, MemoryDrafts, MongoDrafts
from services.intake.limits import Limits, limits_of
from services.intake.metrics import Metrics
from services.intake.operator.conflicts import Conflicts, MemoryConflicts, MongoConflicts
from services.intake.operator.orders import Orders
from services.intake.operator.quarantine import Aside, MemoryAside, MongoAside, NoLog, Quarantine
from services.intake.operator.stages import MemoryStages, Stages, stages_of
from services.intake.ports import Publisher
from services.intake.publisher import connect_publisher
from services.intake.status.filed import MongoFiled
from services.intake.status.heads import KafkaHeads
from services.intake.status.ports import Filed, Heads
from services.intake.status.proof import ReceiptProof
from services.intake.status.routes import StatusDesk
from shared.contracts.receipt import public_key_of
from shared.contracts.receipt_code import ReceiptCodes
from shared.contracts.topics import SUBMISSIONS
from shared.domain.census import received_on
from shared.ledger.ports import Log
from shared.runtime.data_keys import DataKeys
from shared.runtime.keys import KeyRing, load_keys
from shared.runtime.partners import MemoryPartners, PartnerStore
from shared.runtime.partners.mongo import Document, MongoPartners
from shared.runtime.sealed_box import public_half
from shared.runtime.settings import Settings
from shared.streaming.log import KafkaLog

_PATIENCE_MS = 2000


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application is made of. `receipt_keys`, of all times, and `aside_key` are public. `draining` is set when the process
    is told to end."""

    publisher: Publisher
    acceptor: Acceptor
    metrics: Metrics
    access: Access
    orders: Orders
    conflicts: Conflicts
    receipt_keys: tuple[bytes, ...]
    heads: Heads
    status: StatusDesk
    stages: Stages
    quarantine: Quarantine
    gate: Gate
    drafts: DraftSafe
    census_day: date
    identity: bytes = field(repr=False)
    payload_keys: DataKeys
    aside_key: bytes
    limits: Limits
    now: Callable[[], int]
    draining: threading.Event = field(default_factory=threading.Event)


def wire(
    keys: KeyRing,
    publisher: Publisher,
    *,
    census_day: date,
    now: Callable[[], int],
    heads: Heads,
    filed: Filed,
    partners: PartnerStore | None = None,
    conflicts: Conflicts | None = None,
    stages: Stages | None = None,
    limits: Limits | None = None,
    aside: Aside | None = None,
    log: Log | None = None,
    calendars: Calendars | None = None,
    door: Memory | None = None,
    drafts: DraftStore | None = None,
    metrics: Metrics | None = None,
) -> Wiring:
    """`now`: microseconds since 1970-01-01 UTC. `partners`, `conflicts`, `aside`, `calendars`, `drafts`: there are none
    where they are left out; `stages` cannot be looked at then. `log`: to read single records of it again. `door`: what is
    known of it over a start."""
    metrics = metrics or Metrics()
    public_keys = tuple(map(public_key_of, keys.receipt.values()))
    proof = ReceiptProof(ReceiptCodes(keys.code, publisher.topic_id), public_keys, publisher.topic_id)
    gate = Gate(calendars or MemoryCalendars(), door)
    acceptor = Acceptor(keys, publisher, census_day=census_day, now=now, metrics=metrics, gate=gate)
    return Wiring(
        publisher=publisher,
        acceptor=acceptor,
        metrics=metrics,
        access=Access(partners or MemoryPartners()),
        orders=Orders(keys, acceptor, acceptor.clock),
        conflicts=conflicts or MemoryConflicts(),
        receipt_keys=public_keys,
        heads=heads,
        status=StatusDesk(proof, heads, filed),
        stages=stages or MemoryStages(),
        quarantine=Quarantine(
            aside or MemoryAside(), log or NoLog(), publisher, gate.admit_order, keys.payload.shredded
        ),
        gate=gate,
        drafts=DraftSafe(drafts or MemoryDrafts(), keys.content),
        census_day=census_day,
        identity=keys.identity,
        payload_keys=keys.payload,
        aside_key=public_half(keys.aside),
        limits=limits or limits_of(Settings()),
        now=now,
    )


def microseconds() -> int:
    """Since 1970-01-01 UTC."""
    return time.time_ns() // 1000


def build(settings: Settings, metrics: Metrics, *, now: Callable[[], int] = microseconds) -> Wiring:
    """Connects to Kafka. Raises KeysError, KafkaError or TopicsError."""
    keys = load_keys(settings.keys, settings.kek)
    keys.payload.of_day(received_on(now()))
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        settings.mongo, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-intake"
    )
    publisher = connect_publisher(settings.kafka)
    return wire(
        keys,
        publisher,
        census_day=settings.census_day,
        now=now,
        partners=MongoPartners(client, settings.database),
        conflicts=MongoConflicts(client, settings.database),
        heads=KafkaHeads(settings.kafka),
        filed=MongoFiled(client, settings.database),
        stages=stages_of(settings),
        limits=limits_of(settings),
        metrics=metrics,
        aside=MongoAside(client, settings.database),
        log=KafkaLog(settings.kafka, SUBMISSIONS),
        calendars=MongoCalendars(client, settings.database),
        door=DoorFile(settings.state, publisher.topic_id),
        drafts=MongoDrafts(client, settings.database),
    )
