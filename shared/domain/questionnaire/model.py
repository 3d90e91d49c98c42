"""A questionnaire as data: its questions, fields, codes and skip rules, with the words for them in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.questionnaire.skipping import Answers, Condition, holds
from shared.domain.words import Words


class Kind(StrEnum):
    """What an answer is in JSON."""

    TEXT = "text"
    UUID = "uuid"
    REGION = "region"
    MONTH = "month"
    DATE = "date"
    CODE = "code"
    YES_NO = "yes_no"
    INTEGER = "integer"
    RECORD = "record"
    RECORDS = "records"


class Level(StrEnum):
    """Whom a question is about."""

    FORM = "form"
    FAMILY = "family"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from; `code` is what a form holds."""

    code: int | bool
    label: Words


@dataclass(frozen=True, slots=True)
class Field:
    """One name of a record.

    `low` and `high` limit the length of texts and lists and the size of integers. `record` names the record that
    stands here. A field that is neither required nor has a default may also hold null.
    """

    name: str
    kind: Kind
    label: Words
    help: Words
    required: bool = False
    default: int | bool | None = None
    low: int | None = None
    high: int | None = None
    pattern: str | None = None
    options: tuple[Option, ...] = ()
    record: str | None = None
    question: int | None = None
    topic: str | None = None
    asked_if: Condition | None = None

    @property
    def nullable(self) -> bool:
        return not self.required and self.default is None

    def is_asked(self, answers: Answers, age: int | None) -> bool:
        """Whether a form shows it.

        Args:
            answers: those of the same record: of the person, or of the form for what is about the family.
            age: completed years on the census day; None where it is not known.
        """
        return self.asked_if is None or holds(self.asked_if, answers, age)

    def choices(self, language: str) -> tuple[tuple[int | bool, str], ...]:
        """Code and label of each option. `language`: `id` or `en`."""
        return tuple((option.code, option.label.in_language(language)) for option in self.options)


@dataclass(frozen=True, slots=True)
class Place:
    """A field where it stands in the form. `pointer`: as in problems, with `*` for the index of a person."""

    pointer: str
    field: Field
    topic: str
    question: int | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the form."""

    name: str
    group: str
    level: Level
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One of the numbered questions of the census; some have several fields."""

    number: int
    group: str
    label: Words


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version. `records`: by name, the fields of the objects that a form is made of; a form is a `submission`.

    `places`: every field in the order of the form, those of records in records included.
    """

    version: int
    in_force_since: date
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    records: Mapping[str, tuple[Field, ...]]
    places: tuple[Place, ...]

    def fields(self, topic: str) -> tuple[Place, ...]:
        """What is asked under a topic, in order. Raises KeyError for a topic that there is not."""
        self.topic(topic)
        return tuple(place for place in self.places if place.topic == topic and place.field.record is None)

    def topic(self, name: str) -> Topic:
        """Raises KeyError."""
        return {topic.name: topic for topic in self.topics}[name]

    def question(self, number: int) -> Question:
        """Raises KeyError."""
        return {question.number: question for question in self.questions}[number]

    def place(self, pointer: str) -> Place:
        """The field that a problem points at, whichever person it is about. Raises KeyError."""
        general = "/".join("*" if part.isdecimal() else part for part in pointer.split("/"))
        return {place.pointer: place for place in self.places}[general]
