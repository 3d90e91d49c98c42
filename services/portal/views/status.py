"""What became of a form: asked with its receipt, answered as soon as it is counted."""

import asyncio
import re
from time import monotonic
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding
from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway, Json, NotAllowed, Unknown
from services.portal.site import Posted, Site, language_of, read_fields
from services.portal.texts import text
from services.portal.views.moments import wib_text

PENDING: Final = frozenset({"accepted", "validated"})
WAIT_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 0.2
_NUMBER: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Status:
    """The answer waits for a moment where the form is not counted yet, so that nobody has to press a button for what
    happens within seconds; a page that loads itself again would take the reader's place away."""

    def __init__(self, site: Site, waiting: float) -> None:
        self._site = site
        self._waiting = waiting

    async def show(self, request: Request) -> Response:
        visit = self._site.visits.read(request.cookies)
        sent = None if visit is None else visit.sent
        known = {} if sent is None else {"code": sent.receipt["code"], "number": sent.id}
        return self._ask(request, known)

    async def look(self, request: Request) -> Response:
        posted = await read_fields(request)
        number, code = text_of(posted, "number").lower(), text_of(posted, "code")
        if not _NUMBER.fullmatch(number) or not code.isascii():
            return self._ask(request, posted, unknown=True)
        try:
            found = await self._counted_soon(number, code, language_of(request))
        except (NotAllowed, Unknown):
            return self._ask(request, posted, unknown=True)
        except IntakeAway:
            return self._ask(request, posted, away=True)
        return self._site.render(
            request,
            "status.html",
            title=text("status-title", language_of(request)),
            code=code,
            number=number,
            state=found["status"].replace("_", "-"),
            meaning=found.get("meaning", ""),
            pending=found["status"] in PENDING,
            received=wib_text(found["received_at"]),
            problems=found.get("problems", ()),
        )

    async def _counted_soon(self, number: str, code: str, language: str) -> Json:
        deadline = monotonic() + self._waiting
        while True:
            found = await self._site.intake.status(number, code, language)
            if found["status"] not in PENDING or monotonic() > deadline:
                return found
            await asyncio.sleep(_LOOK_SECONDS)

    def _ask(self, request: Request, posted: Posted, *, unknown: bool = False, away: bool = False) -> Response:
        language = language_of(request)
        error = Finding("/code", "code", text("status-unknown", language), text("status-unknown-remedy", language))
        return self._site.render(
            request,
            "status_ask.html",
            title=text("status-title", language),
            status=503 if away else 422 if unknown else 200,
            code=posted.get("code", ""),
            number=posted.get("number", ""),
            errors=(error,) if unknown else (),
            away=away,
        )
