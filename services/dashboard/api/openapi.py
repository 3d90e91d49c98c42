"""What `/openapi.json` says of the interface, and what tests hold its answers against."""

from typing import Any, Final

from services.dashboard.release.agencies import FEW_ANSWERED, FEW_MISSING, Why
from services.dashboard.release.blocks import PEOPLE

Json = dict[str, Any]

_COUNT: Final[Json] = {"type": ["integer", "null"], "description": "null where too few to be shown"}
_SHARE: Final[Json] = {"type": ["number", "null"], "description": "of a known number, from 0; null where there is none"}
_WEEK: Final[Json] = {"type": ["integer", "null"], "description": "people since a week ago"}
_RANK: Final[Json] = {"type": ["integer", "null"]}
_AS_OF: Final[Json] = {"type": ["string", "null"], "description": "when these figures last moved"}
_TEXT: Final[Json] = {"type": "string"}
_TARGET: Final[Json] = {
    "type": ["object", "null"],
    "required": ["number", "source", "date"],
    "properties": {"number": {"type": "integer"}, "source": _TEXT, "date": {"type": "string", "format": "date"}},
}
_PERIOD: Final[Json] = {"type": "string", "description": "the day, or shorter period, that these figures moved in"}
_FEW: Final = {
    FEW_MISSING: "fewer than ten have not answered: all that is said",
    FEW_ANSWERED: "fewer than ten have answered: all that is said",
}


def _object(**properties: Json) -> Json:
    """All properties are always there."""
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_FINAL: Final[Json] = {
    "type": ["object", "null"],
    "required": ["closed_at", "signed"],
    "properties": {"closed_at": _TEXT, "signed": {"type": "string", "description": "where the signed document is"}},
    "description": "of a closed census, whose figures move no more",
}
_FIGURES: Final = {"persons": _COUNT, "households": _COUNT, "clean_share": _SHARE}
_AGENCY_COUNTERS: Final = {
    f"{what}{kind}": _COUNT for kind in ("", "_asn", "_non_asn") for what in ("members", "responded", "clean")
}

_AGENCY: Final[Json] = dict(
    rank=_RANK,
    rank_change=_RANK,
    agency=_TEXT,
    region={"type": ["string", "null"]},
    expected={"type": "integer", "description": "the target, or else all members"},
    target=_TARGET,
    share=_SHARE,
    week=_WEEK,
    **_AGENCY_COUNTERS,
    few={
        "enum": ["few_missing", "few_answered", None],
        "description": "fewer than ten have not answered, or have: all that is said then",
    },
    as_of=_PERIOD,
)

SCHEMAS: Final[Json] = {
    "Region": _object(
        region=_TEXT,
        name=_TEXT,
        level={"enum": ["nation", "province", "regency", "district", "village"]},
        step={"type": "integer", "description": "grows with every step of the release"},
        final=_FINAL,
        as_of=_AS_OF,
        **_FIGURES,
        share=_SHARE,
        week=_WEEK,
        target=_TARGET,
        grades={"anyOf": [_object(**{grade: {"type": "integer"} for grade in "ABCD"}), {"type": "null"}]},
        people={"anyOf": [_object(**{name: {"type": "integer"} for name in PEOPLE.counters}), {"type": "null"}]},
    ),
    "Child": _object(
        rank=_RANK,
        rank_change={**_RANK, "description": "places won since a week ago"},
        region=_TEXT,
        name=_TEXT,
        **_FIGURES,
        share=_SHARE,
        week=_WEEK,
        target=_TARGET,
        as_of=_AS_OF,
    ),
    "Children": _object(
        region=_TEXT,
        step={"type": "integer"},
        final=_FINAL,
        as_of=_AS_OF,
        measure={"enum": ["share", "people"], "description": "what the ranks are by"},
        children=_list(_ref("Child")),
    ),
    "History": _object(
        region=_TEXT,
        days=_list(
            _object(
                day={"type": "string", "format": "date"}, persons={"type": "integer"}, households={"type": "integer"}
            )
        ),
    ),
    "Agency": _object(**_AGENCY),
    "AgencyAlone": _object(**_AGENCY, final=_FINAL),
    "Agencies": _object(
        region=_TEXT,
        date={"type": "string", "format": "date"},
        final=_FINAL,
        hidden={"type": "integer", "description": "agencies that nothing is shown of"},
        agencies=_list(_ref("Agency")),
    ),
    "AgencyHistory": _object(
        agency=_TEXT,
        periods=_list(
            {
                "type": "object",
                "required": ["as_of", "members"],
                "properties": {
                    "as_of": _PERIOD,
                    **{name: {"type": "integer"} for name in _AGENCY_COUNTERS},
                    **{few: {"const": 1, "description": _FEW[few]} for few in _FEW},
                },
                "additionalProperties": False,
                "description": "a counter that is not shown is left out",
            }
        ),
    ),
    "Final": _object(
        figures=_object(
            version={"type": "integer"},
            census_day={"type": "string", "format": "date"},
            closed_at=_TEXT,
            step={"type": "integer"},
            totals={"type": "string", "description": "SHA-256 of the signed exact totals"},
            regions={"type": "object", "description": "region -> counter -> number, of all that is shown"},
            agencies={"type": "object", "description": "agency -> counter -> number, of all that is shown"},
        ),
        key_id=_TEXT,
        signature={"type": "string", "description": "Ed25519; `cacah close --verify` checks it"},
    ),
    "ReportRow": _object(
        kind={"enum": ["region", "agency"]},
        code=_TEXT,
        name=_TEXT,
        rank=_RANK,
        rank_change={**_RANK, "description": "places won since a week before"},
        expected={"type": ["integer", "null"], "description": "the target; of an agency without one, its members"},
        counted={**_COUNT, "description": "people of a region, members of an agency who have answered"},
        share=_SHARE,
        week={**_WEEK, "description": "counted since a week before"},
        share_before={**_SHARE, "description": "a week before"},
    ),
    "Report": _object(
        region=_TEXT,
        date={"type": "string", "format": "date"},
        week_ago={"type": "string", "format": "date"},
        hidden={"type": "integer", "description": "agencies that nothing is shown of"},
        rows=_list(_ref("ReportRow")),
    ),
    "OwnAgencies": _object(
        agencies=_list(
            _object(
                agency=_TEXT,
                members_on_list={"type": "integer"},
                why={"enum": [str(why) for why in Why]},
                decided_in=_TEXT,
                shown={"anyOf": [_ref("Agency"), {"type": "null"}]},
            )
        )
    ),
    "Problem": _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, code=_TEXT),
}

_CODE: Final[Json] = {"name": "code", "in": "path", "required": True, "schema": _TEXT}


def _asked(name: str, schema: Json, text: str = "") -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": text}


_ROWS: Final = [
    _asked("sort", {"enum": ["rank", "name", "persons", "households", "share", "clean", "week"]}),
    _asked("order", {"enum": ["asc", "desc"]}),
    _asked("q", _TEXT, "part of a name, or the beginning of a code"),
    _asked("measure", {"enum": ["share", "people"]}),
]
_AGENCY_ROWS: Final = [
    _asked("region", _TEXT, "agencies there and below"),
    _asked("date", {"type": "string", "format": "date"}, "as of the end of this day; today if left out"),
    _asked("sort", {"enum": ["rank", "name", "members", "responded", "share", "week"]}),
    _asked("order", {"enum": ["asc", "desc"]}),
    _asked("q", _TEXT),
]


def _get(
    summary: str, schema: str, parameters: list[Json], *, media: str = "application/json", key: bool = False
) -> Json:
    content = {media: {"schema": _ref(schema)}} if schema else {media: {"schema": _TEXT}}
    refusals = ("401", "403", "503") if key else ("404", "503")
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    answers: Json = {"200": {"description": "the figures; with ETag", "content": content}}
    if not key:
        answers["304"] = {"description": "nothing moved since the ETag in If-None-Match"}
    answers |= {status: {"description": "see `code`", "content": problem} for status in refusals}
    operation: Json = {"summary": summary, "parameters": parameters, "responses": answers}
    return {"get": {**operation, "security": [{"key": []}]} if key else operation}


def document() -> Json:
    region, agencies, report, csv = "/api/v1/regions/{code}", "/api/v1/agencies", "/api/v1/report", "text/csv"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cacah: public figures",
            "version": "1",
            "description": "Figures move in steps and are null where too few. Within v1 fields are added, never changed. "
            "A region's code is that of the Home Ministry: 00, 35, 35.09, 35.09.12, 35.09.12.2003.",
        },
        "paths": {
            region: _get("A region", "Region", [_CODE]),
            f"{region}/children": _get("The regions below", "Children", [_CODE, *_ROWS]),
            f"{region}/children.csv": _get("The same as CSV", "", [_CODE, *_ROWS], media=csv),
            f"{region}/history": _get("What it showed at the end of each day", "History", [_CODE]),
            f"{region}/history.csv": _get("The same as CSV", "", [_CODE], media=csv),
            "/api/v1/final": _get("The figures that a closed census ended with, signed", "Final", []),
            agencies: _get("Agencies", "Agencies", _AGENCY_ROWS),
            f"{agencies}.csv": _get("The same as CSV", "", _AGENCY_ROWS, media=csv),
            f"{agencies}/own": _get("The key holder's own agencies", "OwnAgencies", [], key=True),
            f"{agencies}/{{code}}": _get("An agency", "AgencyAlone", [_CODE, _AGENCY_ROWS[1]]),
            f"{agencies}/{{code}}/history": _get("What it showed, period by period", "AgencyHistory", [_CODE]),
            report: _get("The evaluation report: the region, those below, agencies", "Report", _AGENCY_ROWS[:2]),
            f"{report}.csv": _get("The same as CSV", "", _AGENCY_ROWS[:2], media=csv),
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "made by `cacah partners`"}},
        },
    }
