"""Known numbers that counts are measured against: of regions and agencies, each with its source and date."""

from shared.runtime.targets.model import Target, TargetsError, read_targets, shipped_targets
from shared.runtime.targets.mongo import COLLECTION, MongoTargets

__all__ = ["COLLECTION", "MongoTargets", "Target", "TargetsError", "read_targets", "shipped_targets"]
