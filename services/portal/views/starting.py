"""The first page, a new form, and the correction of one that was sent."""

import re
from collections.abc import Callable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding
from services.portal.form.document import completed, submission
from services.portal.form.draft import new_draft
from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway
from services.portal.site import Site, language_of, read_fields
from services.portal.texts import text

_LINEAGE: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE: Final = re.compile(r".{16,40}")
_FIRST_REVISION: Final = 1_577_836_800
"""Seconds until 2020: a correction's number is the time, so that it is above every earlier one of its family."""


class Starting:
    """
    Args:
        now: seconds since 1970.
    """

    def __init__(self, site: Site, now: Callable[[], float]) -> None:
        self._site = site
        self._now = now

    async def show(self, request: Request) -> Response:
        visit = self._site.visits.read(request.cookies)
        is_open = visit is not None and visit.draft is not None and bool(visit.draft.done)
        title = text("start-title", language_of(request))
        return self._site.render(request, "start.html", title=title, visit=visit if is_open else None, is_open=is_open)

    async def start(self, request: Request) -> Response:
        """Whoever loads the address of a post again."""
        return self._site.go(request, "")

    async def new(self, request: Request) -> Response:
        visit = self._site.visits.read(request.cookies)
        if visit is not None:
            await self._site.posted(request, visit)
        return self._site.go(request, "form/household", self._site.visits.begin())

    async def ask_correction(self, request: Request) -> Response:
        return self._correction(request, {}, ())

    async def correct(self, request: Request) -> Response:
        posted = await read_fields(request)
        lineage, code = text_of(posted, "lineage").lower(), text_of(posted, "code").upper()
        errors = self._malformed(request, lineage, code)
        if errors:
            return self._correction(request, posted, errors)
        revision = int(self._now()) - _FIRST_REVISION
        draft = msgspec.structs.replace(new_draft(), correction={"lineage": lineage, "code": code}, revision=revision)
        form = completed(submission(draft, self._site.way), self._site.way.questionnaire)
        try:
            found = await self._site.intake.examine(form, language_of(request))
        except IntakeAway:
            return self._correction(request, posted, (), away=True)
        errors = tuple(each for each in found.errors if each.pointer.startswith("/correction"))
        if errors:
            return self._correction(request, posted, errors)
        visit = msgspec.structs.replace(self._site.visits.begin(), draft=draft)
        return self._site.go(request, "form/household", visit)

    def _malformed(self, request: Request, lineage: str, code: str) -> tuple[Finding, ...]:
        language = language_of(request)
        remedy = text("correct-wrong-remedy", language)
        found = []
        if not _LINEAGE.fullmatch(lineage):
            found.append(Finding("/correction/lineage", "lineage", text("correct-wrong", language), remedy))
        if not _CODE.fullmatch(code):
            found.append(Finding("/correction/code", "code", text("correct-code-wrong", language), remedy))
        return tuple(found)

    def _correction(
        self, request: Request, posted: dict[str, str], errors: tuple[Finding, ...], *, away: bool = False
    ) -> Response:
        language = language_of(request)
        return self._site.render(
            request,
            "correct.html",
            title=text("correct-title", language),
            status=503 if away else 422 if errors else 200,
            lineage=posted.get("lineage", ""),
            code=posted.get("code", ""),
            errors=errors,
            away=away,
        )
