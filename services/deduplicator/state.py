"""A person's state as bytes: with one claim, 56.

claims (1), then per claim: claimant (16), added: received at (8) and submission (16), facts (1), the facts
"""

import struct

from shared.contracts.claims import decode_facts, encode_facts
from shared.domain.claims import Added, Claim
from shared.domain.persons import Person

_CLAIM = struct.Struct(">16sq16sB")
_FACT_BYTES = 12


def pack_person(person: Person) -> bytes:
    parts = [bytes((len(person.claims),))]
    for claim in person.claims:
        parts.append(_CLAIM.pack(claim.claimant, claim.added.received_at, claim.added.submission, len(claim.facts)))
        parts.append(encode_facts(claim.facts))
    return b"".join(parts)


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
    return Person(tuple(claims))
