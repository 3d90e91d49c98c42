"""axe-core in a page: what keeps people who do not use a mouse or a screen from using it."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page

_GRAVE: Final = frozenset({"serious", "critical"})


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def bring_axe(context: BrowserContext) -> None:
    """Every page of the context has it from its beginning: sent to the browser once, and not for each page."""
    context.add_init_script(script=_source())


def grave_findings(page: Page, *rules: str) -> list[str]:
    """Serious and critical ones, by rule and place. `rules`: only these."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_source())
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in _GRAVE
        for node in violation["nodes"]
    ]


def grave_findings_in_both_themes(page: Page) -> list[str]:
    """All rules in the light, and those that depend on the theme in the dark."""
    page.emulate_media(color_scheme="light")
    found = grave_findings(page)
    page.emulate_media(color_scheme="dark")
    dark = [f"dark: {each}" for each in grave_findings(page, "color-contrast", "link-in-text-block")]
    page.emulate_media(color_scheme="light")
    return found + dark
