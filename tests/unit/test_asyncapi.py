"""The description of the topics is whole, and of the topics that there are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from shared.contracts.asyncapi import document
from shared.contracts.topics import topic_specs

EXAMPLES = Path(__file__).parents[2] / "shared" / "contracts" / "examples"
DESCRIBED = msgspec.json.decode(msgspec.json.encode(document()))


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def resolve(reference: str) -> Any:
    found: Any = DESCRIBED
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_every_topic_is_described() -> None:
    assert set(DESCRIBED["channels"]) == {spec.name for spec in topic_specs(4, "g1")}


def test_every_topic_has_one_sender() -> None:
    senders = [each["channel"]["$ref"] for each in DESCRIBED["operations"].values() if each["action"] == "send"]
    assert sorted(senders) == sorted(f"#/channels/{name}" for name in DESCRIBED["channels"])


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DESCRIBED))
    assert found
    for reference in found:
        assert resolve(reference)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("sensus.*.json")), ids=lambda path: path.stem)
def test_an_example_is_as_its_topic_says(example: Path) -> None:
    message = resolve(DESCRIBED["channels"][example.stem]["messages"]["record"]["$ref"])
    schema = message["payload"] | {"components": DESCRIBED["components"]}
    Draft202012Validator(schema).validate(msgspec.json.decode(example.read_bytes()))


def test_the_committed_description_is_that_of_the_code() -> None:
    committed = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
    assert yaml.safe_load(committed.read_text(encoding="utf-8")) == DESCRIBED, "make docs"
