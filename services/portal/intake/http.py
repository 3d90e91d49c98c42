"""Intake over HTTP."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

import httpx
import msgspec

from services.portal.form.checking import Findings, findings
from services.portal.forwarding import HEADER, asked_by
from services.portal.intake.port import SHUT, Accepted, IntakeAway, Json, NotAllowed, Refused, Unknown

_AGAIN: Final = frozenset({429, 502, 503, 504})
_UNCERTAIN: Final = frozenset({502, 504})
PATIENCE_SECONDS: Final = 8.0
"""How long a family is kept waiting for a form to be accepted before it is told to send it again."""
_PAUSE_SECONDS: Final = 0.4


class HttpIntake:
    """
    Args:
        client: with intake's address.
        patience: seconds over which sending a form is repeated.
    """

    def __init__(
        self, client: httpx.AsyncClient, patience: float = PATIENCE_SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._patience = patience
        self._clock = clock

    async def examine(self, form: Json, language: str) -> Findings:
        response = await self.ask("POST", "/v1/submissions?dry_run=true", language, form)
        if response.status_code in {200, 422}:
            return found_in(read(response))
        if is_shut(response):
            raise refusal(response)
        raise IntakeAway

    async def submit(self, form: Json, language: str) -> Accepted:
        deadline = self._clock() + self._patience
        uncertain = False
        while True:
            try:
                response = await self.ask("POST", "/v1/submissions", language, form)
            except IntakeAway as away:
                uncertain |= away.uncertain
            else:
                if response.status_code == httpx.codes.ACCEPTED:
                    return _accepted(read(response))
                if response.status_code not in _AGAIN:
                    raise refusal(response)
                uncertain |= response.status_code in _UNCERTAIN
            if self._clock() >= deadline:
                raise IntakeAway(uncertain=uncertain)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def status(self, submission: str, receipt: str, language: str) -> Json:
        response = await self.ask("GET", f"/v1/submissions/{submission}", language, bearer=receipt)
        if response.status_code != httpx.codes.OK:
            raise refusal(response)
        return read(response)

    async def ask(
        self, method: str, path: str, language: str, body: Json | None = None, *, bearer: str | None = None
    ) -> httpx.Response:
        """Raises IntakeAway where no answer came."""
        headers = {"accept-language": language} | ({} if bearer is None else {"authorization": f"Bearer {bearer}"})
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["content-type"] = "application/json"
        return await self.send(method, path, headers, content)

    async def send(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None = None
    ) -> httpx.Response:
        """Raises IntakeAway where no answer came."""
        if asked_by():
            headers = headers | {HEADER: asked_by()}
        try:
            return await self._client.request(method, path, content=content, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise IntakeAway from None
        except httpx.HTTPError:
            raise IntakeAway(uncertain=method != "GET") from None


def read(response: httpx.Response) -> Json:
    """Raises IntakeAway where the answer is not intake's."""
    try:
        return msgspec.json.decode(response.content, type=Json)
    except msgspec.MsgspecError:
        raise IntakeAway from None


def refusal(response: httpx.Response) -> Exception:
    """What to raise for an answer that is no success."""
    if response.status_code in {401, 403} and not is_shut(response):
        return NotAllowed()
    if response.status_code == httpx.codes.NOT_FOUND:
        return Unknown()
    if response.status_code in _AGAIN or response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return IntakeAway(uncertain=response.status_code in _UNCERTAIN)
    problem = read(response)
    return Refused(problem["code"], problem["title"], problem["detail"], found_in(problem))


def is_shut(response: httpx.Response) -> bool:
    """Whether the census takes nothing now, from nobody: no matter of keys. Raises IntakeAway."""
    return response.status_code == httpx.codes.FORBIDDEN and str(read(response).get("code")).startswith(SHUT)


def found_in(answer: Json) -> Findings:
    return Findings(findings(answer.get("errors", ())), findings(answer.get("warnings", ())))


def _accepted(answer: Json) -> Accepted:
    return Accepted(
        answer["id"], answer["lineage"], answer["correction_code"], answer["receipt"], len(answer["warnings"])
    )
