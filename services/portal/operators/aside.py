"""What was set aside: a look at it, and sending it through again or leaving it, logged with who did it."""

import logging
import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.reading import text_of
from services.portal.intake.port import Refused, Unknown
from services.portal.operators.badge import Badge
from services.portal.operators.desk import Desk
from services.portal.site import Missing, language_of
from services.portal.views.moments import wib_text

logger = logging.getLogger(__name__)

_STATES: Final = ("open", "redriven", "discarded")
_AFTER: Final = re.compile(r"[a-z0-9.]{1,100}\|\d{1,6}\|\d{1,20}")


class Aside:
    """An item's id is topic, partition and offset; so is its address."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        state, after = self._desk.which(request, _STATES, _AFTER)
        page = await self._desk.operations.aside(badge.key, language_of(request), state=state, after=after)
        return self._desk.page(
            request,
            badge,
            "operators/aside.html",
            title="operators-set-aside",
            states=_STATES,
            state=state,
            found=[_shown(each) for each in page["quarantine"]],
            following=page["after"],
        )

    async def show(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        return self._page(request, badge, await self._found(request, badge))

    async def act(self, request: Request) -> Response:
        badge = self._desk.badge(request)
        posted = await self._desk.posted(request, badge)
        item, language = _item_of(request), language_of(request)
        try:
            if posted.get("action") == "redrive":
                answer = await self._desk.operations.redrive(badge.key, language, item)
            else:
                reason = text_of(posted, "reason")
                answer = await self._desk.operations.discard(badge.key, language, item, reason)
        except Unknown:
            raise Missing from None
        except Refused as refused:
            logger.info("operator action refused item=%s code=%s by=%s", item, refused.code, badge.who)
            return self._page(request, badge, await self._found(request, badge), refused=refused)
        logger.info("operator action item=%s action=%s by=%s", item, answer["action"], badge.who)
        return self._desk.go(request, f"operators/aside/{item.replace('|', '/')}", badge)

    async def _found(self, request: Request, badge: Badge) -> dict[str, Any]:
        try:
            return await self._desk.operations.aside_one(badge.key, language_of(request), _item_of(request))
        except Unknown:
            raise Missing from None

    def _page(
        self, request: Request, badge: Badge, found: dict[str, Any], *, refused: Refused | None = None
    ) -> Response:
        return self._desk.page(
            request,
            badge,
            "operators/aside_one.html",
            title="operators-set-aside-one",
            status=200 if refused is None else 422,
            item=_shown(found),
            refused=refused,
        )


def _item_of(request: Request) -> str:
    return "|".join(str(request.path_params[name]) for name in ("topic", "partition", "offset"))


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"first_seen": wib_text(item.get("first_seen")), "path": item["id"].replace("|", "/")}
