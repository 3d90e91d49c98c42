"""Save and resume."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding
from services.portal.form.draft import Draft
from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway
from services.portal.saving.safe import DAYS, WrongPin, is_pin
from services.portal.site import Closed, Site, language_of, read_fields
from services.portal.texts import text
from services.portal.views.asking import draft_of


class Saving:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def ask(self, request: Request) -> Response:
        visit = self._site.visit(request)
        draft_of(visit)
        return self._site.render(
            request, "save.html", title=text("save-title", language_of(request)), visit=visit, errors=(), away=False
        )

    async def save(self, request: Request) -> Response:
        visit = self._site.visit(request)
        draft = draft_of(visit)
        pin = text_of(await self._site.posted(request, visit), "pin")
        language = language_of(request)
        title = text("save-title", language)
        if not is_pin(pin):
            wrong = Finding("/pin", "pin", text("pin-wrong", language), text("pin-remedy", language))
            return self._site.render(
                request, "save.html", title=title, visit=visit, status=422, errors=(wrong,), away=False
            )
        try:
            code = await self._site.safe.save(draft, pin, visit.saved)
        except IntakeAway:
            return self._site.render(request, "save.html", title=title, visit=visit, status=503, errors=(), away=True)
        return self._site.go(request, "saved", msgspec.structs.replace(visit, saved=code))

    async def saved(self, request: Request) -> Response:
        visit = self._site.visit(request)
        if visit.saved is None:
            raise Closed
        title = text("saved-title", language_of(request))
        return self._site.render(
            request,
            "saved.html",
            title=title,
            visit=visit,
            code=visit.saved,
            days=DAYS,
            onward=self._onward(draft_of(visit)),
        )

    async def ask_resume(self, request: Request) -> Response:
        return self._resume_page(request, "")

    async def resume(self, request: Request) -> Response:
        posted = await read_fields(request)
        code, pin = text_of(posted, "code"), text_of(posted, "pin")
        try:
            draft = await self._site.safe.resume(code, pin)
        except WrongPin:
            return self._resume_page(request, code, wrong=True)
        except IntakeAway:
            return self._resume_page(request, code, away=True)
        fresh = self._site.visits.begin()
        visit = msgspec.structs.replace(fresh, draft=draft, saved=code)
        return self._site.go(request, self._onward(draft), visit)

    def _onward(self, draft: Draft) -> str:
        unanswered = self._site.way.unanswered(draft)
        return f"form/{unanswered or 'check'}"

    def _resume_page(self, request: Request, code: str, *, wrong: bool = False, away: bool = False) -> Response:
        language = language_of(request)
        error = Finding(
            "/code", "code", text("resume-wrong", language), text("resume-wrong-remedy", language, days=DAYS)
        )
        return self._site.render(
            request,
            "resume.html",
            title=text("resume-title", language),
            status=503 if away else 422 if wrong else 200,
            code=code,
            errors=(error,) if wrong else (),
            away=away,
        )
