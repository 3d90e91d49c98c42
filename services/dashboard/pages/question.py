"""What a reader asks for, in the address: order, search, measure, theme. The same for pages, CSV and JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar, get_args
from urllib.parse import urlencode

from services.dashboard.pages.classes import Measure

Sort = Literal["rank", "name", "persons", "households", "share", "clean", "week"]
Order = Literal["asc", "desc"]
Theme = Literal["", "light", "dark"]
Choice = TypeVar("Choice", bound=str)

_LONGEST: Final = 60
_UPWARDS: Final[frozenset[Sort]] = frozenset({"rank", "name"})


@dataclass(frozen=True, slots=True)
class Question:
    """`order` is empty where the usual one of the column is meant."""

    sort: Sort = "rank"
    order: Order | Literal[""] = ""
    search: str = ""
    measure: Measure | Literal[""] = ""
    theme: Theme = ""
    embed: bool = False
    paused: bool = False

    @property
    def descending(self) -> bool:
        return self.order == "desc" if self.order else self.sort not in _UPWARDS

    def query(self, **changes: object) -> str:
        """As a query string with its question mark; what is as usual is left out."""
        asked = replace(self, **changes)  # type: ignore[arg-type]  # names of fields, checked by dataclasses
        values = {
            "sort": "" if asked.sort == "rank" else asked.sort,
            "order": asked.order,
            "q": asked.search,
            "measure": asked.measure,
            "theme": asked.theme,
            "embed": "1" if asked.embed else "",
            "paused": "1" if asked.paused else "",
        }
        text = urlencode({name: value for name, value in values.items() if value})
        return f"?{text}" if text else ""

    def sorted_by(self, sort: Sort) -> str:
        """The question that a click on a column's head asks: the other way round where it is sorted by that already."""
        if sort != self.sort:
            return self.query(sort=sort, order="")
        return self.query(order="asc" if self.descending else "desc")


def read_question(given: Mapping[str, str]) -> Question:
    """What is not understood is as if it was not asked."""
    return Question(
        sort=_choice(given.get("sort", ""), get_args(Sort), "rank"),
        order=_choice(given.get("order", ""), get_args(Order), ""),
        search=given.get("q", "").strip()[:_LONGEST],
        measure=_choice(given.get("measure", ""), get_args(Measure), ""),
        theme=_choice(given.get("theme", ""), get_args(Theme), ""),
        embed=given.get("embed") == "1",
        paused=given.get("paused") == "1",
    )


def _choice(text: str, choices: tuple[Choice, ...], usual: Choice) -> Choice:
    return next((each for each in choices if each == text), usual)
