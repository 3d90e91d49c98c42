"""The little of HTTP that routes on bare ASGI need."""

from collections.abc import Iterable
from typing import NamedTuple

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


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Headers


def answer_of(status: int, body: bytes, kind: bytes, headers: Headers = ()) -> Answer:
    """With the fields that all answers have."""
    always = ((b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store"))
    return Answer(status, body, (*always, *headers))


async def answer(send: Send, status: int, body: bytes, kind: bytes, headers: Headers = ()) -> None:
    await _send(send, answer_of(status, body, kind, headers))


async def refuse(send: Send, refused: Refused, speech: Language, headers: Headers = ()) -> None:
    await _send(send, refusal(refused, speech, headers))


async def _send(send: Send, found: Answer) -> None:
    await send({"type": "http.response.start", "status": found.status, "headers": list(found.headers)})
    await send({"type": "http.response.body", "body": found.body})


def refusal(refused: Refused, speech: Language, headers: Headers = ()) -> Answer:
    body = problem(refused, speech)
    more = [(b"content-language", speech.encode()), *headers, *refused.headers]
    if "retry_after" in body:
        more.append((b"retry-after", b"%d" % body["retry_after"]))
    if body["status"] == UNAUTHORIZED:
        more.append((b"www-authenticate", CHALLENGE.encode()))
    return answer_of(body["status"], encode(body), PROBLEM_JSON, more)


def require_type(scope: Scope, allowed: frozenset[str]) -> None:
    """Raises Refused `media-type`. A request that names no type is taken at its word."""
    check_type(header(scope, b"content-type"), allowed)


def check_type(named: str, allowed: frozenset[str]) -> None:
    """As `require_type`, of the header's value."""
    kind = named.partition(";")[0].strip().lower()
    if kind and kind not in allowed:
        raise Refused("media-type")
