"""Enrolments and rulings in a block from validator to deduplicator.

enrolment    person (16), staff (1), since (8), agency, padded with NUL (32)
ruling       person (16), action (1), claimant (16), seen (16), received at (8), reason (1), by, padded with NUL (32)
"""

import struct
from collections.abc import Iterable, Iterator

from shared.contracts.orders import AGENCY_BYTES
from shared.domain.memberships import Enrolment, Membership, Staff
from shared.domain.rulings import REASONS, Action, Ruled, Ruling

ENROLMENTS = 2
RULINGS = 3

_ENROLMENT = struct.Struct(f">16sBq{AGENCY_BYTES}s")
_RULING = struct.Struct(">16sB16s16sqB32s")


def encode_enrolments(enrolments: Iterable[Enrolment]) -> bytes:
    return b"".join(
        _ENROLMENT.pack(
            each.person, each.membership.staff, each.membership.since, each.membership.agency.encode("ascii")
        )
        for each in enrolments
    )


def decode_enrolments(payload: bytes) -> Iterator[Enrolment]:
    for person, staff, since, agency in _ENROLMENT.iter_unpack(payload):
        yield Enrolment(person, Membership(_text(agency), Staff(staff), since))


def encode_rulings(rulings: Iterable[Ruled]) -> bytes:
    return b"".join(each.person + pack_ruling(each.ruling) for each in rulings)


def decode_rulings(payload: bytes) -> Iterator[Ruled]:
    for at in range(0, len(payload), _RULING.size):
        row = payload[at : at + _RULING.size]
        yield Ruled(row[:16], unpack_ruling(row[16:]))


def pack_ruling(ruling: Ruling) -> bytes:
    return _RULING.pack(
        b"",
        ruling.action,
        ruling.claimant,
        ruling.seen,
        ruling.received_at,
        REASONS.index(ruling.reason),
        ruling.by.encode("ascii"),
    )[16:]


def unpack_ruling(packed: bytes) -> Ruling:
    _, action, claimant, seen, received_at, reason, by = _RULING.unpack(bytes(16) + packed)
    return Ruling(Action(action), claimant, seen, received_at, _text(by), REASONS[reason])


RULING_BYTES = _RULING.size - 16


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode("ascii")
