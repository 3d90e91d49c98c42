"""The description of the interface, and answers held against it."""

import asyncio
import random
from typing import Any

import jsonschema
import pytest
from starlette.routing import Route

from services.dashboard.api.openapi import SCHEMAS, document
from services.dashboard.app import create_app
from tests.dashboard_kit import Country, Dashboard
from tests.partners import partner


@pytest.fixture(scope="module")
def seen() -> Dashboard:
    chance, made = random.Random(2), Country()
    made.add("35.09.01.2001", 400, chance)
    made.add("35.09.01.2002", 3, chance)
    made.add_agency("35.09-DINKES", 100, 60, chance)
    made.add_agency("SETDA", 100, 0, chance)
    dashboard = Dashboard(totals=made.totals)
    asyncio.run(dashboard.tick())
    return dashboard


def schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("regions/00", "Region"),
        ("regions/35.09.01.2002", "Region"),
        ("regions/00/children", "Children"),
        ("regions/35.09.01/children", "Children"),
        ("regions/35/history", "History"),
        ("agencies", "Agencies"),
        ("agencies/35.09-DINKES", "AgencyAlone"),
        ("agencies/SETDA", "AgencyAlone"),
        ("agencies/35.09-DINKES/history", "AgencyHistory"),
        ("agencies/SETDA/history", "AgencyHistory"),
        ("agencies/NOBODY/history", "Problem"),
        ("report?region=35", "Report"),
        ("report", "Report"),
        ("regions/99", "Problem"),
    ],
)
def test_answers_are_as_described(seen: Dashboard, path: str, name: str) -> None:
    jsonschema.validate(seen.browser.get(f"/api/v1/{path}").json(), schema(name))


def test_a_key_holders_answer_is_as_described(seen: Dashboard) -> None:
    some, key = partner("sekda", "read")
    seen.partners.put(some)
    answer = seen.browser.get("/api/v1/agencies/own", headers={"authorization": f"Bearer {key}"})
    jsonschema.validate(answer.json(), schema("OwnAgencies"))


def test_every_answer_has_a_schema_of_its_own() -> None:
    for path, operations in document()["paths"].items():
        for media, content in operations["get"]["responses"]["200"]["content"].items():
            assert ("$ref" in content["schema"]) == (media == "application/json"), path


def test_every_route_of_the_interface_is_described_and_no_other(seen: Dashboard) -> None:
    routes = {route.path for route in create_app(seen.wiring).routes if isinstance(route, Route)}
    # What a page asks when its stream does not come through is the page's own affair.
    described = {path for path in routes if path.startswith("/api/")} - {"/api/v1/regions/{code}/live"}
    assert document()["paths"].keys() == described
    assert seen.browser.get("/openapi.json").json()["openapi"] == "3.1.0"
    assert seen.browser.get("/docs").status_code == 200
