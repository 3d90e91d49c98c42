"""The questionnaire against the record that it describes, and what a form may ask it."""

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from shared.contracts.submission import QUESTIONNAIRE_VERSION, Submission
from shared.domain import form
from shared.domain.facts import ACTIVITIES, EDUCATIONS, RELATIONSHIPS
from shared.domain.questionnaire import Field, Kind, Level, in_force, published

TODAY = in_force(date(2026, 11, 24))


def structs() -> dict[str, inspect.StructType]:
    """Every struct of a submission by the name of its record."""
    found: dict[str, inspect.StructType] = {}
    waiting: list[inspect.Type] = [inspect.type_info(Submission)]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            found[kind.cls.__name__.lower()] = kind
            waiting.extend(each.type for each in kind.fields)
        elif isinstance(kind, inspect.UnionType):
            waiting.extend(kind.types)
        elif isinstance(kind, inspect.VarTupleType):
            waiting.append(kind.item_type)
    return found


STRUCTS = structs()
PAIRS = [
    pytest.param(field, kept, id=f"{name}.{field.name}")
    for name, struct in STRUCTS.items()
    for field in TODAY.records[name]
    for kept in struct.fields
    if kept.name == field.name
]
PROTOCOLS = {"address": form.Address, "member": form.Person, "housing": form.Housing, "submission": form.Form}


def inner(kind: inspect.Type) -> Any:
    """The type without null."""
    if isinstance(kind, inspect.UnionType):
        (other,) = (each for each in kind.types if not isinstance(each, inspect.NoneType))
        return other
    return kind


def test_every_field_of_the_record_is_in_the_questionnaire_and_the_other_way_round() -> None:
    assert TODAY.version == QUESTIONNAIRE_VERSION
    assert STRUCTS.keys() == TODAY.records.keys()
    for name, struct in STRUCTS.items():
        assert {field.name for field in TODAY.records[name]} == {field.name for field in struct.fields}, name


def test_what_rules_read_is_in_the_questionnaire() -> None:
    for name, protocol in PROTOCOLS.items():
        read = {each for each, value in vars(protocol).items() if isinstance(value, property)}
        assert read <= {field.name for field in TODAY.records[name]}


@pytest.mark.parametrize(("field", "kept"), PAIRS)
def test_a_field_takes_what_the_record_takes(field: Field, kept: inspect.Field) -> None:
    assert field.required == kept.required
    assert field.nullable == isinstance(kept.type, inspect.UnionType)
    assert field.default == (None if kept.default is msgspec.NODEFAULT else kept.default)
    kind = inner(kept.type)
    match field.kind:
        case Kind.CODE:
            assert [code for code, _ in field.choices("id")] == list(range(kind.ge, kind.le + 1))
        case Kind.INTEGER:
            assert (field.low, field.high) == (kind.ge, kind.le)
        case Kind.YES_NO:
            assert isinstance(kind, inspect.BoolType)
        case Kind.DATE:
            assert isinstance(kind, inspect.DateType)
        case Kind.RECORD:
            assert kind.cls.__name__.lower() == field.record
        case Kind.RECORDS:
            assert kind.item_type.cls.__name__.lower() == field.record
            assert (field.low, field.high) == (kind.min_length, kind.max_length)
        case _:
            assert isinstance(kind, inspect.StrType)
            assert (field.low, field.high, field.pattern) == (kind.min_length, kind.max_length, kind.pattern)


def test_codes_that_are_counted_are_those_asked() -> None:
    for name, counted in (("education", EDUCATIONS), ("activity", ACTIVITIES), ("relationship", RELATIONSHIPS)):
        assert len(TODAY.place(f"/members/0/{name}").field.options) == len(counted)


def test_there_are_21_questions_each_with_a_field() -> None:
    assert [question.number for question in TODAY.questions] == list(range(1, 22))
    asked = {place.question for place in TODAY.places} - {None}
    assert asked == set(range(1, 22))
    for place in TODAY.places:
        if place.question is not None:
            assert TODAY.question(place.question).group == TODAY.topic(place.topic).group, place.pointer


@pytest.mark.parametrize("language", ["id", "en"])
def test_everything_has_words_in_both_languages(language: str) -> None:
    for place in TODAY.places:
        words = (place.field.label, place.field.help, *(option.label for option in place.field.options))
        assert all(each.in_language(language).strip() for each in words), place.pointer
        assert place.field.help.in_language(language).endswith("."), place.pointer
        labels = [label for _, label in place.field.choices(language)]
        assert len(set(labels)) == len(labels), place.pointer
    assert all(topic.label.in_language(language) for topic in TODAY.topics)
    assert all(question.label.in_language(language) for question in TODAY.questions)


def test_topics_hold_every_answer_once() -> None:
    by_topic = [place.pointer for topic in TODAY.topics for place in TODAY.fields(topic.name)]
    answers = [place.pointer for place in TODAY.places if place.field.record is None]
    assert sorted(by_topic) == sorted(answers)
    assert [place.pointer for place in TODAY.fields("work")] == [
        "/members/*/activity",
        "/members/*/occupation",
        "/members/*/occupation_text",
        "/members/*/work_status",
    ]
    assert [place.pointer for place in TODAY.fields("residence")][-1] == "/members/*/address/street"
    assert TODAY.topic("housing").level is Level.FAMILY
    with pytest.raises(KeyError):
        TODAY.fields("weather")


def test_a_problem_leads_to_its_field() -> None:
    assert TODAY.place("/members/12/birth_date").field.label.en == "Date of birth"
    with pytest.raises(KeyError):
        TODAY.place("/members/12/shoe_size")


@pytest.mark.parametrize(
    ("pointer", "answers", "age", "asked"),
    [
        ("/members/0/name", {}, None, True),
        ("/members/0/occupation", {}, 40, False),
        ("/members/0/occupation", {"activity": 1}, 40, True),
        ("/members/0/occupation", {"activity": 3}, 40, False),
        ("/members/0/country", {}, 40, False),
        ("/members/0/country", {"citizenship": 2}, 40, True),
        ("/members/0/ethnicity", {}, 40, True),
        ("/members/0/ethnicity", {"citizenship": 2}, 40, False),
        ("/members/0/education", {}, 4, False),
        ("/members/0/education", {}, 5, True),
        ("/members/0/education", {}, None, True),
        ("/members/0/no_nik_reason", {}, 30, True),
        ("/members/0/no_nik_reason", {"nik": "as on the card"}, 30, False),
        ("/code", {}, None, True),
        ("/code", {"card": "as on the card"}, None, False),
    ],
)
def test_skip_rules(pointer: str, answers: dict[str, Any], age: int | None, *, asked: bool) -> None:
    assert TODAY.place(pointer).field.is_asked(answers, age) is asked


def test_choices_speak_the_language_asked_for() -> None:
    field = TODAY.place("/members/0/sex").field
    assert field.choices("id") == ((1, "Laki-laki"), (2, "Perempuan"))
    assert field.choices("en") == ((1, "Male"), (2, "Female"))
    assert TODAY.place("/members/0/same_as_card").field.choices("en") == ((True, "Yes"), (False, "No"))


def test_all_versions_are_published_in_order() -> None:
    assert [each.version for each in published()] == list(range(1, QUESTIONNAIRE_VERSION + 1))
