"""The pages of the form and the way through them, from the questionnaire's topics and skip rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services.portal.form.draft import Draft
from shared.domain.census import age_on
from shared.domain.questionnaire import Level, Place, Questionnaire

_ADDRESS: Final = "address"
_CODE: Final = "/code"
"""Asked of nobody: the form makes it."""
_VERSION_TOPIC: Final = "form"


class Kind(StrEnum):
    ANSWERS = "answers"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Page:
    """`slug` is its address under `/form/`. `base`: pointer of the record whose fields `places` are."""

    slug: str
    kind: Kind
    topic: str
    base: str
    places: tuple[Place, ...]
    person: int | None = None

    @property
    def name(self) -> str:
        """The last part of the slug."""
        return self.slug.rpartition("/")[2]

    def pointer(self, place: Place) -> str:
        return f"{self.base}/{place.field.name}"


class Way:
    """The pages of one draft, in order."""

    def __init__(self, questionnaire: Questionnaire, census_day: date) -> None:
        self.questionnaire = questionnaire
        self._census_day = census_day
        self._topics = tuple(topic for topic in questionnaire.topics if topic.name != _VERSION_TOPIC)

    def pages(self, draft: Draft) -> Iterator[Page]:
        """Those that are asked: of everybody who is in the draft."""
        for topic in self._topics:
            if topic.level is Level.FAMILY and topic.name != "housing":
                yield from self._of_topic(topic.name, "", "", None)
        for person in draft.people:
            yield from self.of_person(draft, person)
        yield from self._of_topic("housing", "", "/housing", None)

    def of_person(self, draft: Draft, person: int) -> Iterator[Page]:
        """Raises KeyError for somebody who is neither in the draft nor the next one."""
        base = f"/members/{draft.index(person)}"
        record = draft.members[draft.index(person)] if person in draft.people else {}
        for topic in self._topics:
            if topic.level is not Level.PERSON:
                continue
            for page in self._of_topic(topic.name, f"people/{person}/", base, person):
                if page.kind is Kind.ADDRESS and person not in draft.elsewhere:
                    continue
                if any(self.may_be_asked(place, record, page) for place in page.places):
                    yield page

    def find(self, draft: Draft, slug: str) -> Page:
        """Raises KeyError where the draft has no such page."""
        parts = slug.split("/")
        if parts[0] == "people" and len(parts) == 3 and parts[1].isascii() and parts[1].isdecimal():
            found = {page.slug: page for page in self.of_person(draft, int(parts[1][:4]))}
        else:
            found = {page.slug: page for page in self.pages(draft)}
        return found[slug]

    def after(self, draft: Draft, page: Page) -> str:
        """The slug that follows. After a person comes the list of people, where one is added or all are there."""
        if page.person is not None:
            slugs = [each.slug for each in self.of_person(draft, page.person)]
            return next(iter(slugs[slugs.index(page.slug) + 1 :]), "people")
        if page.topic == "housing":
            return "check"
        slugs = [each.slug for each in self.pages(draft) if each.person is None and each.topic == page.topic]
        following = next(iter(slugs[slugs.index(page.slug) + 1 :]), None)
        if following is not None:
            return following
        return "people" if draft.people else f"people/{draft.next_person}/person"

    def before(self, draft: Draft, page: Page) -> str:
        """Where "back" leads: the start before the first page."""
        if page.person is not None:
            slugs = [each.slug for each in self.of_person(draft, page.person)]
            at = slugs.index(page.slug)
            return slugs[at - 1] if at else "people" if draft.people else "address"
        if page.topic == "housing":
            return "people"
        slugs = [each.slug for each in self.pages(draft) if each.person is None]
        at = slugs.index(page.slug)
        return slugs[at - 1] if at else ""

    def unanswered(self, draft: Draft) -> str | None:
        """The first page that was never answered, the list of people where nobody is in it."""
        for page in self.pages(draft):
            if not draft.people and page.topic == "housing":
                return f"people/{draft.next_person}/person"
            if page.slug not in draft.done:
                return page.slug
        return None

    def of_pointer(self, draft: Draft, pointer: str) -> Page | None:
        """The page where a problem is mended; None for one of the whole form or of the list of people."""
        best: tuple[int, Page] | None = None
        for page in self.pages(draft):
            for place in page.places:
                at = page.pointer(place)
                if (under(pointer, at) or under(at, pointer)) and pointer not in {"", "/members"}:
                    length = len(at) if under(pointer, at) else 0
                    if best is None or length > best[0]:
                        best = (length, page)
        return None if best is None else best[1]

    def age(self, record: dict[str, Any]) -> int | None:
        """Completed years on the census day; None without a date of birth that is one."""
        try:
            born = date.fromisoformat(str(record.get("birth_date")))
        except ValueError:
            return None
        return age_on(born, self._census_day)

    def may_be_asked(self, place: Place, record: dict[str, Any], page: Page) -> bool:
        """A field that hangs on another one of its page may be asked where that one may: whoever fills it in decides."""
        other = getattr(place.field.asked_if, "field", None)
        for each in page.places:
            if each.field.name == other:
                return self.may_be_asked(each, record, page)
        return place.field.is_asked(record, self.age(record))

    def _of_topic(self, topic: str, prefix: str, base: str, person: int | None) -> Iterator[Page]:
        """A topic's own fields, then the address that it has."""
        places = [place for place in self.questionnaire.fields(topic) if place.pointer != _CODE]
        inner = tuple(place for place in places if f"/{_ADDRESS}/" in place.pointer)
        own = tuple(place for place in places if place not in inner)
        if own:
            yield Page(f"{prefix}{topic}", Kind.ANSWERS, topic, base, own, person)
        if inner:
            yield Page(f"{prefix}{_ADDRESS}", Kind.ADDRESS, topic, f"{base}/{_ADDRESS}", inner, person)


def under(pointer: str, ancestor: str) -> bool:
    return pointer == ancestor or pointer.startswith(f"{ancestor}/")
