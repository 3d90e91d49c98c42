"""The check of all answers, and sending them."""

import logging
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding, Findings
from services.portal.form.document import submission
from services.portal.form.draft import Draft
from services.portal.form.summary import sections
from services.portal.intake.port import Accepted, IntakeAway, Refused
from services.portal.sessions.visit import Sent, Visit
from services.portal.site import Missing, Site, language_of
from services.portal.texts import text
from services.portal.views.asking import draft_of, with_draft

logger = logging.getLogger(__name__)

_PEOPLE_ON_A_PAGE: Final = 4
"""The answers of more would make the check a page that a slow link waits for."""


class Sending:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def check(self, request: Request) -> Response:
        visit = self._site.visit(request)
        draft = draft_of(visit)
        if draft.tried:
            return self._once_more(request, visit, IntakeAway(uncertain=True), status=200)
        if self._site.way.unanswered(draft) is not None:
            return self._answers(request, visit, draft, Findings(), away=False)
        try:
            found = await self._site.intake.examine(submission(draft, self._site.way), language_of(request))
        except Refused as refused:
            return self._shut(request, visit, refused)
        except IntakeAway:
            return self._answers(request, visit, draft, Findings(), away=True)
        return self._answers(request, visit, draft, found, away=False)

    async def check_person(self, request: Request) -> Response:
        """One person's answers, where a family is too large for one page. Raises Closed or Missing."""
        visit = self._site.visit(request)
        draft = draft_of(visit)
        person = int(request.path_params["person"])
        if person not in draft.people:
            raise Missing
        way, language = self._site.way, language_of(request)
        found = sections(draft, way, submission(draft, way), language)
        return self._site.render(
            request,
            "check_person.html",
            title=text("check-title", language),
            visit=visit,
            sections=[each for each in found if each.person_number == person],
        )

    async def send(self, request: Request) -> Response:
        visit = self._site.visit(request)
        if visit.sent is not None and visit.draft is None:
            # The second click of a double click.
            return self._site.go(request, "receipt", visit)
        draft = draft_of(visit)
        await self._site.posted(request, visit)
        if self._site.way.unanswered(draft) is not None:
            return self._site.go(request, "form/check", visit)
        try:
            accepted = await self._site.intake.submit(submission(draft, self._site.way), language_of(request))
        except Refused as refused:
            self._site.metrics.count_sent("refused")
            if refused.is_shut:
                return self._shut(request, visit, refused)
            found = refused.findings
            if not found.errors:
                found = Findings((Finding("", refused.code, refused.title, refused.detail),), found.warnings)
            return self._answers(request, visit, draft, found, away=False, status=422)
        except IntakeAway as away:
            self._site.metrics.count_sent("uncertain" if away.uncertain else "away")
            tried = msgspec.structs.replace(draft, tried=draft.tried or away.uncertain)
            return self._once_more(request, with_draft(visit, tried), away, status=503)
        self._site.metrics.count_sent("accepted")
        await self._forget(visit)
        sent = msgspec.structs.replace(visit, draft=None, saved=None, sent=_sent(draft, accepted))
        return self._site.go(request, "receipt", sent)

    def _answers(
        self, request: Request, visit: Visit, draft: Draft, found: Findings, *, away: bool, status: int = 200
    ) -> Response:
        language = language_of(request)
        way = self._site.way
        found_sections = sections(draft, way, submission(draft, way), language)
        apart = len(draft.people) > _PEOPLE_ON_A_PAGE
        return self._site.render(
            request,
            "check.html",
            title=text("check-title", language),
            visit=visit,
            status=status,
            sections=[each for each in found_sections if not (apart and each.person_number)],
            apart=[(n, member.get("name", "")) for n, member in zip(draft.people, draft.members, strict=True) if apart],
            errors=[(each, self._where(draft, each)) for each in found.errors],
            warnings=[(each, self._where(draft, each)) for each in found.warnings],
            unanswered=way.unanswered(draft),
            away=away,
        )

    def _where(self, draft: Draft, finding: Finding) -> str:
        """The page that mends it."""
        page = self._site.way.of_pointer(draft, finding.pointer)
        if page is not None:
            return f"form/{page.slug}?from=check"
        return "correct" if finding.pointer.startswith("/correction") else "form/people"

    def _once_more(self, request: Request, visit: Visit, away: IntakeAway, *, status: int) -> Response:
        kind = "uncertain" if away.uncertain else "away"
        title = text(f"{kind}-title", language_of(request))
        return self._site.render(request, "again.html", title=title, visit=visit, status=status, kind=kind)

    def _shut(self, request: Request, visit: Visit, refused: Refused) -> Response:
        """No form is taken from anybody now. The answers stay in the browser for their hour."""
        return self._site.render(
            request, "shut.html", title=refused.title, visit=visit, status=403, detail=refused.detail
        )

    async def _forget(self, visit: Visit) -> None:
        """A saved draft has had its day once the form is sent."""
        if visit.saved is None:
            return
        try:
            await self._site.safe.forget(visit.saved)
        except IntakeAway:
            # It goes by itself when its days are over; the family is not told of an error after a receipt.
            logger.warning("a saved draft of a form that was sent could not be removed")


def _sent(draft: Draft, accepted: Accepted) -> Sent:
    return Sent(
        id=accepted.id,
        receipt=accepted.receipt,
        lineage=accepted.lineage,
        correction_code=accepted.correction_code,
        household_code=draft.document.get("code"),
        people=len(draft.people),
        warnings=accepted.warnings,
    )
