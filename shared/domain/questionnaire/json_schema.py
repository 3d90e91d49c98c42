"""JSON Schema of a questionnaire's form: what a document must look like before any rule is asked.

Says in a standard's words what `problems_of_shape` says in people's. Two things a schema cannot say: that 1.0 is not
written for 1, and that no name stands twice.
"""

from typing import Any, Final

from shared.domain.questionnaire.model import Field, Kind, Questionnaire
from shared.domain.questionnaire.reading import FORM

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def json_schema(questionnaire: Questionnaire) -> Schema:
    """A schema of draft 2020-12. Words are in English; the Indonesian ones are beside them, as `x-id`."""
    records = {name: _record(fields) for name, fields in questionnaire.records.items() if name != FORM}
    return {
        "$schema": DIALECT,
        "title": f"Census form, questionnaire {questionnaire.version}",
        **_record(questionnaire.records[FORM]),
        "$defs": records,
    }


def _record(fields: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _described(field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _described(field: Field) -> Schema:
    words: Schema = {
        "title": field.label.en,
        "description": field.help.en,
        "x-id": {"title": field.label.id, "description": field.help.id},
    }
    if field.default is not None:
        words["default"] = field.default
    return words | (_or_null(_value(field)) if field.nullable else _value(field))


def _value(field: Field) -> Schema:
    match field.kind:
        case Kind.CODE:
            return {"oneOf": [_option(code, label.id, label.en) for code, label in _options(field)]}
        case Kind.RECORD:
            return {"$ref": f"#/$defs/{field.record}"}
        case Kind.RECORDS:
            items = {"$ref": f"#/$defs/{field.record}"}
            return {"type": "array", "items": items} | _given(minItems=field.low, maxItems=field.high)
        case _:
            return _plain(field)


def _plain(field: Field) -> Schema:
    match field.kind:
        case Kind.YES_NO:
            return {"type": "boolean"}
        case Kind.INTEGER:
            return {"type": "integer"} | _given(minimum=field.low, maximum=field.high)
        case Kind.DATE:
            return {"type": "string", "format": "date", "pattern": _DATE}
        case _:
            limits = _given(minLength=field.low, maxLength=field.high, pattern=field.pattern)
            return {"type": "string"} | limits


def _options(field: Field) -> list[tuple[int, Any]]:
    return [(int(option.code), option.label) for option in field.options]


def _option(code: int, id_: str, en: str) -> Schema:
    return {"type": "integer", "const": code, "title": en, "x-id": {"title": id_}}


def _or_null(value: Schema) -> Schema:
    if isinstance(value.get("type"), str):
        return value | {"type": [value["type"], "null"]}
    return {"anyOf": [value, {"type": "null"}]}


def _given(**limits: object) -> Schema:
    return {name: limit for name, limit in limits.items() if limit is not None}
