"""Who of a household is left where its head counts elsewhere.

The processor that opened the review sees the head alone. The others who left with it have conflicts of their own, which
name the same household among their claims.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.domain.facts import MOST_COMPANIONS

Document = dict[str, Any]
KIND: Final = "headless"


def households(review: Mapping[str, Any]) -> list[str]:
    """The claimants that were left without their head."""
    return [str(each["claimant"]) for each in _left(review)]


def joined(review: Document, left: Mapping[str, int]) -> Document:
    """The review with the number of people who remain; one where nobody does is settled.

    Args:
        left: per household, how many of its people count elsewhere, the head among them.
    """
    remaining = sum(_remaining(claim, left.get(str(claim["claimant"]), 0)) for claim in _left(review))
    settled = review["state"] == "open" and remaining == 0
    return review | {"remaining": remaining} | ({"state": "settled"} if settled else {})


def left_by_household(reviews: Iterable[Mapping[str, Any]], claimants: Iterable[str]) -> dict[str, int]:
    """`left` of `joined`, from the conflicts on persons that name one of `claimants`."""
    left = dict.fromkeys(claimants, 0)
    for review in reviews:
        for claim in review["claims"]:
            if claim["claimant"] in left and not claim["counted"]:
                left[claim["claimant"]] += 1
    return left


def _left(review: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in review["claims"] if each["companions"] and not each["counted"]]


def _remaining(claim: Mapping[str, Any], left: int) -> int:
    companions = int(claim["companions"])
    if companions == MOST_COMPANIONS:
        # It may stand for more, so nobody can say that all of them left.
        return max(1, companions - max(0, left - 1))
    return max(0, companions - max(0, left - 1))
