"""From a draft to the submission that it says."""

import copy
from collections.abc import Iterable
from typing import Any

from services.portal.form.draft import Document, Draft, value_at
from services.portal.form.pages import Way
from shared.domain.questionnaire import Field, Kind, Questionnaire

MEMBER, FAMILY, HOUSING, ADDRESS = "member", "submission", "housing", "address"
_PLACEHOLDER_VILLAGE = "35.09.12.2003"


def submission(draft: Draft, way: Way) -> Document:
    """What is sent: only what is asked, given the other answers. A draft that is not complete gives a document that
    lacks something."""
    document = draft.document
    form: Document = {
        "id": draft.id,
        "version": way.questionnaire.version,
        **{name: document[name] for name in ("card", "code") if name in document},
        "members": [
            _member(record, way, elsewhere=person in draft.elsewhere)
            for person, record in zip(draft.people, draft.members, strict=True)
        ],
    }
    for name in (ADDRESS, HOUSING):
        if name in document:
            form[name] = dict(document[name])
    if draft.correction is not None:
        form |= {"revision": draft.revision, "correction": dict(draft.correction)}
    return form


def completed(form: Document, questionnaire: Questionnaire) -> Document:
    """The form with something in every required place, so that the rules can be asked before a family is at its end.
    What they find outside of what was answered means nothing."""
    filled = dict(form)
    filled[ADDRESS] = {"village": _PLACEHOLDER_VILLAGE, **form.get(ADDRESS, {})}
    filled["members"] = form.get("members") or [_required(questionnaire, MEMBER)]
    filled[HOUSING] = {**_required(questionnaire, HOUSING), **form.get(HOUSING, {})}
    return filled


def mended(form: Document, pointers: Iterable[str], questionnaire: Questionnaire) -> Document:
    """The form without the answers at these pointers; with any answer where one is required."""
    whole = copy.deepcopy(form)
    for pointer in pointers:
        base, _, name = pointer.rpartition("/")
        record: Document = value_at(whole, base)
        record.pop(name, None)
        field = questionnaire.place(pointer).field
        if field.required:
            record[name] = _any_answer(field)
    return whole


def _member(record: Document, way: Way, *, elsewhere: bool) -> Document:
    """Answers to what is no longer asked stay in the draft, and out of the form: an age that is corrected back brings
    them back."""
    age = way.age(record)
    kept: Document = {}
    for field in way.questionnaire.records[MEMBER]:
        if field.name not in record or not field.is_asked(kept, age):
            continue
        if field.record is None or elsewhere:
            kept[field.name] = record[field.name]
    return kept


def _required(questionnaire: Questionnaire, record: str) -> Document:
    return {field.name: _any_answer(field) for field in questionnaire.records[record] if field.required}


def _any_answer(field: Field) -> Any:
    if field.options:
        return field.options[0].code
    return {Kind.REGION: _PLACEHOLDER_VILLAGE, Kind.DATE: "1980-01-01"}.get(field.kind, "-")
