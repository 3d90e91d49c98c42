"""Totals as documents of MongoDB: the same fields as on the topic, and `_id`.

MongoDB gives large numbers back in a class of its own, which an event cannot be made of.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.events import AgencyTotals, RegionTotals

Document = dict[str, Any]


def document_of_region(totals: RegionTotals) -> Document:
    return {
        "_id": totals.region,
        "region": totals.region,
        "level": totals.level,
        "version": totals.version,
        "as_of": totals.as_of,
        "counted_up_to": list(totals.counted_up_to),
        "counters": dict(totals.counters),
    }


def region_of(document: Mapping[str, Any]) -> RegionTotals:
    return RegionTotals(
        region=document["region"],
        level=document["level"],
        version=int(document["version"]),
        as_of=document["as_of"],
        counted_up_to=tuple(int(each) for each in document["counted_up_to"]),
        counters={code: int(number) for code, number in document["counters"].items()},
    )


def document_of_agency(totals: AgencyTotals) -> Document:
    return {
        "_id": totals.agency,
        "agency": totals.agency,
        "version": totals.version,
        "as_of": totals.as_of,
        "counted_up_to": list(totals.counted_up_to),
        "counters": dict(totals.counters),
    }


def agency_of(document: Mapping[str, Any]) -> AgencyTotals:
    return AgencyTotals(
        agency=document["agency"],
        version=int(document["version"]),
        as_of=document["as_of"],
        counted_up_to=tuple(int(each) for each in document["counted_up_to"]),
        counters={code: int(number) for code, number in document["counters"].items()},
    )
