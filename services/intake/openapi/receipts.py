"""The part of the OpenAPI document about receipts."""

from typing import Any

from services.intake.texts import ANSWERS

Json = dict[str, Any]

_EXAMPLE = (
    "cch1Vkdap1RjR0x0dHR0dHR0dHR0dHR0dHR0AAIAAAAAAAAAAgAGYIsBXzACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
    "AgICA4__gBsyvOrePYL11Sn4bPX2es8rOamdXrpGnh3KFQdJv53b784rL4K6Tc2fOtuGeJhFwNMLI3iHCvosVqYV_qkqkaJVvgAl"
    "TjI3YjztQldyqYcsSScPVvvIldLGwqt6DA"
)


def receipt_paths() -> Json:
    return {
        "/v1/receipts/{token}": {
            "get": {
                "operationId": "showReceipt",
                "summary": "Whether a receipt is genuine, and what it says; for anybody. A page where text/html is asked for",
                "parameters": [
                    _token(),
                    {
                        "name": "lang",
                        "in": "query",
                        "description": "`id` or `en`, where Accept-Language is not to decide; another one is passed over",
                        "schema": {"type": "string"},
                        "example": "en",
                    },
                ],
                "responses": {
                    "200": {
                        "description": "Genuine",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/GenuineReceipt"}},
                            "text/html": {"schema": {"type": "string"}},
                        },
                    }
                }
                | _problems(page=True),
            }
        },
        "/v1/receipts/{token}/qr.svg": {
            "get": {
                "operationId": "drawReceipt",
                "summary": "A genuine receipt as a QR code, which holds the token itself",
                "parameters": [_token()],
                "responses": {
                    "200": {"description": "The code", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}
                }
                | _problems(page=False),
            }
        },
        "/.well-known/jwks.json": {
            "get": {
                "operationId": "receiptKeys",
                "summary": "The public keys of receipts, of all times, as a JSON Web Key Set",
                "responses": {
                    "200": {
                        "description": "The keys",
                        "content": {"application/jwk-set+json": {"schema": {"$ref": "#/components/schemas/KeySet"}}},
                    }
                },
            }
        },
    }


def receipt_schemas() -> Json:
    text: Json = {"type": "string"}
    number: Json = {"type": "integer"}
    said = {
        "genuine": {"const": True},
        "topic": {"type": ["string", "null"], "description": "null: of another log than this service's"},
        "topic_id": text,
        "partition": number,
        "offset": number,
        "received_at": {"type": "string", "format": "date-time"},
        "content_hash": text,
        "key_id": text,
        "window": {"type": "integer", "description": "How many receipts share the signature"},
    }
    key = dict.fromkeys(("kty", "crv", "use", "alg", "kid", "x"), text)
    keys = {"type": "array", "items": {"type": "object", "properties": key, "required": list(key)}}
    return {
        "GenuineReceipt": {"type": "object", "properties": said, "required": list(said)},
        "KeySet": {"type": "object", "properties": {"keys": keys}, "required": ["keys"]},
    }


def _token() -> Json:
    return {
        "name": "token",
        "in": "path",
        "required": True,
        "description": "The long form of a receipt",
        "schema": {"type": "string"},
        "example": _EXAMPLE,
    }


def _problems(*, page: bool) -> Json:
    problem: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = ". ".join(answer.title.en for code, answer in ANSWERS.items() if code.startswith("receipt-"))
    content = problem | ({"text/html": {"schema": {"type": "string"}}} if page else {})
    return {"422": {"description": titles, "content": content}, "500": {"description": "Problem", "content": problem}}
