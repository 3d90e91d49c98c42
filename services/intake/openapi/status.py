"""The part of the OpenAPI document about what has become of a form."""

from typing import Any

from services.intake.status.model import Status
from services.intake.texts import ANSWERS

Json = dict[str, Any]
ID_EXAMPLE = "018f3c9e-6f1d-4c7a-9d55-2f6b1a0c4e77"


def status_paths() -> Json:
    return {
        "/v1/submissions/{submission}": {
            "get": {
                "operationId": "showSubmission",
                "summary": "What has become of a form, for who has its receipt. Unknown and not yours look the same",
                "security": [{"receipt": []}],
                "parameters": [
                    submission_parameter(),
                    {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "Known. Retry-After where it is not yet counted",
                        "headers": {"ETag": _text(), "Retry-After": {"schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SubmissionStatus"}}},
                    },
                    "304": {"description": "As it was"},
                }
                | {str(status): problem(status) for status in (401, 404, 500, 503)},
            }
        }
    }


def status_schemas() -> Json:
    text: Json = {"type": "string"}
    time: Json = {"type": "string", "format": "date-time"}
    number: Json = {"type": "integer"}
    said = {
        "id": {"type": "string", "format": "uuid"},
        "status": {"enum": [str(each) for each in Status]},
        "progress": {"enum": ["accepted", "validated", "counted"], "description": "How far the count is with it"},
        "meaning": text,
        "revision": number,
        "received_at": time,
        "changed_at": {"type": ["string", "null"], "description": "When a newer form replaced it or took it back"},
        "topic": text,
        "partition": number,
        "offset": number,
        "as_of": {"type": ["string", "null"], "description": "When the totals were last written"},
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
    }
    return {"SubmissionStatus": {"type": "object", "properties": said, "required": list(said)}}


def submission_parameter() -> Json:
    return {
        "name": "submission",
        "in": "path",
        "required": True,
        "description": "The submission's id",
        "schema": {"type": "string"},
        "example": ID_EXAMPLE,
    }


def problem(status: int) -> Json:
    titles = ". ".join(answer.title.en for answer in ANSWERS.values() if answer.status == status)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": titles, "content": content}


def _text() -> Json:
    return {"schema": {"type": "string"}}
