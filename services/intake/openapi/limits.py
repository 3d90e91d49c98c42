"""The OpenAPI document: what holds for every operation that is limited by sender."""

from typing import Any

from services.intake.texts import ANSWERS

Json = dict[str, Any]

_LIMITED = "/v1/"
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_FIELDS: Json = {
    "RateLimit-Policy": {
        "description": "How much one sender may send: q at once, and all of it again after w seconds",
        "schema": {"type": "string", "examples": ['"address";q=2000;w=100']},
    },
    "RateLimit": {
        "description": "How much is left (r), and in how many seconds there is all or any of it again (t)",
        "schema": {"type": "string", "examples": ['"address";r=1999;t=1']},
    },
    "Retry-After": {"description": "Seconds", "schema": {"type": "integer", "minimum": 1}},
}


def with_limits(described: Json) -> Json:
    """Adds the answer 429 to all of them, in place."""
    for path, item in described["paths"].items():
        if path.startswith(_LIMITED):
            for method in item.keys() & _METHODS:
                item[method]["responses"]["429"] = _too_many()
    return described


def _too_many() -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": ANSWERS["too-many"].title.en,
        "headers": _FIELDS,
        "content": {"application/problem+json": {"schema": schema}},
    }
