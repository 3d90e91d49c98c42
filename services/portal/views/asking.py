"""What pages that ask something have in common."""

import msgspec
from starlette.requests import Request

from services.portal.form.checking import Finding
from services.portal.form.draft import Draft
from services.portal.form.pages import Page
from services.portal.sessions.visit import Visit
from services.portal.site import Closed, Posted, Site
from services.portal.texts import text


def draft_of(visit: Visit) -> Draft:
    """Raises Closed."""
    if visit.draft is None:
        raise Closed
    return visit.draft


def with_draft(visit: Visit, draft: Draft) -> Visit:
    return msgspec.structs.replace(visit, draft=draft)


def linked(errors: tuple[Finding, ...], ids: dict[str, str]) -> list[tuple[Finding, str]]:
    """Each error with the control that it leads to. `ids`: by name of the field."""
    return [(each, ids.get(each.pointer.rpartition("/")[2], "main")) for each in errors]


def person_name(draft: Draft, page: Page, language: str) -> str:
    """Whom a page is about; how it goes on where that is not known yet."""
    if page.person is None:
        return ""
    if page.person in draft.people:
        name: str = draft.members[draft.index(page.person)].get("name", "")
        if name:
            return name
    others = [each for each in draft.people if each != page.person]
    return text("person-new" if others else "person-first", language)


def back(site: Site, request: Request, draft: Draft, page: Page) -> str:
    """The slug that "back" leads to, without the language."""
    if request.query_params.get("from") == "check":
        return "form/check"
    before = site.way.before(draft, page)
    return f"form/{before}" if before else ""


def returns(request: Request, posted: Posted | None) -> bool:
    """Whether the page was opened from the check of all answers, and leads back there."""
    return request.query_params.get("from") == "check" or (posted or {}).get("return") == "check"
