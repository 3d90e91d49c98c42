"""The code of a family that has no card number: `KRT-XXXX-XXXX-XXXX-XXXX-X`.

The form makes it at random, so that nobody meets another family's by guessing, and ends it with a check symbol, so
that a family is not counted twice because it mistyped a code (`codes.py`).
"""

from typing import Final

from shared.domain import codes

BYTES: Final = 10
_PREFIX: Final = "KRT"


def household_code(secret: bytes) -> str:
    """The code as the form shows it. `secret`: ten random bytes."""
    return f"{_PREFIX}-{codes.encode(secret)}"


def canonical_code(text: str) -> str | None:
    """The code in the one way of writing it; None where it is mistyped or none. Case, hyphens and blanks do not
    matter, nor whether the prefix is there."""
    symbols = text.upper().replace("-", "").replace(" ", "")
    try:
        return household_code(codes.decode(symbols.removeprefix(_PREFIX), BYTES))
    except codes.CodeError:
        return None
