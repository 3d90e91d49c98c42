"""What became of a form: asked by receipt code, answered as soon as it is counted."""

import asyncio
import re
from time import monotonic
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding
from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway, Json, NotAllowed
from services.portal.site import Site, language_of, read_fields
from services.portal.texts import text

PENDING: Final = frozenset({"accepted", "validated"})
_WAIT_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 0.2
_CODE: Final = re.compile(r"[A-Za-z0-9*~$=-]{16,40}")


class Status:
    """The answer waits for a moment where the form is not counted yet, so that nobody has to press a button for what
    happens within seconds; a page that loads itself again would take the reader's place away."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        visit = self._site.visits.read(request.cookies)
        code = visit.sent.receipt["code"] if visit is not None and visit.sent is not None else ""
        return self._ask(request, code)

    async def look(self, request: Request) -> Response:
        code = text_of(await read_fields(request), "code")
        if not _CODE.fullmatch(code):
            return self._ask(request, code, unknown=True)
        try:
            found = await self._counted_soon(code, language_of(request))
        except NotAllowed:
            return self._ask(request, code, unknown=True)
        except IntakeAway:
            return self._ask(request, code, away=True)
        title = text("status-title", language_of(request))
        return self._site.render(
            request,
            "status.html",
            title=title,
            code=code,
            state=found["status"],
            pending=found["status"] in PENDING,
            times=[(each, found[each]) for each in ("received_at", "counted_at") if found.get(each)],
            problems=[*found.get("errors", ()), *found.get("problems", ())],
        )

    async def _counted_soon(self, code: str, language: str) -> Json:
        deadline = monotonic() + _WAIT_SECONDS
        while True:
            found = await self._site.intake.status(code, language)
            if found["status"] not in PENDING or monotonic() > deadline:
                return found
            await asyncio.sleep(_LOOK_SECONDS)

    def _ask(self, request: Request, code: str, *, unknown: bool = False, away: bool = False) -> Response:
        language = language_of(request)
        error = Finding("/code", "code", text("status-unknown", language), text("status-unknown-remedy", language))
        return self._site.render(
            request,
            "status_ask.html",
            title=text("status-title", language),
            status=503 if away else 422 if unknown else 200,
            code=code,
            errors=(error,) if unknown else (),
            away=away,
        )
