"""The operator's part of the OpenAPI document."""

from typing import Any

import msgspec

from services.intake.openapi.status import submission_parameter
from services.intake.operator.bodies import DecisionBody, RosterLine, WithdrawalBody
from services.intake.operator.conflicts import STATES
from services.intake.operator.quarantine import STATES as ASIDE_STATES
from services.intake.operator.quarantine_routes import DiscardBody
from services.intake.operator.reissue import ReissueBody
from services.intake.texts import ANSWERS
from shared.contracts.events import Conflicted
from shared.streaming.progress import Status

Json = dict[str, Any]

_KEY: list[Json] = [{"partnerKey": []}]
_REF = "#/components/schemas/{name}"


def operator_paths() -> Json:
    agency = _parameter("code", "path", "The agency's code", "35.09-DISDIK")
    conflict = _parameter("conflict", "path", "Its id", "b7" * 16)
    item = _parameter("item", "path", "Its id: topic, partition and offset", "sensus.submission.received.v1|1|42")
    paging = [
        _parameter("state", "query", "How it stands", "open") | {"schema": {"enum": list(STATES)}},
        _parameter("after", "query", "The id after which to go on", "b7" * 16),
        _parameter("limit", "query", "At most so many, 500 at the most", "50")
        | {"schema": {"type": "integer", "minimum": 0, "default": 50}},
    ]
    return {
        "/v1/agencies/{code}/roster": {
            "post": _operation(
                "putRoster",
                "Say who works for an agency, a person per line; numbers are hashed at once and never kept",
                parameters=[agency],
                body=("application/x-ndjson", "RosterLine"),
                answers={"202": "RosterAnswer"},
                problems=(400, 401, 403, 413, 415, 422, 503, 504),
            )
        },
        "/v1/operations/stages": {
            "get": _operation(
                "showStages",
                "How far each stage is, what is counted, what was set aside; as `cacah status --json`",
                answers={"200": "Status"},
                problems=(401, 403, 503),
            )
        },
        "/v1/operations/me": {
            "get": _operation(
                "showMe", "Whose key it is, and what it may", answers={"200": "Me"}, problems=(401, 403, 503)
            )
        },
        "/v1/conflicts": {
            "get": _operation(
                "listConflicts",
                "What people should look at; counted once meanwhile",
                parameters=paging,
                answers={"200": "ConflictPage"},
                problems=(400, 401, 403, 503),
            )
        },
        "/v1/conflicts/{conflict}": {
            "get": _operation(
                "showConflict",
                "One of them, its claims side by side",
                parameters=[conflict],
                answers={"200": "Conflicted"},
                problems=(401, 403, 404, 503),
            )
        },
        "/v1/conflicts/{conflict}/decision": {
            "post": _operation(
                "decideConflict",
                "Decide it: an event on the log, with who and why. It lapses when a claim changes",
                parameters=[conflict],
                body=("application/json", "DecisionBody"),
                answers={"202": "DecisionAnswer"},
                problems=(400, 401, 403, 404, 409, 413, 415, 422, 503, 504),
            )
        },
        "/v1/quarantine": {
            "get": _operation(
                "listQuarantine",
                "What could not be processed: where it is, why, how often it was met, what was done about it",
                parameters=[
                    _parameter("state", "query", "How it stands", "open") | {"schema": {"enum": list(ASIDE_STATES)}},
                    _parameter("code", "query", "Of this reason only", "not-a-record"),
                    *paging[1:],
                ],
                answers={"200": "QuarantinePage"},
                problems=(400, 401, 403, 503),
            )
        },
        "/v1/quarantine/{item}": {
            "get": _operation(
                "showQuarantined",
                "One of them",
                parameters=[item],
                answers={"200": "Quarantined"},
                problems=(401, 403, 404, 503),
            )
        },
        "/v1/quarantine/{item}/redrive": {
            "post": _operation(
                "redriveQuarantined",
                "Append the same bytes to the log again; processed twice, they count once",
                parameters=[item],
                answers={"202": "QuarantineAnswer"},
                problems=(401, 403, 404, 422, 503, 504),
            )
        },
        "/v1/quarantine/{item}/discard": {
            "post": _operation(
                "discardQuarantined",
                "Say that nothing will be done about it, with who and why",
                parameters=[item],
                body=("application/json", "DiscardBody"),
                answers={"200": "QuarantineAnswer"},
                problems=(400, 401, 403, 404, 413, 415, 422, 503),
            )
        },
        "/v1/submissions/{submission}/correction-code": {
            "post": _operation(
                "reissueCorrectionCode",
                "Show a lost correction code again, for who shows the receipt: to an operator, or the partner who sent it",
                parameters=[submission_parameter()],
                body=("application/json", "ReissueBody"),
                answers={"200": "ReissueAnswer"},
                problems=(400, 401, 403, 404, 413, 415, 422, 503),
            )
        },
        "/v1/withdrawals": {
            "post": _operation(
                "withdraw",
                "Take a form back, proven by its correction code",
                body=("application/json", "WithdrawalBody"),
                answers={"202": "WithdrawalAnswer"},
                problems=(400, 403, 413, 415, 422, 503, 504),
                public=True,
            )
        },
    }


def operator_schemas() -> Json:
    _, schemas = msgspec.json.schema_components(
        [RosterLine, DecisionBody, WithdrawalBody, DiscardBody, ReissueBody, Conflicted, Status], ref_template=_REF
    )
    text: Json = {"type": "string"}
    number: Json = {"type": "integer"}
    record = _object("topic partition offset", topic=text, partition=number, offset=number)
    quarantined = _object(
        "id topic partition offset reason state count history",
        id=text,
        topic=text,
        partition=number,
        offset=number,
        reason=text,
        state=text,
        count=number,
        first_seen=text,
        history={"type": "array", "items": {"type": "object"}},
    )
    uuid: Json = {"type": "string", "format": "uuid"}
    receipt: Json = {"$ref": _REF.format(name="Receipt")}
    filed = _object("id receipt", id=uuid, receipt=receipt)
    return schemas | {
        "RosterAnswer": _object(
            "agency accepted records refused refused_lines",
            agency=text,
            accepted=number,
            records={"type": "array", "items": filed},
            refused={"type": "array", "items": {"$ref": _REF.format(name="Finding")}},
            refused_lines=number,
        ),
        "ConflictPage": _object(
            "conflicts after",
            conflicts={"type": "array", "items": {"$ref": _REF.format(name="Conflicted")}},
            after={"type": ["string", "null"]},
        ),
        "Quarantined": quarantined,
        "QuarantinePage": _object(
            "quarantine after",
            quarantine={"type": "array", "items": {"$ref": _REF.format(name="Quarantined")}},
            after={"type": ["string", "null"]},
        ),
        "QuarantineAnswer": _object("id action by", id=text, action=text, by=text, record=record),
        "DecisionAnswer": _object(
            "conflict action by id receipt", conflict=text, action=text, by=text, id=uuid, receipt=receipt
        ),
        "ReissueAnswer": _object("id lineage correction_code by", id=uuid, lineage=uuid, correction_code=text, by=text),
        "WithdrawalAnswer": _object("status id receipt", status={"const": "accepted"}, id=uuid, receipt=receipt),
        "Me": _object("id name scopes", id=text, name=text, scopes={"type": "array", "items": text}),
    }


def _operation(
    name: str,
    summary: str,
    *,
    answers: dict[str, str],
    problems: tuple[int, ...],
    parameters: list[Json] | None = None,
    body: tuple[str, str] | None = None,
    public: bool = False,
) -> Json:
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "responses": {status: _content("application/json", schema, "Done") for status, schema in answers.items()}
        | {
            str(status): _content("application/problem+json", "Problem", _titles(status)) for status in (*problems, 500)
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        operation["requestBody"] = {"required": True} | {"content": _schema_of(*body)}
    return operation if public else operation | {"security": _KEY}


def _parameter(name: str, place: str, description: str, example: str) -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _content(kind: str, schema: str, description: str) -> Json:
    return {"description": description or "Problem", "content": _schema_of(kind, schema)}


def _schema_of(kind: str, schema: str) -> Json:
    return {kind: {"schema": {"$ref": _REF.format(name=schema)}}}


def _titles(status: int) -> str:
    return ". ".join(answer.title.en for answer in ANSWERS.values() if answer.status == status)


def _object(required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": required.split()}
