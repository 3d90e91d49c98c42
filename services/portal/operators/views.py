"""Sign in, and look at the stages."""

import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway, NotAllowed
from services.portal.operators.desk import Desk
from services.portal.operators.figures import figures
from services.portal.site import language_of, read_fields
from services.portal.texts import text

logger = logging.getLogger(__name__)

_HOME: Final = "operators/"


class Operators:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask_key(self, request: Request) -> Response:
        return self._sign_in_page(request)

    async def sign_in(self, request: Request) -> Response:
        key = text_of(await read_fields(request), "key")
        try:
            me = await self._desk.operations.me(key, language_of(request))
        except NotAllowed:
            return self._sign_in_page(request, failed="operators-key-wrong")
        except IntakeAway:
            return self._sign_in_page(request, failed="operators-away")
        badge = self._desk.badges.issue(key, me["id"], me["name"], tuple(me["scopes"]))
        logger.info("operator signed in by=%s", badge.who)
        return self._desk.go(request, _HOME, badge)

    async def sign_out(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        await self._desk.posted(request, badge)
        logger.info("operator signed out by=%s", badge.who)
        return self._desk.leave(request)

    async def overview(self, request: Request) -> Response:
        return await self._figures(request, "operators/overview.html")

    async def fragment(self, request: Request) -> Response:
        """The figures alone, for the script that puts them in the place of older ones."""
        return await self._figures(request, "operators/figures.html")

    async def signed_out(self, request: Request, raised: Exception) -> Response:
        """Nobody is signed in, or the key was revoked meanwhile."""
        del raised
        return self._desk.leave(request)

    async def away(self, request: Request, raised: Exception) -> Response:
        del raised
        title = text("operators-away-title", language_of(request))
        return self._desk.site.render(request, "operators/away.html", title=title, status=503)

    async def _figures(self, request: Request, template: str) -> Response:
        badge = self._desk.badge(request)
        status = await self._desk.operations.stages(badge.key, language_of(request))
        shown = figures(status, language_of(request))
        return self._desk.page(request, badge, template, title="operators-title", figures=shown)

    def _sign_in_page(self, request: Request, *, failed: str = "") -> Response:
        title = text("operators-sign-in", language_of(request))
        status = 401 if failed else 200
        return self._desk.site.render(request, "operators/sign_in.html", title=title, status=status, error=failed)
