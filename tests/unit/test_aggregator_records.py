"""Totals come back from MongoDB as they went, and can be told again: after a crash that is what they are read for."""

from typing import Any

import bson
import pytest

from services.aggregator.records import agency_of, document_of_agency, document_of_region, region_of
from shared.contracts.events import AgencyTotals, RegionTotals, encode_event

LARGE = 2**40 + 7
"""Versions are so large that MongoDB has a class of its own for them."""


def stored(document: dict[str, Any]) -> dict[str, Any]:
    return bson.decode(bson.encode(document))


@pytest.mark.parametrize("counted", [(3, 5), (LARGE, 0)])
def test_a_regions_totals_can_be_told_again(counted: tuple[int, ...]) -> None:
    totals = RegionTotals(
        region="35",
        level="province",
        version=LARGE,
        as_of="2026-09-01T00:00:00.000Z",
        counted_up_to=counted,
        counters={"persons": LARGE, "households": 2},
    )
    again = region_of(stored(document_of_region(totals)))
    assert again == totals
    assert encode_event(again) == encode_event(totals)


def test_an_agencys_totals_can_be_told_again() -> None:
    totals = AgencyTotals(
        agency="35.09-BPS", version=LARGE, as_of="2026-09-01T00:00:00.000Z", counted_up_to=(1,), counters={"members": 2}
    )
    again = agency_of(stored(document_of_agency(totals)))
    assert again == totals
    assert encode_event(again) == encode_event(totals)
