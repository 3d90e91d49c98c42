"""`/docs`: a service's OpenAPI document as a page that can be tried out, without anything from elsewhere."""

import gzip
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_HERE: Final = Path(__file__).parent
_FILES: Final = {
    "swagger-ui.css": (_HERE / "vendor" / "swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": (_HERE / "vendor" / "swagger-ui-bundle.js", "text/javascript"),
    "start.js": (_HERE / "start.js", "text/javascript"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui" data-openapi="{openapi}"></div>
<noscript><p>This page needs JavaScript. The description itself: <a href="{openapi}">{openapi}</a>.</p></noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
"""


def swagger_routes(title: str, *, openapi: str = "/openapi.json") -> list[Route]:
    """`openapi`: where the service serves its description."""
    page = _PAGE.format(title=escape(title), openapi=escape(openapi))

    async def show(request: Request) -> Response:
        del request
        return HTMLResponse(page, headers={"content-security-policy": _POLICY})

    return [Route("/docs", show), Route("/docs/{name}", _file)]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404)
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=86400", "vary": "accept-encoding"}
    return Response(_packed(name), headers=headers, media_type=_FILES[name][1])


@cache
def _packed(name: str) -> bytes:
    """A browser that cannot read gzip cannot run these scripts either."""
    return gzip.compress(_FILES[name][0].read_bytes(), mtime=0)
