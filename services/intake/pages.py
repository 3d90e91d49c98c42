"""Pages of intake for people: templates of its rooms over those of all services."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment

from services.intake.texts import Language
from shared.web.static import COMMON, Assets
from shared.web.templates import template_environment

_HERE: Final = Path(__file__).parent


@cache
def assets() -> Assets:
    return Assets([COMMON, _HERE / "static"])


@cache
def _environment() -> Environment:
    return template_environment([_HERE / "explained" / "templates", _HERE / "receipt_view" / "templates"], assets())


def render(template: str, language: Language, path: str, words: Callable[[str], str], **context: object) -> str:
    """
    Args:
        path: of the page, for the links to its other language.
        words: text by key.
    """
    return (
        _environment()
        .get_template(template)
        .render(language=language, path=path, query="", theme="", words=words, **context)
    )
