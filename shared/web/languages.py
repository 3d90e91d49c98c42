"""Two languages, each under a prefix of its own: `/id` and `/en`. What has no prefix is sent to one of them."""

from typing import Final, Literal, get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
NAMES: Final[dict[Language, str]] = {"id": "Bahasa Indonesia", "en": "English"}


def negotiate(accepted: str) -> Language:
    """The one of our languages that an Accept-Language header likes best; Indonesian where it likes neither."""
    best: tuple[float, Language] = (0.0, "id")
    for part in accepted.lower().split(","):
        tag, _, weight = part.partition(";")
        liking = _quality(weight)
        for language in LANGUAGES:
            if tag.strip()[:2] == language and liking > best[0]:
                best = (liking, language)
    return best[1]


def of_path(path: str) -> Language | None:
    """The language that a path's prefix names."""
    first = path.strip("/").partition("/")[0]
    return next((language for language in LANGUAGES if language == first), None)


def in_language(path: str, query: str, language: Language) -> str:
    """The same page in another language. `path` has a prefix."""
    _, _, rest = path.strip("/").partition("/")
    return f"/{language}/{rest}" + (f"?{query}" if query else "")


async def to_language(request: Request) -> RedirectResponse:
    """A route for `/`: to the language that the reader's browser asks for."""
    language = negotiate(request.headers.get("accept-language", ""))
    target = f"/{language}/" + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(target, 302, {"vary": "accept-language", "cache-control": "no-store"})


def _quality(weight: str) -> float:
    value = weight.strip().removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
