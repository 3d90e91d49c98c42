"""Changes of claims, and of the count, as JSON: how one would send them between agents."""

from typing import Any

from shared.domain.claims import Added, ClaimChange, Delta, Operation
from shared.domain.facts import Fact

Json = dict[str, Any]


def of_change(change: ClaimChange) -> Json:
    return {
        "operation": int(change.operation),
        "person": change.person.hex(),
        "claimant": change.claimant.hex(),
        "received_at": change.added.received_at,
        "submission": change.added.submission.hex(),
        "facts": [[fact.place, fact.traits] for fact in change.facts],
    }


def to_change(content: Json) -> ClaimChange:
    return ClaimChange(
        Operation(content["operation"]),
        bytes.fromhex(content["person"]),
        bytes.fromhex(content["claimant"]),
        Added(content["received_at"], bytes.fromhex(content["submission"])),
        tuple(Fact(place, traits) for place, traits in content["facts"]),
    )


def of_delta(delta: Delta) -> Json:
    return {"place": delta.fact.place, "traits": delta.fact.traits, "day": delta.day, "sign": delta.sign}


def to_delta(content: Json) -> Delta:
    return Delta(Fact(content["place"], content["traits"]), content["day"], content["sign"])
