"""`cacah topics`: create what is missing, and compare what is there with its specs."""

import json
import sys

from services.cli.errors import ExitCode
from services.cli.reach import reach_kafka, reach_mongo
from shared.runtime.database import prepare_database
from shared.runtime.generations import at_live, specs_of
from shared.runtime.settings import Settings
from shared.streaming.admin import TopicsError, apply_topics, partition_counts
from shared.streaming.groups import place_groups


def apply_specs(settings: Settings, *, as_json: bool) -> None:
    """Create topics, and the collections that go with them. Raises TopicsError where one differs."""
    reach_kafka(settings)
    reach_mongo(settings)
    settings = at_live(settings)
    report = apply_topics(settings.kafka, specs_of(settings))
    place_groups(settings.kafka, settings.generation)
    prepare_database(settings.mongo, settings.database, settings.generation)
    if as_json:
        sys.stdout.write(json.dumps({"created": report.created, "present": report.present}) + "\n")
        return
    for name in report.created:
        sys.stdout.write(f"created {name}\n")
    for name in report.present:
        sys.stdout.write(f"present {name}\n")


def show_topics(settings: Settings, *, as_json: bool) -> int:
    """The exit code: 1 where a topic is missing or has other partitions than its spec."""
    reach_kafka(settings)
    rows: list[dict[str, object]] = []
    reach_mongo(settings)
    for spec in specs_of(settings):
        try:
            found: int | None = partition_counts(settings.kafka, [spec.name])[0]
        except TopicsError:
            found = None
        rows.append({"topic": spec.name, "partitions": spec.partitions, "found": found, **spec.config()})
    if as_json:
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        for row in rows:
            found_text = "missing" if row["found"] is None else f"{row['found']} partitions"
            sys.stdout.write(f"{row['topic']}: {found_text}, {row['cleanup.policy']}\n")
    return ExitCode.GOOD if all(row["found"] == row["partitions"] for row in rows) else ExitCode.FOUND
