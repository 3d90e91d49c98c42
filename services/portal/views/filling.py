"""The pages of the form: shown, and answered."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Findings
from services.portal.form.controls import controls
from services.portal.form.draft import (
    Draft,
    living_elsewhere,
    new_household_code,
    value_at,
    with_answers,
    with_person,
)
from services.portal.form.pages import Kind, Page
from services.portal.form.reading import read_answers
from services.portal.sessions.visit import Visit
from services.portal.site import Closed, Missing, Posted, Site, language_of
from services.portal.views.asking import back, draft_of, linked, person_name, returns, with_draft
from services.portal.views.placing import Placing


class Filling:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._placing = Placing(site)

    async def show(self, request: Request) -> Response:
        """Raises Closed or Missing."""
        slug = request.path_params["slug"]
        known = self._site.visits.read(request.cookies)
        if known is None and slug == "household":
            known = self._site.visits.begin()
        if known is None:
            raise Closed
        visit = known
        draft = draft_of(visit)
        if draft.tried:
            return self._site.go(request, "form/check", visit)
        page = self._find(draft, slug)
        if page.kind is Kind.ADDRESS:
            return self._placing.show(request, visit, draft, page)
        return self._page(request, visit, draft, page)

    async def answer(self, request: Request) -> Response:
        """Raises Closed, Stale, TooMuch, Missing or TooLarge."""
        visit = self._site.visit(request)
        draft = draft_of(visit)
        posted = await self._site.posted(request, visit)
        if draft.tried:
            return self._site.go(request, "form/check", visit)
        page = self._find(draft, request.path_params["slug"])
        if page.kind is Kind.ADDRESS:
            return self._placing.answer(request, visit, draft, page, posted)
        candidate = _answered(draft, page, posted, self._asked(draft, page))
        found = self._site.checker.page(candidate, page, language_of(request))
        if posted.get("action") == "save":
            kept = _without(candidate, page, found) if found.errors else candidate
            return self._site.go(request, "save", with_draft(visit, kept))
        confirmed = set(posted.get("confirmed", "").split())
        doubts = tuple(each for each in found.warnings if each.code not in confirmed)
        if found.errors or doubts:
            return self._page(request, visit, draft, page, posted=posted, found=found, candidate=candidate)
        return self._site.go(request, f"form/{self._next(candidate, page, posted)}", with_draft(visit, candidate))

    def _find(self, draft: Draft, slug: str) -> Page:
        try:
            return self._site.way.find(draft, slug)
        except KeyError:
            raise Missing from None

    def _next(self, draft: Draft, page: Page, posted: Posted) -> str:
        following = self._site.way.after(draft, page)
        return "check" if posted.get("return") == "check" and not self._opened(draft, following) else following

    def _opened(self, draft: Draft, slug: str) -> bool:
        """Whether a changed answer has led to a page that was never answered."""
        return slug not in {"people", "check"} and slug not in draft.done

    def _asked(self, draft: Draft, page: Page) -> tuple[Any, ...]:
        record = value_at(draft.document, page.base) or {}
        return tuple(place for place in page.places if self._site.way.may_be_asked(place, record, page))

    def _page(
        self,
        request: Request,
        visit: Visit,
        draft: Draft,
        page: Page,
        *,
        posted: Posted | None = None,
        found: Findings | None = None,
        candidate: Draft | None = None,
    ) -> Response:
        language = language_of(request)
        findings = found or Findings()
        shown = controls(self._site.way, page, draft.document, language, posted=posted, errors=findings.errors)
        return self._site.render(
            request,
            "page.html",
            title=self._site.way.questionnaire.topic(page.topic).label.in_language(language),
            caption=person_name(candidate or draft, page, language),
            visit=visit,
            status=422 if findings.errors else 200,
            page=page,
            controls=shown,
            summary=linked(findings.errors, {control.name: control.id for control in shown}),
            warnings=() if findings.errors else findings.warnings,
            confirmed=" ".join(each.code for each in findings.warnings),
            back=back(self._site, request, draft, page),
            returning="check" if returns(request, posted) else "",
            no_card="code" in draft.document if posted is None else bool(posted.get("no_card")),
            household_code=draft.document.get("code", ""),
            elsewhere=page.person in draft.elsewhere if posted is None else posted.get("elsewhere") == "true",
            asks_elsewhere=asks_elsewhere(page),
        )


def _answered(draft: Draft, page: Page, posted: Posted, asked: tuple[Any, ...]) -> Draft:
    answers = read_answers(asked, posted)
    if page.slug == "household":
        answers["code"] = _household_code(draft, posted) if answers.get("card") is None else None
    known = draft if page.person is None else with_person(draft, page.person)
    candidate = with_answers(known, page.base, answers, page.slug)
    if page.person is not None and asks_elsewhere(page):
        candidate = living_elsewhere(candidate, page.person, elsewhere=posted.get("elsewhere") == "true")
    return candidate


def _household_code(draft: Draft, posted: Posted) -> str | None:
    if not posted.get("no_card"):
        return None
    code: str = draft.document.get("code") or new_household_code()
    return code


def _without(draft: Draft, page: Page, found: Findings) -> Draft:
    """What can be kept of a page that has errors; it is not done then."""
    wrong = {each.pointer.removeprefix(f"{page.base}/").partition("/")[0]: None for each in found.errors}
    kept = with_answers(draft, page.base, wrong, page.slug)
    return msgspec.structs.replace(kept, done=tuple(each for each in kept.done if each != page.slug))


def asks_elsewhere(page: Page) -> bool:
    return page.name == "residence"
