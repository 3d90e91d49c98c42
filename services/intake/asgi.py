"""The little of HTTP that routes on bare ASGI need."""

from collections.abc import Iterable

import msgspec
from starlette.types import Scope, Send

from services.intake.problems import CHALLENGE, PROBLEM_JSON, UNAUTHORIZED, Refused, problem
from services.intake.texts import Language
from shared.web.languages import negotiate

JSON = b"application/json"
NDJSON = b"application/x-ndjson"

Headers = Iterable[tuple[bytes, bytes]]

encode = msgspec.json.Encoder().encode


def header(scope: Scope, name: bytes) -> str:
    """The header's value, empty where there is none. `name`: lower case."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


def language(scope: Scope) -> Language:
    return negotiate(header(scope, b"accept-language"))


async def answer(send: Send, status: int, body: bytes, kind: bytes, headers: Headers = ()) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", kind),
                (b"content-length", b"%d" % len(body)),
                (b"cache-control", b"no-store"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, refused: Refused, speech: Language, headers: Headers = ()) -> None:
    body = problem(refused, speech)
    more = [(b"content-language", speech.encode()), *headers, *refused.headers]
    if "retry_after" in body:
        more.append((b"retry-after", b"%d" % body["retry_after"]))
    if body["status"] == UNAUTHORIZED:
        more.append((b"www-authenticate", CHALLENGE.encode()))
    await answer(send, body["status"], encode(body), PROBLEM_JSON, more)


def require_type(scope: Scope, allowed: frozenset[str]) -> None:
    """Raises Refused `media-type`. A request that names no type is taken at its word."""
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if kind and kind not in allowed:
        raise Refused("media-type")
