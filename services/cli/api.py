"""Intake's addresses for partners and operators, as a person's command uses them."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx

from services.cli.errors import ExitCode, Failure
from services.cli.known import known_settings
from services.cli.reach import reach_intake

KEY: Final = "CACAH_PARTNER_KEY"
_SECONDS: Final = 60.0
_OUTAGE: Final = 500
Json = dict[str, Any]


class Api:
    """Raises Failure: intake's own words where it refuses, and that it may be tried again where it could not answer."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"accept-language": _language()} | ({"authorization": f"Bearer {key}"} if key else {})
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_SECONDS, transport=transport)

    def get(self, path: str, **query: str | int) -> Json:
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Json) -> Json:
        return self._ask("POST", path, json=body)

    def send(self, path: str, content: Iterable[bytes]) -> Json:
        """NDJSON."""
        return self._ask("POST", path, content=content, headers={"content-type": "application/x-ndjson"})

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, **options: Any) -> Json:
        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as problem:
            message = f"intake did not answer ({type(problem).__name__}); whether it took this is not known"
            raise Failure(message, fix="run the same command again", code=ExitCode.UNREACHABLE) from problem
        answer: Json = response.json()
        if response.is_success:
            return answer
        code = ExitCode.UNREACHABLE if response.status_code >= _OUTAGE else ExitCode.FOUND
        raise Failure(_words(answer), fix=str(answer.get("detail") or ""), code=code)


def connect() -> Api:
    """To the intake that the settings lead to, with the partner's key of the environment. Raises Failure."""
    key = partner_key()
    return Api(reach_intake(known_settings()), key)


def partner_key(environment: Mapping[str, str] | None = None) -> str:
    """From `CACAH_PARTNER_KEY`, or the file that `CACAH_PARTNER_KEY_FILE` names. Never an option: those are seen by
    all users of a machine. Raises Failure."""
    source = os.environ if environment is None else environment
    file = source.get(f"{KEY}_FILE")
    key = source.get(KEY) or (Path(file).read_text(encoding="ascii") if file else "")
    if not key.strip():
        raise Failure(
            "this needs a partner's key",
            fix=f"cacah partners add ME --scope read --scope operate --scope roster, then export {KEY}=...",
            code=ExitCode.USAGE,
        )
    return key.strip()


def _words(problem: Json) -> str:
    inner = problem.get("errors") or []
    told = "; ".join(f"{each['pointer']} {each['message']} {each['remedy']}" for each in inner)
    return f"{problem.get('title', problem.get('code'))}" + (f": {told}" if told else "")


def _language() -> str:
    return "id" if os.environ.get("LANG", "").startswith("id") else "en"
