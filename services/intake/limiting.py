"""The limit of addresses, before everything else that intake does for a request."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.asgi import language, refuse
from services.intake.limits import Addresses, Buckets, Headers
from services.intake.metrics import Metrics
from services.intake.problems import Refused

_LIMITED = "/v1/"


class AddressLimit:
    """ASGI middleware. Probes, metrics and documents have no limit."""

    def __init__(self, app: ASGIApp, addresses: Addresses, buckets: Buckets, metrics: Metrics) -> None:
        self._app = app
        self._addresses = addresses
        self._buckets = buckets
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_LIMITED):
            await self._app(scope, receive, send)
            return
        sender = self._addresses.sender(scope)
        if sender is None:
            await self._app(scope, receive, send)
            return
        try:
            fields = self._buckets.check(sender)
        except Refused as refused:
            self._metrics.count_problem(refused.code)
            await refuse(send, refused, language(scope))
            return
        await self._app(scope, receive, _adding(fields, send) if fields else send)


def _adding(fields: Headers, send: Send) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *fields]
        await send(message)

    return adding
