"""Drafts in intake's keeping, under the portal's own key."""

from typing import Final

import httpx

from services.portal.intake.http import HttpIntake
from services.portal.intake.port import IntakeAway

_OCTETS: Final = "application/octet-stream"


class HttpDrafts:
    """
    Args:
        key: of a partner with the scope `draft`; without one nothing can be saved, and families are told so.
    """

    def __init__(self, intake: HttpIntake, key: str | None) -> None:
        self._intake = intake
        self._key = key

    async def put(self, name: str, sealed: bytes) -> None:
        await self._ask("PUT", name, sealed)

    async def get(self, name: str) -> bytes | None:
        response = await self._ask("GET", name)
        return None if response.status_code == httpx.codes.NOT_FOUND else response.content

    async def delete(self, name: str) -> None:
        await self._ask("DELETE", name)

    async def _ask(self, method: str, name: str, sealed: bytes | None = None) -> httpx.Response:
        """Raises IntakeAway, also where the key is not valid: that is no family's mistake."""
        if self._key is None:
            raise IntakeAway
        response = await self._intake.send(
            method, f"/v1/drafts/{name}", {"authorization": f"Bearer {self._key}", "content-type": _OCTETS}, sealed
        )
        if not (response.is_success or (method == "GET" and response.status_code == httpx.codes.NOT_FOUND)):
            raise IntakeAway
        return response
