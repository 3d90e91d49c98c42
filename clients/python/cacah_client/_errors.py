"""What can go wrong.

CacahError
    RefusedError        the form has errors; sending it again changes nothing
    UnavailableError    the service did not accept it in the time that was given
"""

from typing import Any


class CacahError(Exception):
    pass


class RefusedError(CacahError):
    """`problem` is the RFC 9457 body: it names every field, code and remedy, and no value."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"refused: {problem.get('title', problem.get('code'))}")
        self.problem = problem


class UnavailableError(CacahError):
    """Whether the last attempt was accepted is not known; the same form with the same id may be sent again."""
