"""The part of the OpenAPI document about the calendar."""

from typing import Any

import msgspec

from services.intake.openapi.status import problem
from shared.contracts.calendar import CalendarTimes
from shared.domain.calendar import Door

Json = dict[str, Any]
CALENDAR_EXAMPLE: Json = {
    "census_day": "2026-09-01",
    "opens_at": "2020-02-15T00:00:00+07:00",
    "deadline": "2100-03-31T00:00:00+07:00",
    "extended_to": "2100-05-29T00:00:00+07:00",
    "partners_until": "2100-06-05T00:00:00+07:00",
}
"""Wide: who tries it out does not close the door."""
_SHOWN: Json = {"$ref": "#/components/schemas/CalendarShown"}


def calendar_paths() -> Json:
    return {
        "/v1/calendar": {
            "get": {
                "operationId": "showCalendar",
                "summary": "When forms are taken, and whether they are now",
                "responses": {"200": _content("The calendar in force; null where there is none", _SHOWN)}
                | {"500": problem(500)},
            },
            "post": {
                "operationId": "setCalendar",
                "summary": "Set it: an event on the log, with who. The newest is in force",
                "security": [{"partnerKey": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/CalendarTimes"},
                            "example": CALENDAR_EXAMPLE,
                        }
                    },
                },
                "responses": {
                    "202": _content("On the log", {"allOf": [_SHOWN, {"$ref": "#/components/schemas/Filed"}]})
                }
                | {str(status): problem(status) for status in (400, 401, 403, 413, 415, 422, 500, 503, 504)},
            },
        }
    }


def calendar_schemas() -> Json:
    _, schemas = msgspec.json.schema_components([CalendarTimes], ref_template="#/components/schemas/{name}")
    door: Json = {"enum": [str(each) for each in Door]}
    shown: Json = {
        "type": ["object", "null"],
        "properties": {name: {"type": ["string", "null"]} for name in (*_TIMES, "by")},
    }
    return schemas | {
        "CalendarShown": {
            "type": "object",
            "properties": {
                "households": door,
                "partners": door,
                "calendar": shown,
                "closed_at": {
                    "type": ["string", "null"],
                    "format": "date-time",
                    "description": "When the census was closed for good; nothing is taken from then on",
                },
            },
            "required": ["households", "partners", "calendar", "closed_at"],
        },
        "Filed": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "receipt": {"$ref": "#/components/schemas/Receipt"},
            },
            "required": ["id", "receipt"],
        },
    }


_TIMES = ("census_day", "opens_at", "deadline", "extended_to", "partners_until")


def _content(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
