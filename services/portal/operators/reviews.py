"""Reviews: what several households claim, and an operator's decision. It is logged here with who decided, and stands
on the log of the census as well."""

import logging
import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.intake.port import Refused, Unknown
from services.portal.operators.badge import Badge
from services.portal.operators.desk import Desk
from services.portal.site import Missing, language_of
from services.portal.views.moments import wib_text
from shared.domain.rulings import REASONS

logger = logging.getLogger(__name__)

_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{32}")
_STATES: Final = ("open", "settled", "dismissed")
_ACTIONS: Final = {"person": ("count", "dismiss"), "headless": ("dismiss",), "household": ("withdraw", "dismiss")}


class Reviews:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        state, after = self._desk.which(request, _STATES, _HEXADECIMAL)
        page = await self._desk.operations.conflicts(badge.key, language_of(request), state=state, after=after)
        return self._desk.page(
            request,
            badge,
            "operators/conflicts.html",
            title="operators-conflicts",
            states=_STATES,
            state=state,
            found=[each | {"first_seen": wib_text(each.get("first_seen"))} for each in page["conflicts"]],
            following=page["after"],
        )

    async def show(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        return self._page(request, badge, await self._found(request, badge))

    async def decide(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        posted = await self._desk.posted(request, badge)
        conflict = _conflict_of(request)
        # `count:CLAIMANT`, so that one choice says both what and whom.
        action, _, claimant = posted.get("decision", "").partition(":")
        decision = {"action": action, "reason": posted.get("reason", ""), "claims_version": posted.get("seen") or None}
        if claimant:
            decision["claimant"] = claimant
        try:
            answer = await self._desk.operations.decide(badge.key, language_of(request), conflict, decision)
        except Refused as refused:
            logger.info("operator decision refused conflict=%s code=%s by=%s", conflict, refused.code, badge.who)
            return self._page(request, badge, await self._found(request, badge), refused=refused)
        logger.info("operator decision conflict=%s action=%s by=%s", conflict, answer["action"], badge.who)
        return self._desk.go(request, f"operators/conflicts/{conflict}", badge)

    async def _found(self, request: Request, badge: Badge) -> dict[str, Any]:
        try:
            return await self._desk.operations.conflict(badge.key, language_of(request), _conflict_of(request))
        except Unknown:
            raise Missing from None

    def _page(
        self, request: Request, badge: Badge, found: dict[str, Any], *, refused: Refused | None = None
    ) -> Response:
        return self._desk.page(
            request,
            badge,
            "operators/conflict.html",
            title="operators-conflict",
            status=200 if refused is None else 422,
            conflict=found,
            claims=[each | {"received_at": wib_text(each["received_at"])} for each in found["claims"]],
            actions=_ACTIONS[found["kind"]],
            reasons=[reason.value for reason in REASONS],
            refused=refused,
        )


def _conflict_of(request: Request) -> str:
    """Raises Missing."""
    conflict: str = request.path_params["conflict"]
    if not _HEXADECIMAL.fullmatch(conflict):
        raise Missing
    return conflict
