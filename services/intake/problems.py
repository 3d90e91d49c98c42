"""Answers that are no acceptance: RFC 9457, in the reader's language, and never a value that somebody sent."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from services.intake.texts import ANSWERS, FAULTS, Language
from shared.domain.questionnaire import ShapeProblem
from shared.domain.rules import describe

PROBLEM_JSON = b"application/problem+json"
UNAUTHORIZED = 401
CHALLENGE = 'Bearer realm="cacah"'
"""What a 401 says of how to do better, in its header WWW-Authenticate."""
_AGAIN = frozenset({503, 504})
_SOONEST, _LATEST = 1, 5

Json = dict[str, Any]


class Located(Protocol):
    """Something wrong, and the JSON pointer to it: a rule's problem or a fault of shape."""

    @property
    def code(self) -> str: ...

    @property
    def pointer(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong before any rule of the census is asked."""

    code: str
    pointer: str


class Refused(Exception):
    """A request that is answered by a problem. `code` is one of `texts.ANSWERS`.

    `submission`: the id of the form, where it could be read. `retry_after`: seconds, where it is known; else they are
    drawn. `headers`: more of them for the answer. `more`: members of the problem that only this kind has.
    """

    def __init__(
        self,
        code: str,
        errors: Sequence[Located] = (),
        warnings: Sequence[Located] = (),
        submission: str | None = None,
        *,
        retry_after: int | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)
        self.warnings = tuple(warnings)
        self.submission = submission
        self.retry_after = retry_after
        self.headers = tuple(headers)
        self.more = more


def problem(refused: Refused, language: Language) -> Json:
    """The body. One that asks to come again says after how many seconds, spread so that not all come at once."""
    answer = ANSWERS[refused.code]
    body: Json = {
        "type": f"/problems/{refused.code}",
        "title": answer.title.in_language(language),
        "status": answer.status,
        "detail": answer.remedy.in_language(language),
        "code": refused.code,
        **refused.more,
    }
    if refused.retry_after is not None:
        body["retry_after"] = refused.retry_after
    elif answer.status in _AGAIN:
        body["retry_after"] = random.randint(_SOONEST, _LATEST)  # noqa: S311  # nothing secret hangs on it
    if refused.errors:
        body["errors"] = explained(refused.errors, language)
    if refused.warnings:
        body["warnings"] = explained(refused.warnings, language)
    return body


def explained(found: Iterable[Located], language: Language) -> list[Json]:
    return [_explain(each, language) for each in found]


def _explain(found: Located, language: Language) -> Json:
    if isinstance(found, ShapeProblem):
        message, remedy = (words.in_language(language) for words in (found.message, found.remedy))
    elif found.code in FAULTS:
        message, remedy = (words.in_language(language) for words in FAULTS[found.code])
    else:
        message, remedy = describe(found.code, language)
    return {"pointer": found.pointer, "code": found.code, "message": message, "remedy": remedy}
