"""How far a running system is, seen from outside: its ledgers and totals in MongoDB against the topics in Kafka."""

from shared.streaming.progress.look import Looker
from shared.streaming.progress.model import SetAside, Stage, Status
from shared.streaming.progress.rates import with_rates

__all__ = ["Looker", "SetAside", "Stage", "Status", "with_rates"]
