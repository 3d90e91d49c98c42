"""Sealed contents as cookies: as many as they need, each small enough for every browser."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from services.portal.sessions.sealing import NotSealedHere, Seal

_PIECE: Final = 3_800
"""Characters; browsers take 4,096 bytes of a cookie with its name and attributes."""
_MOST_PIECES: Final = 6


class TooLarge(Exception):
    """The contents do not fit into cookies."""


class Jar:
    """
    Args:
        name: of the cookie; further pieces have a number after it.
        seconds: how long a browser keeps it without being here again.
    """

    def __init__(self, name: str, seal: Seal, seconds: int) -> None:
        self._names = [name, *(f"{name}-{number}" for number in range(1, _MOST_PIECES))]
        self._seal = seal
        self._seconds = seconds

    def read(self, cookies: Mapping[str, str]) -> bytes | None:
        """None where there are none, or none that were sealed here."""
        text = ""
        for name in self._names:
            piece = cookies.get(name)
            if not piece:
                break
            text += piece
        try:
            return self._seal.open(base64.urlsafe_b64decode(text)) if text else None
        except (binascii.Error, NotSealedHere, ValueError):
            return None

    def write(self, response: Response, contents: bytes, before: Mapping[str, str], *, secure: bool) -> None:
        """Pieces that are no longer needed are taken away. Raises TooLarge.

        Args:
            before: the cookies that came with the request.
            secure: the page was asked for over HTTPS.
        """
        text = base64.urlsafe_b64encode(self._seal.seal(contents)).decode()
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        if len(pieces) > _MOST_PIECES:
            raise TooLarge
        for name, piece in zip(self._names, pieces, strict=False):
            response.set_cookie(
                name, piece, max_age=self._seconds, path="/", secure=secure, httponly=True, samesite="lax"
            )
        self._drop(response, self._names[len(pieces) :], before)

    def clear(self, response: Response, before: Mapping[str, str]) -> None:
        self._drop(response, self._names, before)

    @staticmethod
    def _drop(response: Response, names: list[str], before: Mapping[str, str]) -> None:
        for name in names:
            if name in before:
                response.delete_cookie(name, path="/", httponly=True, samesite="lax")
