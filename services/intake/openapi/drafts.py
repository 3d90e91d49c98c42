"""The part of the OpenAPI document about drafts."""

from typing import Any

from services.intake.openapi.status import problem

Json = dict[str, Any]
_BYTES: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


_SOME_BYTES: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}}
_NAME: Json = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "32 to 64 hexadecimal digits, made from what the family alone knows; it is not stored",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32,64}$"},
    "example": "b7" * 16,
}


def draft_paths() -> Json:
    return {
        "/v1/drafts/{name}": {
            "put": _operation(
                "putDraft",
                "Keep a draft for 30 days, in place of the one before. Seal it before: it is bytes to us",
                {"204": {"description": "Kept; Expires says for how long"}},
                (400, 401, 403, 413, 415, 422, 500, 503),
            )
            | {"requestBody": {"required": True, "content": _SOME_BYTES}},
            "get": _operation(
                "getDraft",
                "The draft as it was put",
                {"200": {"description": "The draft", "content": _BYTES}},
                (400, 401, 403, 404, 500, 503),
            ),
            "delete": _operation(
                "deleteDraft",
                "Forget it, whether it is there or not",
                {"204": {"description": "It is not there any more"}},
                (400, 401, 403, 500, 503),
            ),
        }
    }


def _operation(name: str, summary: str, answers: Json, problems: tuple[int, ...]) -> Json:
    responses = answers | {str(status): problem(status) for status in problems}
    said = {"operationId": name, "summary": summary, "parameters": [_NAME]}
    return said | {"security": [{"partnerKey": []}], "responses": responses}
