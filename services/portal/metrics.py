"""What the portal counts about itself. The list of outcomes is closed: one that is not here is a type error."""

from collections import Counter
from typing import Final, Literal, get_args

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Outcome = Literal[
    # Intake has the form for good.
    "accepted",
    # Something has to be mended first.
    "refused",
    # Intake did not answer, or not now; it has not got the form.
    "away",
    # The answer was lost: it may have the form.
    "uncertain",
]
_OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


class Metrics:
    def __init__(self) -> None:
        self._sent: Counter[Outcome] = Counter()
        self._answers: Counter[int] = Counter()

    def count_sent(self, outcome: Outcome) -> None:
        self._sent[outcome] += 1

    def count_answer(self, status: int) -> None:
        self._answers[status] += 1

    def as_text(self) -> str:
        """Prometheus text format."""
        lines = ["# TYPE cacah_portal_sent_total counter"]
        lines += [f'cacah_portal_sent_total{{outcome="{name}"}} {self._sent[name]}' for name in _OUTCOMES]
        lines += ["# TYPE cacah_portal_answers_total counter"]
        lines += [
            f'cacah_portal_answers_total{{status="{status}"}} {count}'
            for status, count in sorted(self._answers.items())
        ]
        return "\n".join(lines) + "\n"


class CountAnswers:
    """Middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count_answer(message["status"])
            await send(message)

        await self._app(scope, receive, send_counted)
