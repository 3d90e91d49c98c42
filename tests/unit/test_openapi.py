"""The description of intake's API is whole, and shows every problem in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.intake.openapi.document import document
from services.intake.texts import ANSWERS
from tests.unit.test_asyncapi import references

DESCRIBED = document()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DESCRIBED)):
        found: Any = DESCRIBED
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_names_of_operations_are_given_once() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("name", "operation"), list(operations()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_problem_is_shown_in_both_languages(name: str, operation: dict[str, Any]) -> None:
    schema = DESCRIBED["components"]["schemas"]["Problem"] | {"components": DESCRIBED["components"]}
    for status, response in operation["responses"].items():
        media = response.get("content", {}).get("application/problem+json")
        if media is None:
            continue
        shown = [DESCRIBED["components"]["examples"][key] for key in media["examples"]]
        codes = {each["value"]["code"] for each in shown}
        assert codes == {code for code, answer in ANSWERS.items() if answer.status == int(status)}, name
        assert {key.rpartition("-")[2] for key in media["examples"]} == {"id", "en"}
        for each in shown:
            Draft202012Validator(schema).validate(each["value"])


def test_the_form_that_is_shown_belongs_to_nobody() -> None:
    body = DESCRIBED["paths"]["/v1/submissions"]["post"]["requestBody"]["content"]["application/json"]["example"]
    numbers = [body["card"], *(member["nik"] for member in body["members"])]
    assert all(number.startswith("00") for number in numbers)
