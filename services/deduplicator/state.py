"""A person's state as bytes: with one claim, 56.

claims (1), then per claim: claimant (16), added: received at (8) and submission (16), facts (1), the facts;
of the few who are on a roster or were ruled on also: memberships (1), then per membership: staff (1), since (8),
length of the agency's code (1), the code; then the rulings, if there are any
"""

import struct

from shared.contracts.claims import Row, decode_facts, encode_facts
from shared.contracts.person_orders import RULING_BYTES, pack_ruling, unpack_ruling
from shared.domain.claims import Added, Claim
from shared.domain.memberships import Membership, Staff
from shared.domain.persons import Person
from shared.domain.rulings import Action

_CLAIM = struct.Struct(">16sq16sB")
_MEMBERSHIP = struct.Struct(">BqB")
_FACT_BYTES = 12


def pack_person(person: Person) -> bytes:
    parts = [bytes((len(person.claims),))]
    for claim in person.claims:
        parts.append(_CLAIM.pack(claim.claimant, claim.added.received_at, claim.added.submission, len(claim.facts)))
        parts.append(encode_facts(claim.facts))
    if person.memberships or person.ruling is not None or person.leave is not None:
        parts.append(_pack_rest(person))
    return b"".join(parts)


def first_claim(row: Row) -> bytes:
    """The state of somebody of whom `row` is the only claim: a row has what a claim has, in the same order."""
    return b"\x01" + row[1:]


def unpack_person(packed: bytes) -> Person:
    if not packed:
        return Person()
    at = 1
    claims: list[Claim] = []
    for _ in range(packed[0]):
        claimant, received_at, submission, n_facts = _CLAIM.unpack_from(packed, at)
        at += _CLAIM.size
        end = at + n_facts * _FACT_BYTES
        claims.append(Claim(claimant, Added(received_at, submission), decode_facts(packed[at:end])))
        at = end
    if at == len(packed):
        return Person(tuple(claims))
    return _unpack_rest(packed, at, tuple(claims))


def _pack_rest(person: Person) -> bytes:
    parts = [bytes((len(person.memberships),))]
    for each in person.memberships:
        code = each.agency.encode("ascii")
        parts.append(_MEMBERSHIP.pack(each.staff, each.since, len(code)) + code)
    parts.extend(pack_ruling(each) for each in (person.ruling, person.leave) if each is not None)
    return b"".join(parts)


def _unpack_rest(packed: bytes, at: int, claims: tuple[Claim, ...]) -> Person:
    memberships: list[Membership] = []
    count = packed[at]
    at += 1
    for _ in range(count):
        staff, since, length = _MEMBERSHIP.unpack_from(packed, at)
        at += _MEMBERSHIP.size
        memberships.append(Membership(packed[at : at + length].decode("ascii"), Staff(staff), since))
        at += length
    rulings = [unpack_ruling(packed[start : start + RULING_BYTES]) for start in range(at, len(packed), RULING_BYTES)]
    return Person(
        claims,
        tuple(memberships),
        next((each for each in rulings if each.action is not Action.LEAVE), None),
        next((each for each in rulings if each.action is Action.LEAVE), None),
    )
