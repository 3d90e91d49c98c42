"""Pages for what went wrong: each says what to do, and none shows what was sent."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.portal.sessions.jar import TooLarge
from services.portal.site import Closed, Missing, Site, Stale, TooMuch, language_of
from services.portal.texts import text

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

logger = logging.getLogger(__name__)

_KINDS: Final[dict[type[Exception], tuple[str, int]]] = {
    Closed: ("closed", 410),
    Missing: ("missing", 404),
    Stale: ("stale", 403),
    TooLarge: ("large", 413),
    TooMuch: ("large", 413),
}


class Failing:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def missing(self, request: Request, raised: Exception) -> Response:
        del raised
        return self._page(request, "missing", 404)

    async def known(self, request: Request, raised: Exception) -> Response:
        kind, status = _KINDS[type(raised)]
        return self._page(request, kind, status)

    async def broken(self, request: Request, raised: Exception) -> Response:
        logger.error("a page failed: %s", type(raised).__name__)
        return self._page(request, "broken", 500)

    def handlers(self) -> dict[int | type[Exception], Handler]:
        return {HTTPException: self.missing, Exception: self.broken, **dict.fromkeys(_KINDS, self.known)}

    def _page(self, request: Request, kind: str, status: int) -> Response:
        title = text(f"{kind}-title", language_of(request))
        form = kind in {"stale", "large", "broken"}
        return self._site.render(request, "failed.html", title=title, status=status, kind=kind, to_form=form)
