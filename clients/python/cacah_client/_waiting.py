"""When to come again."""

import random
import time
from email.utils import parsedate_to_datetime

AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which the same form, with the same id, may be sent again."""
_UNTOLD_SECONDS = 0.5
_LONGEST_SECONDS = 300.0


def seconds_until(retry_after: str | None, now: float) -> float:
    """What the header says, seconds or a date; half a second where it says nothing. `now`: seconds since 1970."""
    if retry_after is None:
        return _UNTOLD_SECONDS
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = parsedate_to_datetime(retry_after).timestamp() - now
        except ValueError:
            return _UNTOLD_SECONDS
    return min(max(wait, 0.0), _LONGEST_SECONDS)


def pause(retry_after: str | None) -> None:
    """At least as long as was asked for, and up to half as long again: not all come back at once."""
    time.sleep(seconds_until(retry_after, time.time()) * random.uniform(1.0, 1.5))
