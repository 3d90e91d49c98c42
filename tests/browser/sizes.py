"""How many bytes pages are, for the summary at the end of a run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Page, Response

PAGE_BYTES: Final = 15 * 1024
"""Of a page of the form, without its style sheets, which are loaded once."""


@dataclass(slots=True)
class Sizes:
    """`measured`: by group and page."""

    measured: dict[tuple[str, str], int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> list[int]:
        """The size of every page that is loaded from now on, as it comes."""
        loaded: list[int] = []

        def note(response: Response) -> None:
            redirects = 300 <= response.status < 400
            if response.request.resource_type == "document" and not redirects:
                loaded.append(len(response.body()))

        page.on("response", note)
        return loaded

    def note(self, group: str, name: str, size: int) -> None:
        self.measured[group, name] = max(size, self.measured.get((group, name), 0))

    def say(self, line: str) -> None:
        """Something else that was measured."""
        self.said.append(line)

    def lines(self) -> Iterator[str]:
        for group in sorted({group for group, _ in self.measured}):
            sizes = {name: size for (each, name), size in self.measured.items() if each == group}
            largest = max(sizes, key=sizes.__getitem__)
            yield f"{group}: {len(sizes)} pages, the largest is {largest}, {sizes[largest]:,} bytes"
        yield from self.said
