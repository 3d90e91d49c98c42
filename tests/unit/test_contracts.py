"""Every topic has an example, and every example is what the code reads and writes: the layouts are for good."""

import hmac
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.calendar import decode_calendar, encode_calendar
from shared.contracts.changes import DELTAS, decode_deltas
from shared.contracts.claims import CHANGES, decode_changes, encode_changes
from shared.contracts.envelope import HEAD_BYTES, Codec, EnvelopeError, Kind, Sealer, read_head
from shared.contracts.events import (
    AgencyTotals,
    Conflicted,
    Event,
    RegionTotals,
    SubmissionRejected,
    encode_event,
)
from shared.contracts.identity import household_key, person_key
from shared.contracts.partitions import partition_of
from shared.contracts.sections import section, sections
from shared.contracts.submission import content_of, decode_household, decode_submission
from shared.contracts.topics import topic_specs
from shared.domain.claims import Operation
from shared.domain.counters import COUNTERS
from shared.ledger.block import BlockError, decode_block

EXAMPLES = Path(__file__).parents[2] / "shared" / "contracts" / "examples"
KEYS = {"k1": bytes(range(32))}
EVENTS: dict[str, type[Event]] = {
    "sensus.submission.rejected.v1": SubmissionRejected,
    "sensus.person.conflicted.v1": Conflicted,
    "sensus.aggregate.region.v1": RegionTotals,
    "sensus.aggregate.agency.v1": AgencyTotals,
}


def example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def record() -> bytes:
    return example("sensus.submission.received.v1.bin")


def test_every_topic_has_an_example() -> None:
    there = {path.name.rsplit(".", 1)[0] for path in EXAMPLES.iterdir()} - {"submission.v1", "calendar.v1"}
    assert there == {spec.name.removesuffix(".g1") for spec in topic_specs(4, "g1")}


@pytest.mark.parametrize("topic", EVENTS)
def test_an_event_is_read_and_written_as_in_its_example(topic: str) -> None:
    written = msgspec.json.decode(example(f"{topic}.json"))
    event = msgspec.convert(written, EVENTS[topic])
    assert msgspec.json.decode(encode_event(event)) == written


@pytest.mark.parametrize("topic", EVENTS)
def test_a_field_that_is_not_known_yet_is_ignored(topic: str) -> None:
    written: dict[str, Any] = msgspec.json.decode(example(f"{topic}.json"))
    assert msgspec.convert(written | {"later": 1}, EVENTS[topic]) == msgspec.convert(written, EVENTS[topic])


def test_the_counters_of_the_example_are_counters() -> None:
    written = msgspec.json.decode(example("sensus.aggregate.region.v1.json"))
    assert written["counters"].keys() <= {counter.code for counter in COUNTERS}


def test_the_record_of_the_log_opens_for_good() -> None:
    head, content = Sealer(KEYS).open(record())
    assert (head.kind, head.codec, head.key_id, head.revision) == (Kind.SUBMISSION, Codec.JSON, "k1", 0)
    assert head.received_at == 1_795_496_400_000_000
    assert content == content_of(decode_submission(example("submission.v1.json")))
    assert decode_household(content).members[0].relationship == 1


def test_the_calendar_is_read_and_written_as_in_its_example() -> None:
    written = msgspec.json.decode(example("calendar.v1.json"))
    order = decode_calendar(example("calendar.v1.json"))
    assert msgspec.json.decode(encode_calendar(order)) == written
    assert order.calendar().closes_at < order.calendar().ends_at


@pytest.mark.parametrize("place", range(0, HEAD_BYTES + 40, 7))
def test_any_change_of_a_record_is_noticed(place: int) -> None:
    changed = bytearray(record())
    changed[place] ^= 1
    with pytest.raises(EnvelopeError):
        Sealer(KEYS).open(bytes(changed))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"", "not-a-record"),
        (b"garbage" * 100, "not-a-record"),
        (record()[:150], "not-a-record"),
        (record()[:-1], "seal-broken"),
        (b"CCH\x09" + record()[4:], "unknown-layout"),
        (record()[:4] + b"\x63" + record()[5:], "unknown-kind"),
        (record()[:5] + b"\x63" + record()[6:], "unknown-codec"),
        (record()[:6] + b"other" + record()[11:], "unknown-key"),
        (record()[:6] + b"\xff\xfe" + record()[8:], "unknown-key"),
    ],
)
def test_what_is_no_record_has_a_code(value: bytes, code: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        Sealer(KEYS).open(value)
    assert caught.value.code == code


def test_a_head_is_read_without_a_key() -> None:
    head, _ = read_head(record())
    assert head.key_id == "k1"


def test_a_block_of_claims_is_read_as_it_was_written() -> None:
    block = decode_block(example("sensus.person.claimed.v1.bin"))
    ((tag, payload),) = sections(block.body)
    (change,) = decode_changes(payload)
    assert (block.number, tag, change.operation, len(change.facts)) == (1, CHANGES, Operation.CLAIM, 2)
    assert section(CHANGES, encode_changes([change])) == block.body


def test_a_block_of_deltas_is_read_as_numbers() -> None:
    block = decode_block(example("sensus.count.changed.v1.bin"))
    ((tag, payload),) = sections(block.body)
    deltas = decode_deltas(payload)
    assert tag == DELTAS
    assert deltas["place"].tolist() == [3509122003, 3509122003]
    assert deltas["sign"].tolist() == [1, 1]


@pytest.mark.parametrize("value", [b"", b"CCB", b"x" * 200])
def test_what_is_no_block_is_refused(value: bytes) -> None:
    with pytest.raises(BlockError):
        decode_block(value)


def test_keys_are_spread_over_partitions() -> None:
    counts = [0] * 4
    for number in range(4000):
        counts[partition_of((number * 2654435761 % 2**32).to_bytes(4, "big"), 4)] += 1
    assert min(counts) > 900


@given(st.binary(min_size=1, max_size=100), st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_keys_are_plain_hmacs(secret: bytes, digits: str) -> None:
    assert person_key(secret, digits) == hmac.digest(secret, b"nik:" + digits.encode(), "sha256")[:16]
    assert household_key(secret, digits) == hmac.digest(secret, b"kk:" + digits.encode(), "sha256")[:16]
