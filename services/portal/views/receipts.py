"""What a family takes home: the receipt as a page, as a picture, as a file."""

import io
from typing import Final

import segno
from starlette.requests import Request
from starlette.responses import Response

from services.portal.sessions.visit import Sent, Visit
from services.portal.site import Closed, Site, language_of
from services.portal.texts import text
from services.portal.views.moments import wib_text

_NO_STORE: Final = {"cache-control": "no-store"}


class Receipts:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        visit, sent = self._sent(request)
        title = text("receipt-title", language_of(request))
        return self._site.render(
            request, "receipt.html", title=title, visit=visit, sent=sent, rows=_rows(sent, request)
        )

    async def picture(self, request: Request) -> Response:
        """The token as a QR code: signed, so that anybody can check it offline."""
        _, sent = self._sent(request)
        out = io.BytesIO()
        segno.make(sent.receipt["token"], error="l", micro=False).save(out, kind="svg", scale=4, border=4, light="#fff")
        return Response(out.getvalue(), 200, _NO_STORE, "image/svg+xml")

    async def file(self, request: Request) -> Response:
        _, sent = self._sent(request)
        language = language_of(request)
        lines = [text("receipt-title", language), ""]
        lines += [f"{label}: {value}" for label, value in _rows(sent, request)]
        lines += ["", text("receipt-correction-hint", language), "", sent.receipt["token"], ""]
        headers = {**_NO_STORE, "content-disposition": 'attachment; filename="cacah.txt"'}
        return Response("\r\n".join(lines), 200, headers, "text/plain; charset=utf-8")

    async def leave(self, request: Request) -> Response:
        """Whoever loads the address of a post again."""
        return self._site.go(request, "")

    async def done(self, request: Request) -> Response:
        """Leaves nothing in the browser, whether a form was sent or saved."""
        visit = self._site.visits.read(request.cookies)
        if visit is not None:
            await self._site.posted(request, visit)
        response = self._site.go(request, "")
        self._site.visits.clear(response, request.cookies)
        return response

    def _sent(self, request: Request) -> tuple[Visit, Sent]:
        visit = self._site.visit(request)
        if visit.sent is None:
            raise Closed
        return visit, visit.sent


def _rows(sent: Sent, request: Request) -> list[tuple[str, str]]:
    language = language_of(request)
    rows = [
        ("receipt-code", sent.receipt["code"]),
        ("receipt-number", sent.id),
        ("receipt-at", wib_text(sent.receipt["received_at"])),
        ("receipt-people", str(sent.people)),
        ("household-code", sent.household_code or ""),
        ("receipt-correction", sent.correction_code),
        ("receipt-lineage", sent.lineage),
    ]
    return [(text(key, language), value) for key, value in rows if value]
