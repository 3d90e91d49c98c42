"""What operators' lists have in common: state, place and size of a page, and how an answer is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from services.intake.asgi import encode
from services.intake.problems import Refused

MOST: Final = 500
"""Of a list, in one answer."""
_USUAL: Final = "50"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list. `state`: None for all; `after`: the last name that is known, empty for the beginning."""

    state: str | None
    after: str
    limit: int

    def following(self, names: list[str]) -> str | None:
        """`names`: those of the page. What to ask for next; None where there is no more."""
        return names[-1] if len(names) == self.limit else None


def read_wanted(query: Mapping[str, str], states: Collection[str]) -> Wanted:
    """Raises Refused."""
    state, limit = query.get("state"), query.get("limit", _USUAL)
    if (state is not None and state not in states) or not (limit.isascii() and limit.isdigit()):
        raise Refused("bad-query")
    return Wanted(state, query.get("after", ""), min(max(int(limit[:6]), 1), MOST))


def json_answer(status: int, body: dict[str, Any]) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store"}, "application/json")
