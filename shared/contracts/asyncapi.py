"""AsyncAPI 3.0 of every topic, made from the specs and events that the code itself uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.contracts.events import CONTENT_TYPE, AgencyTotals, Conflicted, Event, RegionTotals, SubmissionRejected
from shared.contracts.topics import (
    AGENCY_TOTALS,
    CONFLICTS,
    REGION_TOTALS,
    REJECTIONS,
    SUBMISSIONS,
    TopicSpec,
    changes_topic,
    claims_topic,
    topic_specs,
)

Json = dict[str, Any]

_PARTITIONS: Final = 4
_GENERATION: Final = "g1"
_BINARY: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Channel:
    """`key`: what the Kafka key of a record is; none where records are placed by partition alone."""

    name: str
    title: str
    says: str
    sender: str
    readers: tuple[str, ...]
    key: str = ""
    event: type[Event] | None = None


_CHANNELS: Final = (
    _Channel(
        SUBMISSIONS,
        "Submissions and orders, as accepted",
        "The log. A head of 142 bytes in clear, then the sealed payload; the layout is final. Every offset is there: no "
        "transactions, no compaction, no end of retention.",
        "intake",
        ("validator",),
        key="household key, 16 bytes",
    ),
    _Channel(
        REJECTIONS,
        "Records of the log that do not count",
        "Position, codes and JSON pointers; never an answer. An event may come again with the same ce_id.",
        "validator",
        (),
        key="hash of the record's position, 16 bytes",
        event=SubmissionRejected,
    ),
    _Channel(
        claims_topic(_GENERATION),
        "Claims on persons",
        "Inner topic of a generation. One block per ledger entry of the validator and partition of persons.",
        "validator",
        ("deduplicator",),
    ),
    _Channel(
        CONFLICTS,
        "Claims that people should look at",
        "Counted once meanwhile. An event may come again with the same ce_id, and late: of one conflict, the event with "
        "the highest ce_sequence says how it stands.",
        "deduplicator",
        (),
        key="hash of the conflict's id, 16 bytes",
        event=Conflicted,
    ),
    _Channel(
        changes_topic(_GENERATION),
        "Changes of the count",
        "Inner topic of a generation. One block per ledger entry of the deduplicator.",
        "deduplicator",
        ("aggregator",),
    ),
    _Channel(
        REGION_TOTALS,
        "Totals of regions",
        "Absolute, compacted, exact: for authorised readers. A record replaces every older one of its key; versions of a "
        "key only grow. Read with isolation.level=read_committed.",
        "aggregator",
        (),
        key="region code",
        event=RegionTotals,
    ),
    _Channel(
        AGENCY_TOTALS,
        "Totals of agencies",
        "As those of regions, by agency.",
        "aggregator",
        (),
        key="agency code",
        event=AgencyTotals,
    ),
)

_HEADERS: Final[Json] = {
    "type": "object",
    "description": "CloudEvents 1.0, binary mode",
    "required": ["ce_specversion", "ce_type", "ce_source", "ce_id", "ce_time", "content-type"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_type": {"type": "string", "description": "The topic's name"},
        "ce_source": {"type": "string", "examples": ["/cacah/aggregator"]},
        "ce_id": {"type": "string", "description": "The same for a repeat of the same event"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "description": "The key, on topics of totals"},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "On topics of rejections and conflicts: grows with every event of one key",
        },
        "content-type": {"type": "string", "const": CONTENT_TYPE},
    },
}


def document() -> Json:
    specs = {spec.name: spec for spec in topic_specs(_PARTITIONS, _GENERATION)}
    events = [channel.event for channel in _CHANNELS if channel.event is not None]
    _, schemas = msgspec.json.schema_components(events, ref_template="#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cacah",
            "version": "1",
            "description": "Topics of a census that is counted exactly once. Readers ignore fields that they do not "
            "know; what v1 says is not taken back.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"local": {"host": "127.0.0.1:9092", "protocol": "kafka", "description": "As `cacah dev` runs it"}},
        "channels": {channel.name: _channel(channel, specs[channel.name]) for channel in _CHANNELS},
        "operations": dict(operation for channel in _CHANNELS for operation in _operations(channel)),
        "components": {
            "messages": {channel.name: _message(channel) for channel in _CHANNELS},
            "schemas": {**schemas, "CloudEventHeaders": _HEADERS},
        },
    }


def _channel(channel: _Channel, spec: TopicSpec) -> Json:
    return {
        "address": channel.name,
        "title": channel.title,
        "description": channel.says,
        "messages": {"record": {"$ref": f"#/components/messages/{channel.name}"}},
        "bindings": {
            "kafka": {
                "topic": spec.name,
                "partitions": spec.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if spec.compacted else "delete"],
                    "retention.ms": spec.retention_ms,
                    "max.message.bytes": spec.max_message_bytes,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(channel: _Channel) -> Json:
    binding = {"key": {"type": "string", "description": channel.key}} if channel.key else {}
    common: Json = {
        "name": channel.name,
        "title": channel.title,
        "bindings": {"kafka": {**binding, "bindingVersion": "0.5.0"}},
    }
    if channel.event is None:
        return common | {
            "contentType": _BINARY,
            "payload": {"type": "string", "format": "binary", "description": channel.says},
        }
    return common | {
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"#/components/schemas/{channel.event.__name__}"},
    }


def _operations(channel: _Channel) -> Iterator[tuple[str, Json]]:
    place = {"$ref": f"#/channels/{channel.name}"}
    for service, action in ((channel.sender, "send"), *((reader, "receive") for reader in channel.readers)):
        yield (
            f"{service}.{action}.{channel.name}",
            {"action": action, "channel": place, "title": f"{service}: {channel.title.lower()}"},
        )
