"""Jinja2 as all pages use it: everything escaped, nothing undefined passed over."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.web.languages import LANGUAGES, NAMES, in_language
from shared.web.static import Assets

COMMON: Final = Path(__file__).with_name("templates")


def template_environment(folders: Sequence[Path], assets: Assets) -> Environment:
    """Templates of `folders`, then the common ones. `asset(name)` in a template is a static file's URL."""
    environment = Environment(
        loader=FileSystemLoader([*folders, COMMON]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "asset": assets.url,
        "in_language": in_language,
        "languages": [(language, NAMES[language]) for language in LANGUAGES],
    }
    return environment
