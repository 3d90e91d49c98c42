"""What a family has answered so far."""

import copy
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec

from shared.contracts.submission import MAX_MEMBERS
from shared.domain.household_code import BYTES, household_code

Document = dict[str, Any]


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    `id` is the submission's from the beginning, so that whatever is sent twice counts once. `document` is laid out as a
    submission and holds answers of the right shape only. `people`: a number for each of its members, which stays that
    person's when others are removed. `elsewhere`: those who do not live at the family's address. `regions`: how far
    the choice of an address has come, by pointer. `done`: the pages that were answered. `tried`: the form was sent and
    it is not known whether it was accepted; until it is, its answers must not change.
    """

    id: str
    document: Document = msgspec.field(default_factory=dict)
    people: tuple[int, ...] = ()
    last_person: int = 0
    elsewhere: tuple[int, ...] = ()
    regions: dict[str, str] = msgspec.field(default_factory=dict)
    done: tuple[str, ...] = ()
    correction: dict[str, str] | None = None
    revision: int = 0
    tried: bool = False

    @property
    def members(self) -> list[Document]:
        found: list[Document] = self.document.get("members", [])
        return found

    @property
    def next_person(self) -> int:
        """A number that nobody had before, not even somebody who was taken out."""
        return self.last_person + 1

    @property
    def full(self) -> bool:
        return len(self.people) >= MAX_MEMBERS

    def index(self, person: int) -> int:
        """Where the person is in the document; after the last one for somebody new. Raises KeyError."""
        if person in self.people:
            return self.people.index(person)
        if person == self.next_person and not self.full:
            return len(self.people)
        raise KeyError(person)


def new_draft() -> Draft:
    return Draft(id=str(uuid4()))


def new_household_code() -> str:
    """Names a family without a card: random, so that nobody can meet another family's by guessing."""
    return household_code(secrets.token_bytes(BYTES))


def with_answers(draft: Draft, base: str, answers: Mapping[str, Any], page: str) -> Draft:
    """The draft with the answers of a page. `base`: pointer of the record that they belong to; None is no answer."""
    document = copy.deepcopy(draft.document)
    record = _record(document, base)
    for name, value in answers.items():
        if value is None:
            record.pop(name, None)
        else:
            record[name] = value
    done = draft.done if page in draft.done else (*draft.done, page)
    return msgspec.structs.replace(draft, document=document, done=done)


def with_person(draft: Draft, person: int) -> Draft:
    """Raises KeyError where it is neither somebody known nor the next one."""
    if draft.index(person) < len(draft.people):
        return draft
    return msgspec.structs.replace(draft, people=(*draft.people, person), last_person=person)


def without_person(draft: Draft, person: int) -> Draft:
    """Also where the person is gone already: a repeat takes nobody else out."""
    if person not in draft.people:
        return draft
    index = draft.index(person)
    document = copy.deepcopy(draft.document)
    del document["members"][index]
    return msgspec.structs.replace(
        draft,
        document=document,
        people=tuple(each for each in draft.people if each != person),
        elsewhere=tuple(each for each in draft.elsewhere if each != person),
        done=tuple(each for each in draft.done if not each.startswith(f"people/{person}/")),
        regions={key: code for key, code in draft.regions.items() if key != f"people/{person}/address"},
    )


def living_elsewhere(draft: Draft, person: int, *, elsewhere: bool) -> Draft:
    others = tuple(each for each in draft.elsewhere if each != person)
    return msgspec.structs.replace(draft, elsewhere=(*others, person) if elsewhere else others)


def value_at(document: Mapping[str, Any], pointer: str) -> Any:
    """None where there is nothing."""
    found: Any = document
    for part in pointer.split("/")[1:]:
        if isinstance(found, list):
            found = found[int(part)] if int(part) < len(found) else None
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return None
    return found


def _record(document: Document, base: str) -> Document:
    found: Any = document
    parts = base.split("/")[1:]
    for at, part in enumerate(parts):
        if isinstance(found, list):
            if int(part) == len(found):
                found.append({})
            found = found[int(part)]
        else:
            follows = parts[at + 1] if at + 1 < len(parts) else ""
            found = found.setdefault(part, [] if follows.isdecimal() else {})
    record: Document = found
    return record
