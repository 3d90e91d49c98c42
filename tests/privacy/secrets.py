"""A number or a name, in the forms in which it could lie somewhere."""

import base64
import re
from collections.abc import Iterable, Mapping

_SEPARATORS = re.compile(rb"(?<=[0-9])[ .\-](?=[0-9])")


def forms_of(secret: str) -> dict[str, bytes]:
    """By name: as it is, in hexadecimal, in base64 however it is aligned, and, of a number, as an integer."""
    raw = secret.encode()
    forms = {"raw": raw, "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
    forms |= {f"base64+{shift}": _base64_core(raw, shift) for shift in range(3)}
    if secret.isdigit():
        number = int(secret)
        forms |= {"big-endian": number.to_bytes(8, "big"), "little-endian": number.to_bytes(8, "little")}
    return forms


def _base64_core(raw: bytes, shift: int) -> bytes:
    """The symbols that depend on the secret alone, whatever stands before and behind it."""
    whole = base64.b64encode(bytes(shift) + raw)
    return whole[4 * (shift > 0) : len(whole) - 4].rstrip(b"=")


class Search:
    """
    Args:
        secrets: label to number or name; a finding gives the label only.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._wanted = [
            (label, kind, form) for label, secret in secrets.items() for kind, form in forms_of(secret).items()
        ]

    def find(self, contents: Iterable[bytes]) -> set[str]:
        """`label as kind` of everything that was found; numbers also with dots, blanks and hyphens in them."""
        whole = b"\0".join(contents)
        joined = _SEPARATORS.sub(b"", whole)
        return {
            f"{label} as {kind}"
            for label, kind, form in self._wanted
            if form in whole or (kind == "raw" and form in joined)
        }
