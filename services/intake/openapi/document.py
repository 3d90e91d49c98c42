"""The OpenAPI document. Written from the structs that decode, because the routes are bare ASGI."""

from typing import Any

import msgspec

from services.intake.openapi.calendar import calendar_paths, calendar_schemas
from services.intake.openapi.drafts import draft_paths
from services.intake.openapi.examples import with_examples
from services.intake.openapi.limits import with_limits
from services.intake.openapi.operator import operator_paths, operator_schemas
from services.intake.openapi.receipts import receipt_paths, receipt_schemas
from services.intake.openapi.status import status_paths, status_schemas
from services.intake.texts import ANSWERS
from shared.contracts.submission import Submission

Json = dict[str, Any]

_SECURITY: Json = {
    "partnerKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A partner's key, as cacah partners add shows it",
    },
    "receipt": {"type": "http", "scheme": "bearer", "description": "A receipt of the form: its code, or its token"},
}
_ERRORS = ("400", "401", "403", "409", "413", "415", "422", "500", "503", "504")


def document() -> Json:
    (_,), schemas = msgspec.json.schema_components([Submission], ref_template="#/components/schemas/{name}")
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Cacah intake", "version": "1", "license": {"name": "Apache-2.0"}},
        "paths": {
            "/v1/submissions": {"post": _submit()},
            "/v1/submissions:batch": {"post": _batch()},
            **operator_paths(),
            **status_paths(),
            **receipt_paths(),
            **calendar_paths(),
            **draft_paths(),
            "/livez": {"get": _text("live", "Whether this process runs")},
            "/readyz": {"get": _text("ready", "Whether forms can be accepted now")},
            "/metrics": {"get": _text("metrics", "Prometheus text format")},
        },
        "components": {
            "schemas": schemas
            | operator_schemas()
            | receipt_schemas()
            | status_schemas()
            | calendar_schemas()
            | _answers(),
            "securitySchemes": _SECURITY,
        },
    }
    return with_examples(with_limits(described))


def _submit() -> Json:
    return {
        "operationId": "submit",
        "summary": "Send one form. 202 means that every in-sync replica of the log has it",
        "parameters": [
            {
                "name": "dry_run",
                "in": "query",
                "description": "Say what would be said, and keep nothing",
                "schema": {"type": "boolean", "default": False},
            },
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The form's id, where it has none itself",
                "schema": {"type": "string", "format": "uuid"},
            },
            {"name": "Accept-Language", "in": "header", "schema": {"type": "string", "examples": ["id", "en"]}},
        ],
        "requestBody": _body("application/json", "Submission"),
        "responses": {
            "200": _content("application/json", "Acceptable", "What would be said"),
            "202": _content("application/json", "Accepted", "Durable"),
        }
        | _problems(),
    }


def _batch() -> Json:
    return {
        "operationId": "submitBatch",
        "summary": "Send a form per line; a result per line comes back in order while it runs. No more is read "
        "while 1,000 results are unread: read while you write, or send fewer lines a request",
        "requestBody": _body("application/x-ndjson", "Submission") | {"required": False},
        "responses": {"200": _content("application/x-ndjson", "LineResult", "One result per line")} | _problems(),
    }


def _text(name: str, summary: str) -> Json:
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {"operationId": name, "summary": summary, "responses": {"200": {"description": "Yes", "content": content}}}


def _body(kind: str, schema: str) -> Json:
    return {"required": True, "content": {kind: {"schema": _ref(schema)}}}


def _content(kind: str, schema: str, description: str) -> Json:
    return {"description": description, "content": {kind: {"schema": _ref(schema)}}}


def _problems() -> Json:
    return {status: _content("application/problem+json", "Problem", _titles(int(status))) for status in _ERRORS}


def _titles(status: int) -> str:
    return ". ".join(answer.title.en for answer in ANSWERS.values() if answer.status == status)


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": required.split()}


def _answers() -> dict[str, Json]:
    text: Json = {"type": "string"}
    number: Json = {"type": "integer"}
    uuid: Json = {"type": "string", "format": "uuid"}
    time: Json = {"type": "string", "format": "date-time"}
    findings = {"type": "array", "items": _ref("Finding")}
    position: Json = {"topic": text, "partition": number, "offset": number, "received_at": time, "content_hash": text}
    receipt = {"code": text, "token": text} | position
    said = {"id": uuid, "status": text, "received_at": time, "warnings": findings}
    return {
        "Finding": _object("pointer code message remedy", pointer=text, code=text, message=text, remedy=text),
        "Problem": _object(
            "type title status detail code",
            type=text,
            title=text,
            status=number,
            detail=text,
            code=text,
            retry_after=number,
            errors=findings,
            warnings=findings,
        ),
        "Receipt": _object("code token topic partition offset received_at content_hash", **receipt),
        "Acceptable": _object("id status received_at warnings", **said),
        "Accepted": _object(
            "id status received_at warnings lineage receipt correction_code",
            **said,
            lineage=uuid,
            receipt=_ref("Receipt"),
            correction_code=text,
            replayed={"const": True, "description": "Accepted before: the receipt is the first one's statement"},
        ),
        "LineResult": _object(
            "line status id",
            line=number,
            status={"type": "integer", "description": "As if the line had been sent alone"},
            id={"anyOf": [uuid, {"type": "null"}]},
            receipt=_ref("Receipt"),
            problem=_ref("Problem"),
            replayed={"const": True},
        ),
    }
