"""Somebody who has a keyboard and nothing else."""

from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

_MOST_STEPS: Final = 120
_FOCUSED: Final = """() => {
  const it = document.activeElement;
  return {id: it.id, name: it.name || "", value: it.value || "", type: it.type || "", tag: it.tagName,
          text: (it.innerText || "").trim(), href: it.getAttribute("href") || ""};
}"""


@dataclass
class Keyboard:
    """Moves as the browser moves: what cannot be reached by keys is not reached."""

    page: Page
    presses: int = 0

    def press(self, key: str) -> dict[str, Any]:
        self.page.keyboard.press(key)
        self.presses += 1
        return self.focused

    @property
    def focused(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(_FOCUSED)
        return found

    def reach(self, **wanted: str) -> dict[str, Any]:
        """Goes on with Tab until the focus is on something that has all of this."""
        for _ in range(_MOST_STEPS):
            found = self.press("Tab")
            if all(found[name] == value for name, value in wanted.items()):
                return found
        raise AssertionError(f"no key leads to {wanted} on {self.page.url}")

    def write(self, field: str, text: str) -> None:
        self.reach(id=field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.presses += len(text)

    def choose(self, name: str, value: str) -> None:
        """One of several radio buttons: Tab leads to the group, arrows through it."""
        found = self.reach(name=name, type="radio")
        for _ in range(_MOST_STEPS):
            if found["value"] == value:
                self.press("Space")
                return
            found = self.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {name}={value}")

    def pick(self, select: str, value: str) -> None:
        """One of a list, by arrows as well."""
        self.reach(id=select)
        for _ in range(_MOST_STEPS):
            if self.press("ArrowDown")["value"] == value:
                return
        raise AssertionError(f"no arrow leads to {select}={value}")

    def submit(self) -> None:
        """Enter in a field or on a button, and on to the page that follows."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.presses += 1

    def go_on(self) -> None:
        self.reach(tag="BUTTON", value="continue")
        self.submit()

    def follow(self, text: str) -> None:
        self.reach(text=text)
        self.submit()
