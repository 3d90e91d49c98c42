"""What all pages share: languages, headers, static files, templates."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Scope

from shared.web.languages import in_language, negotiate, of_path, to_language
from shared.web.security import SecurityHeaders
from shared.web.static import COMMON, Assets
from shared.web.templates import template_environment
from tests.web import Browser


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("jv,id;q=0.8,en;q=0.7", "id"),
        ("de-DE, en;q=0.5", "en"),
        ("id;q=nonsense, en;q=0.1", "en"),
        ("en;q=0", "id"),
    ],
)
def test_the_browser_says_which_language(accepted: str, language: str) -> None:
    assert negotiate(accepted) == language


def test_a_page_keeps_its_place_and_its_question_in_another_language() -> None:
    assert of_path("/en/regions/35") == "en"
    assert of_path("/static/x") is None
    assert in_language("/en/regions/35", "sort=name", "id") == "/id/regions/35?sort=name"
    assert in_language("/id/", "", "en") == "/en/"


async def page(request: object) -> PlainTextResponse:
    del request
    return PlainTextResponse("page")


def client(folder: Path) -> Browser:
    assets = Assets([COMMON, folder])
    app = Starlette(routes=[Route("/", to_language), Route("/page", page), Route("/static/{name}", assets.serve)])

    def framed(scope: Scope) -> bool:
        return bool(scope["query_string"] == b"embed=1")

    return Browser(SecurityHeaders(app, framed))


def test_no_language_is_sent_to_one(tmp_path: Path) -> None:
    found = client(tmp_path).get("/?a=b", headers={"accept-language": "en"})
    assert (found.status_code, found.headers["location"]) == (302, "/en/?a=b")
    assert found.headers["vary"] == "accept-language"


def test_nothing_comes_from_elsewhere_and_only_embedded_pages_may_be_framed(tmp_path: Path) -> None:
    found = client(tmp_path).get("/page").headers
    assert "default-src 'none'" in found["content-security-policy"]
    assert "unsafe" not in found["content-security-policy"]
    assert found["content-security-policy"].endswith("frame-ancestors 'none'")
    assert found["x-content-type-options"] == "nosniff"
    assert client(tmp_path).get("/page?embed=1").headers["content-security-policy"].endswith("frame-ancestors *")


def test_a_file_has_its_hash_in_its_name_and_may_be_kept(tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text("body { color: red }\n" * 50, encoding="utf-8")
    assets = Assets([COMMON, tmp_path])
    found = client(tmp_path).get(assets.url("own.css"))
    assert found.status_code == 200
    assert found.text.startswith("body")
    assert found.headers["content-encoding"] == "gzip"
    assert "immutable" in found.headers["cache-control"]
    assert assets.size("own.css") < 100
    plain = client(tmp_path).get(assets.url("own.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == found.text
    assert client(tmp_path).get("/static/own.0000000000.css").status_code == 404


def test_what_a_service_has_stands_for_what_is_common(tmp_path: Path) -> None:
    before = Assets([COMMON]).url("base.css")
    (tmp_path / "base.css").write_text("html {}", encoding="utf-8")
    assert Assets([COMMON, tmp_path]).url("base.css") != before


def test_templates_escape_and_refuse_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text("<p>{{ text }}</p>{{ asset('base.css') }}", encoding="utf-8")
    environment = template_environment([tmp_path], Assets([COMMON]))
    template = environment.get_template("own.html")
    assert "<p>&lt;b&gt;</p>/static/base." in template.render(text="<b>")
    with pytest.raises(UndefinedError):
        template.render()
