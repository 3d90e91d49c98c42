"""Sign in, look, decide. Whatever changes something is logged here with who did it, and stands on the log as well."""

import logging
import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.reading import text_of
from services.portal.intake.port import IntakeAway, NotAllowed, Refused, Unknown
from services.portal.operators.badge import Badge, Badges
from services.portal.operators.figures import figures
from services.portal.operators.port import PAGE, Operations
from services.portal.site import Missing, Site, Stale, is_secure, language_of, read_fields
from services.portal.texts import text
from services.portal.views.moments import wib_text
from shared.domain.rulings import REASONS

logger = logging.getLogger(__name__)

_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{32}")
_STATES: Final = ("open", "settled", "dismissed")
_ACTIONS: Final = {"person": ("count", "dismiss"), "headless": ("dismiss",), "household": ("withdraw", "dismiss")}
_HOME: Final = "operators/"


class SignedOut(Exception):
    """Nobody is signed in."""


class Operators:
    def __init__(self, site: Site, badges: Badges, operations: Operations) -> None:
        self._site = site
        self._badges = badges
        self._operations = operations

    async def ask_key(self, request: Request) -> Response:
        return self._sign_in_page(request)

    async def sign_in(self, request: Request) -> Response:
        key = text_of(await read_fields(request), "key")
        try:
            me = await self._operations.me(key, language_of(request))
        except NotAllowed:
            return self._sign_in_page(request, failed="operators-key-wrong")
        except IntakeAway:
            return self._sign_in_page(request, failed="operators-away")
        badge = self._badges.issue(key, me["id"], me["name"], tuple(me["scopes"]))
        logger.info("operator signed in by=%s", badge.who)
        return self._keep(request, self._site.go(request, _HOME), badge)

    async def sign_out(self, request: Request) -> Response:
        badge = self._badge(request)
        await self._posted(request, badge)
        logger.info("operator signed out by=%s", badge.who)
        response = self._site.go(request, "operators/sign-in")
        self._badges.clear(response, request.cookies)
        return response

    async def overview(self, request: Request) -> Response:
        return await self._figures(request, "operators/overview.html")

    async def fragment(self, request: Request) -> Response:
        """The figures alone, for the script that puts them in the place of older ones."""
        return await self._figures(request, "operators/figures.html")

    async def conflicts(self, request: Request) -> Response:
        badge = self._badge(request)
        state, after = request.query_params.get("state", "open"), request.query_params.get("after", "")
        if state not in _STATES or not (after == "" or _HEXADECIMAL.fullmatch(after)):
            raise Missing
        page = await self._operations.conflicts(badge.key, language_of(request), state=state, after=after)
        found = page["conflicts"]
        return self._page(
            request,
            badge,
            "operators/conflicts.html",
            title="operators-conflicts",
            states=_STATES,
            state=state,
            found=[each | {"first_seen": _when(each.get("first_seen"))} for each in found],
            following=page["after"] if len(found) == PAGE else None,
        )

    async def conflict(self, request: Request) -> Response:
        badge = self._badge(request)
        found = await self._found(request, badge)
        return self._conflict_page(request, badge, found)

    async def decide(self, request: Request) -> Response:
        badge = self._badge(request)
        posted = await self._posted(request, badge)
        conflict = _conflict_of(request)
        # `count:CLAIMANT`, so that one choice says both what and whom.
        action, _, claimant = posted.get("decision", "").partition(":")
        decision = {"action": action, "reason": posted.get("reason", ""), "claims_version": posted.get("seen") or None}
        if claimant:
            decision["claimant"] = claimant
        try:
            answer = await self._operations.decide(badge.key, language_of(request), conflict, decision)
        except Refused as refused:
            logger.info("operator decision refused conflict=%s code=%s by=%s", conflict, refused.code, badge.who)
            found = await self._found(request, badge)
            return self._conflict_page(request, badge, found, refused=refused)
        logger.info("operator decision conflict=%s action=%s by=%s", conflict, answer["action"], badge.who)
        return self._keep(request, self._site.go(request, f"operators/conflicts/{conflict}"), badge)

    async def signed_out(self, request: Request, raised: Exception) -> Response:
        """Nobody is signed in, or the key was revoked meanwhile."""
        del raised
        response = self._site.go(request, "operators/sign-in")
        self._badges.clear(response, request.cookies)
        return response

    async def away(self, request: Request, raised: Exception) -> Response:
        del raised
        return self._site.render(
            request, "operators/away.html", title=text("operators-away-title", language_of(request)), status=503
        )

    async def _figures(self, request: Request, template: str) -> Response:
        badge = self._badge(request)
        status = await self._operations.stages(badge.key, language_of(request))
        shown = figures(status, language_of(request))
        return self._page(request, badge, template, title="operators-title", figures=shown)

    async def _found(self, request: Request, badge: Badge) -> dict[str, Any]:
        try:
            return await self._operations.conflict(badge.key, language_of(request), _conflict_of(request))
        except Unknown:
            raise Missing from None

    def _conflict_page(
        self, request: Request, badge: Badge, found: dict[str, Any], *, refused: Refused | None = None
    ) -> Response:
        claims = [each | {"received_at": _when(each["received_at"])} for each in found["claims"]]
        return self._page(
            request,
            badge,
            "operators/conflict.html",
            title="operators-conflict",
            status=200 if refused is None else 422,
            conflict=found,
            claims=claims,
            actions=_ACTIONS[found["kind"]],
            reasons=[reason.value for reason in REASONS],
            refused=refused,
        )

    def _page(
        self, request: Request, badge: Badge, template: str, *, title: str, status: int = 200, **values: Any
    ) -> Response:
        response = self._site.render(
            request, template, title=text(title, language_of(request)), status=status, badge=badge, **values
        )
        return self._keep(request, response, badge)

    def _sign_in_page(self, request: Request, *, failed: str = "") -> Response:
        title = text("operators-sign-in", language_of(request))
        return self._site.render(
            request, "operators/sign_in.html", title=title, status=401 if failed else 200, error=failed
        )

    def _badge(self, request: Request) -> Badge:
        """Raises SignedOut."""
        badge = self._badges.read(request.cookies)
        if badge is None:
            raise SignedOut
        return badge

    async def _posted(self, request: Request, badge: Badge) -> dict[str, str]:
        """Raises Stale or TooMuch."""
        fields = await read_fields(request)
        if not badge.posted_by(fields.get("token", "")):
            raise Stale
        return fields

    def _keep(self, request: Request, response: Response, badge: Badge) -> Response:
        self._badges.write(response, badge, request.cookies, secure=is_secure(request))
        return response


def _conflict_of(request: Request) -> str:
    """Raises Missing."""
    conflict: str = request.path_params["conflict"]
    if not _HEXADECIMAL.fullmatch(conflict):
        raise Missing
    return conflict


def _when(moment: str | None) -> str:
    return wib_text(moment) if moment else ""
