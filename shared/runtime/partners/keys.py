"""What a partner's key looks like: `cacah_` + eight symbols that name it + `_` + forty-eight that prove it.

The first part is kept and shown; the second is kept as a hash only. It has 192 random bits, so a plain SHA-256 is
enough: what a slow hash defends against, guessing, cannot be done.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_FORM = re.compile(r"cacah_([0-9a-f]{8})_([0-9a-f]{48})")


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as its holder has it."""

    id: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"cacah_{self.id}_{self.secret}"

    def hashed(self) -> str:
        return hashlib.sha256(self.secret.encode("ascii")).hexdigest()


def make_key() -> KeyText:
    return KeyText(secrets.token_hex(4), secrets.token_hex(24))


def read_key(text: str) -> KeyText | None:
    """None for what is no key of ours."""
    found = _FORM.fullmatch(text.strip())
    return None if found is None else KeyText(found[1], found[2])
