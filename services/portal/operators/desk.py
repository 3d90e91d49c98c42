"""What all pages of operators need: who is signed in, and a page that says so."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.portal.operators.badge import Badge, Badges
from services.portal.operators.port import Operations
from services.portal.site import Missing, Site, Stale, is_secure, language_of, read_fields
from services.portal.texts import text


class SignedOut(Exception):
    """Nobody is signed in."""


class Desk:
    def __init__(self, site: Site, badges: Badges, operations: Operations) -> None:
        self.site = site
        self.badges = badges
        self.operations = operations

    def badge(self, request: Request) -> Badge:
        """Raises SignedOut."""
        badge = self.badges.read(request.cookies)
        if badge is None:
            raise SignedOut
        return badge

    async def posted(self, request: Request, badge: Badge) -> dict[str, str]:
        """Raises Stale or TooMuch."""
        fields = await read_fields(request)
        if not badge.posted_by(fields.get("token", "")):
            raise Stale
        return fields

    def page(
        self, request: Request, badge: Badge, template: str, *, title: str, status: int = 200, **values: Any
    ) -> Response:
        """`title`: key of a text."""
        heading = text(title, language_of(request))
        response = self.site.render(request, template, title=heading, status=status, badge=badge, **values)
        return self.keep(request, response, badge)

    def go(self, request: Request, slug: str, badge: Badge) -> Response:
        return self.keep(request, self.site.go(request, slug), badge)

    def keep(self, request: Request, response: Response, badge: Badge) -> Response:
        self.badges.write(response, badge, request.cookies, secure=is_secure(request))
        return response

    @staticmethod
    def which(request: Request, states: Sequence[str], place: re.Pattern[str]) -> tuple[str, str]:
        """Of a list: the state asked for, the first if none is, and where the page before ended. Raises Missing."""
        state, after = request.query_params.get("state", states[0]), request.query_params.get("after", "")
        if state not in states or not (after == "" or place.fullmatch(after)):
            raise Missing
        return state, after

    def leave(self, request: Request) -> Response:
        response = self.site.go(request, "operators/sign-in")
        self.badges.clear(response, request.cookies)
        return response
