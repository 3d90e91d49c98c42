"""docs/data-dictionary.md: every field of the questionnaire, and every counter that is made of the answers."""

from collections.abc import Iterator

from scripts.documents.markdown import MADE, page, table
from shared.domain.counters import AGENCY_COUNTERS, COUNTERS, DAILY_COUNTERS
from shared.domain.questionnaire import Field, Kind, Level, Questionnaire, published
from shared.domain.questionnaire.skipping import AgeFrom, Among, Condition, Given

_LEVELS = {Level.FORM: "the form", Level.FAMILY: "the family", Level.PERSON: "each person"}


_INTRODUCTION = """\
What a form holds, version by version, and what is counted of it. The same data gives the form its pages, intake its
checks and [submission.schema.json](submission.schema.json). What answers may contradict is in [rules.md](rules.md).
A version holds from its day on; a form begun under an older one stays good (`shared/domain/questionnaire/editions.py`).
"""
_COUNTED = """\
Kept for each region and in each aggregate record, from the table in `shared/domain/counters.py`. A counter that is zero
is left out of records."""


def render() -> str:
    return page(
        MADE,
        "# Data dictionary",
        _INTRODUCTION.rstrip(),
        *(part for questionnaire in reversed(list(published())) for part in _version(questionnaire)),
        "## Counters",
        _COUNTED,
        table(["counter", "counts", "per day too"], _counters()),
        "Kept for each agency: " + ", ".join(f"`{counter.code}`" for counter in AGENCY_COUNTERS) + ".",
    )


def _version(questionnaire: Questionnaire) -> Iterator[str]:
    since = f"{questionnaire.in_force_since.day} {questionnaire.in_force_since:%B %Y}"
    yield f"## Questionnaire {questionnaire.version}, in force since {since}"
    numbers = ((str(each.number), each.group, each.label.id, each.label.en) for each in questionnaire.questions)
    yield table(["question", "group", "Indonesia", "English"], numbers)
    for topic in questionnaire.topics:
        yield f"### {topic.label.en} · {topic.label.id}"
        yield f"About {_LEVELS[topic.level]}."
        yield table(
            ["field", "question", "values", "required", "asked", "Indonesia", "English"],
            _fields(questionnaire, topic.name),
        )
    yield f"### Codes of questionnaire {questionnaire.version}"
    for place in questionnaire.places:
        if place.field.kind is Kind.CODE:
            yield f"`{place.pointer}`"
            yield table(["code", "Indonesia", "English"], _codes(place.field))


def _fields(questionnaire: Questionnaire, topic: str) -> Iterator[list[str]]:
    for place in questionnaire.fields(topic):
        field = place.field
        yield [
            f"`{place.pointer}`",
            str(place.question or ""),
            _values(field),
            "yes" if field.required else "no" if field.default is None else f"no: {field.default}".lower(),
            _asked(field.asked_if),
            f"**{field.label.id}** {field.help.id}",
            f"**{field.label.en}** {field.help.en}",
        ]


_WRITTEN = {
    Kind.YES_NO: "true or false",
    Kind.REGION: "code of a village, `35.09.12.2003`",
    Kind.MONTH: "month, `2015-07`",
    Kind.DATE: "date, `1980-02-01`",
    Kind.UUID: "UUID in lower case",
}


def _values(field: Field) -> str:
    match field.kind:
        case Kind.CODE:
            codes = [option.code for option in field.options]
            return f"code {min(codes)} to {max(codes)}"
        case Kind.TEXT:
            return f"text, {field.low} to {field.high} characters"
        case Kind.INTEGER:
            return f"integer, {field.low} to {field.high}"
        case _:
            return _WRITTEN[field.kind]


def _asked(condition: Condition | None) -> str:
    match condition:
        case None:
            return "always"
        case Given(field, given):
            return f"with `{field}`" if given else f"without `{field}`"
        case Among(field, codes, _):
            return f"`{field}` is {' or '.join(str(code) for code in sorted(codes))}"
        case AgeFrom(years):
            return f"from age {years}"


def _codes(field: Field) -> Iterator[list[str]]:
    for option in field.options:
        yield [str(option.code), option.label.id, option.label.en]


def _counters() -> Iterator[list[str]]:
    for counter in COUNTERS:
        yield [f"`{counter.code}`", _counted(counter.code), "yes" if counter.code in DAILY_COUNTERS else ""]


def _counted(code: str) -> str:
    if code in _WORDS:
        return _WORDS[code]
    first, _, rest = code.partition("_")
    if first in {"male", "female"}:
        low, _, high = rest.partition("_")
        return f"{_FAMILIES[first]} {int(low)} {'and older' if high == 'up' else f'to {int(high)}'}"
    if first == "households":
        return f"{_FAMILIES[first]}: {rest.removeprefix('grade_').upper()}"
    return f"{_FAMILIES[first]}: {rest.replace('_', ' ')}"


_WORDS = {
    "persons": "people",
    "male": "people, male",
    "female": "people, female",
    "persons_clean": "people in clean forms",
    "away_from_card": "people who do not live at the address on their card",
    "without_nik": "people without a NIK",
    "households": "households that have answered (*respon*)",
    "households_clean": "households whose form breaks no rule (*clean*)",
}
_FAMILIES = {
    "households": "households by grade",
    "male": "male, aged on the census day",
    "female": "female, aged on the census day",
    "education": "people by highest certificate",
    "activity": "people by usual activity",
    "relationship": "people by relationship to the head",
}
