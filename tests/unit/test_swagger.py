"""The page that shows an API works alone: nothing on it comes from elsewhere."""

import asyncio
import gzip
import re

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from shared.web.swagger import swagger_routes


def get(path: str) -> Response:
    async def ask() -> Response:
        app = Starlette(routes=swagger_routes("A <service>", openapi="/api/openapi.json"))
        async with AsyncClient(transport=ASGITransport(app), base_url="http://service") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_the_page_asks_its_own_service_for_everything() -> None:
    page = get("/docs")
    assert "A &lt;service&gt;" in page.text
    assert 'data-openapi="/api/openapi.json"' in page.text
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named
    assert all(each.startswith("/") and not each.startswith("//") for each in named)
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    for file in (each for each in named if each.startswith("/docs/")):
        assert get(file).status_code == 200


def test_its_files_are_sent_packed_and_may_be_kept() -> None:
    script = get("/docs/swagger-ui-bundle.js")
    assert script.headers["content-encoding"] == "gzip"
    assert "max-age" in script.headers["cache-control"]
    assert len(gzip.compress(script.content)) < 600_000


def test_other_files_are_not_found() -> None:
    assert get("/docs/PROVENANCE.md").status_code == 404
    assert get("/docs/..%2fstart.js").status_code == 404
