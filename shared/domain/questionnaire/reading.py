"""From a data file to a questionnaire."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from shared.domain.questionnaire.model import Field, Kind, Level, Option, Place, Question, Questionnaire, Topic
from shared.domain.questionnaire.skipping import AgeFrom, Among, Condition, Given
from shared.domain.words import Words

Json = Mapping[str, Any]

FORM = "submission"
YES_NO = (Option(code=True, label=Words("Ya", "Yes")), Option(code=False, label=Words("Tidak", "No")))


def read_questionnaire(document: Json) -> Questionnaire:
    """Raises KeyError or ValueError where the document is no questionnaire."""
    codes = {name: tuple(_option(entry) for entry in entries) for name, entries in document["code_lists"].items()}
    records = {
        name: tuple(_field(entry, entries, codes) for entry in entries) for name, entries in document["records"].items()
    }
    return Questionnaire(
        version=document["version"],
        in_force_since=date.fromisoformat(document["in_force_since"]),
        topics=tuple(
            Topic(entry["name"], entry["group"], Level(entry["level"]), _words(entry["label"]))
            for entry in document["topics"]
        ),
        questions=tuple(
            Question(entry["number"], entry["group"], _words(entry["label"])) for entry in document["questions"]
        ),
        records=MappingProxyType(records),
        places=tuple(_places(records, FORM, "", None, None)),
    )


def _places(
    records: Mapping[str, tuple[Field, ...]], record: str, pointer: str, topic: str | None, question: int | None
) -> Iterator[Place]:
    """A field of a record in a record is under the topic and question of the field that holds the record."""
    for field in records[record]:
        under = field.topic or topic
        if under is None:
            raise ValueError(f"{record}.{field.name} has no topic")
        number = field.question or question
        at = f"{pointer}/{field.name}"
        yield Place(at, field, under, number)
        if field.record is not None:
            inner = f"{at}/*" if field.kind is Kind.RECORDS else at
            yield from _places(records, field.record, inner, under, number)


def _field(entry: Json, siblings: list[Json], codes: Mapping[str, tuple[Option, ...]]) -> Field:
    kind = Kind(entry["type"])
    options = YES_NO if kind is Kind.YES_NO else codes[entry["codes"]] if kind is Kind.CODE else ()
    return Field(
        name=entry["name"],
        kind=kind,
        label=_words(entry["label"]),
        help=_words(entry["help"]),
        required=entry.get("required", False),
        default=entry.get("default"),
        low=entry.get("min"),
        high=entry.get("max"),
        pattern=entry.get("pattern"),
        options=options,
        record=entry.get("record"),
        question=entry.get("question"),
        topic=entry.get("topic"),
        asked_if=_condition(entry["asked_if"], siblings) if "asked_if" in entry else None,
    )


def _condition(entry: Json, siblings: list[Json]) -> Condition:
    if "age" in entry:
        return AgeFrom(entry["age"]["from"])
    other = {field["name"]: field for field in siblings}[entry["field"]]
    if "given" in entry:
        return Given(other["name"], entry["given"])
    return Among(other["name"], frozenset(entry["in"]), other.get("default"))


def _option(entry: Json) -> Option:
    return Option(entry["code"], _words(entry["label"]))


def _words(entry: Json) -> Words:
    return Words(entry["id"], entry["en"])
