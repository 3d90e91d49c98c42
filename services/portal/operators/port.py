"""What the operators' pages need of intake."""

from typing import Any, Final, Protocol
from urllib.parse import quote

from services.portal.intake.http import HttpIntake, read, refusal

Json = dict[str, Any]
PAGE: Final = 25


class Operations(Protocol):
    """`key`: the operator's own. Every method raises IntakeAway and NotAllowed; those about one thing also Unknown."""

    async def me(self, key: str, language: str) -> Json: ...
    async def stages(self, key: str, language: str) -> Json: ...
    async def conflicts(self, key: str, language: str, *, state: str, after: str) -> Json: ...
    async def conflict(self, key: str, language: str, conflict: str) -> Json: ...
    async def decide(self, key: str, language: str, conflict: str, decision: Json) -> Json:
        """Raises Refused, where the claims have changed since they were shown for example."""
        ...

    async def aside(self, key: str, language: str, *, state: str, after: str) -> Json: ...
    async def aside_one(self, key: str, language: str, item: str) -> Json: ...
    async def redrive(self, key: str, language: str, item: str) -> Json: ...
    async def discard(self, key: str, language: str, item: str, reason: str) -> Json: ...


class HttpOperations:
    def __init__(self, intake: HttpIntake) -> None:
        self._intake = intake

    async def me(self, key: str, language: str) -> Json:
        return await self._ask("GET", "/v1/operations/me", key, language)

    async def stages(self, key: str, language: str) -> Json:
        return await self._ask("GET", "/v1/operations/stages", key, language)

    async def conflicts(self, key: str, language: str, *, state: str, after: str) -> Json:
        path = f"/v1/conflicts?state={state}&after={after}&limit={PAGE}"
        return await self._ask("GET", path, key, language)

    async def conflict(self, key: str, language: str, conflict: str) -> Json:
        return await self._ask("GET", f"/v1/conflicts/{conflict}", key, language)

    async def decide(self, key: str, language: str, conflict: str, decision: Json) -> Json:
        return await self._ask("POST", f"/v1/conflicts/{conflict}/decision", key, language, decision)

    async def aside(self, key: str, language: str, *, state: str, after: str) -> Json:
        path = f"/v1/quarantine?state={state}&after={quote(after, safe='')}&limit={PAGE}"
        return await self._ask("GET", path, key, language)

    async def aside_one(self, key: str, language: str, item: str) -> Json:
        return await self._ask("GET", f"/v1/quarantine/{quote(item, safe='')}", key, language)

    async def redrive(self, key: str, language: str, item: str) -> Json:
        return await self._ask("POST", f"/v1/quarantine/{quote(item, safe='')}/redrive", key, language)

    async def discard(self, key: str, language: str, item: str, reason: str) -> Json:
        path = f"/v1/quarantine/{quote(item, safe='')}/discard"
        return await self._ask("POST", path, key, language, {"reason": reason})

    async def _ask(self, method: str, path: str, key: str, language: str, body: Json | None = None) -> Json:
        response = await self._intake.ask(method, path, language, body, bearer=key)
        if not response.is_success:
            raise refusal(response)
        return read(response)
