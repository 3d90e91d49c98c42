"""What every page of the portal is made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.form.checking import Checker
from services.portal.form.pages import Way
from services.portal.intake.port import Intake
from services.portal.metrics import Metrics
from services.portal.saving.safe import Safe
from services.portal.sessions.visit import IDLE_SECONDS, Visit, Visits
from services.portal.texts import text
from shared.domain.census import WIB
from shared.web.languages import Language, of_path
from shared.web.static import Assets

_MOST_BYTES: Final = 64 << 10
_MOST_FIELDS: Final = 100


class Closed(Exception):
    """There is no form in this browser, or it was left alone for too long."""


class Missing(Exception):
    """The form has no such page."""


class Stale(Exception):
    """What was posted does not come from a page that this visit was shown."""


class TooMuch(Exception):
    """More was posted than any page can."""


@dataclass(frozen=True, slots=True)
class Site:
    assets: Assets
    templates: Environment
    visits: Visits
    way: Way
    checker: Checker
    intake: Intake
    safe: Safe
    metrics: Metrics

    def render(
        self,
        request: Request,
        template: str,
        *,
        title: str,
        visit: Visit | None = None,
        status: int = 200,
        **values: Any,
    ) -> Response:
        """A page; nothing of it is kept by anybody on the way. A `visit` is written into the browser again."""
        language = language_of(request)
        page = self.templates.get_template(template).render(
            language=language,
            path=request.url.path,
            query=request.url.query,
            theme="",
            words=partial(_words, language=language),
            heading=title,
            token=visit.token if visit else "",
            closes=closing_time(visit),
            failed=status >= 400,
            **values,
        )
        response = HTMLResponse(page, status, {"cache-control": "no-store", "content-language": language})
        return self.keep(request, response, visit)

    def go(self, request: Request, slug: str, visit: Visit | None = None) -> Response:
        """On to another page, so that loading it again posts nothing again."""
        target = f"/{language_of(request)}/{slug}"
        response = RedirectResponse(target, 303, {"cache-control": "no-store"})
        return self.keep(request, response, visit)

    def keep(self, request: Request, response: Response, visit: Visit | None) -> Response:
        """Raises TooLarge."""
        if visit is not None:
            self.visits.write(response, visit, request.cookies, secure=is_secure(request))
        return response

    def visit(self, request: Request) -> Visit:
        """Raises Closed."""
        visit = self.visits.read(request.cookies)
        if visit is None:
            raise Closed
        return visit

    async def posted(self, request: Request, visit: Visit) -> dict[str, str]:
        """Raises Stale or TooMuch."""
        fields = await read_fields(request)
        if not visit.posted_by(fields.get("token", "")):
            raise Stale
        return fields


async def read_fields(request: Request) -> dict[str, str]:
    """What a page posted, by name. Raises TooMuch."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise TooMuch
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise TooMuch from None


def language_of(request: Request) -> Language:
    return of_path(request.url.path) or "id"


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def closing_time(visit: Visit | None) -> str:
    """By the clock of Jakarta, when the form will have been left alone for too long."""
    if visit is None or visit.draft is None:
        return ""
    return (datetime.now(WIB) + timedelta(seconds=IDLE_SECONDS)).strftime("%H:%M")


def _words(key: str, language: Language, **values: object) -> str:
    return text(key, language, **values)


Posted = Mapping[str, str]
