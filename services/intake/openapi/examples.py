"""Examples in the OpenAPI document: every problem in both languages, and a form whose numbers nobody can have."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from services.intake.texts import ANSWERS, Answer, Language
from shared import contracts

Json = dict[str, Any]

_PROBLEM: Final = "application/problem+json"
_FORM: Final = {"$ref": "#/components/schemas/Submission"}
_LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
_AGAIN: Final = frozenset({429, 503, 504})
_SECONDS: Final = 2


def with_examples(document: Json) -> Json:
    """The same document; examples are put in."""
    for operations in document["paths"].values():
        for operation in operations.values():
            _of_form(operation.get("requestBody", {}).get("content", {}))
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if _PROBLEM in content:
                    content[_PROBLEM] = content[_PROBLEM] | {"examples": _of_status(int(status))}
    document["components"]["examples"] = _of_problems()
    return document


def _of_status(status: int) -> Json:
    return {
        f"{code}-{language}": {"$ref": f"#/components/examples/{code}-{language}"}
        for code, answer in ANSWERS.items()
        if answer.status == status
        for language in _LANGUAGES
    }


def _of_problems() -> Json:
    return {
        f"{code}-{language}": {"summary": answer.title.in_language(language), "value": _problem(code, answer, language)}
        for code, answer in ANSWERS.items()
        for language in _LANGUAGES
    }


def _problem(code: str, answer: Answer, language: Language) -> Json:
    body: Json = {
        "type": f"/problems/{code}",
        "title": answer.title.in_language(language),
        "status": answer.status,
        "detail": answer.remedy.in_language(language),
        "code": code,
    }
    return body | ({"retry_after": _SECONDS} if answer.status in _AGAIN else {})


def _of_form(content: Json) -> None:
    for media in content.values():
        if media.get("schema") == _FORM:
            media["example"] = _form()


@cache
def _form() -> Json:
    file = Path(contracts.__file__).parent / "examples" / "submission.v1.json"
    form: Json = msgspec.json.decode(file.read_bytes())
    return form
