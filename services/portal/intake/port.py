"""What the portal needs of intake, and the ways in which intake may fail it."""

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from services.portal.form.checking import Findings

Json = dict[str, Any]
SHUT: Final = "census-"
"""How the codes begin that say when forms are taken: not yet, no longer, or closed for good."""


class IntakeAway(Exception):
    """Intake does not answer, or says that it cannot now. `uncertain`: what was sent may have been accepted."""

    def __init__(self, *, uncertain: bool = False) -> None:
        super().__init__("intake is away")
        self.uncertain = uncertain


class NotAllowed(Exception):
    """The key or code is not valid, or not for this."""


class Unknown(Exception):
    """There is no such thing, or it is not for who asks; which of both is not told."""


class Refused(Exception):
    """A problem that intake has words for: `title` and `detail` in the language that was asked for."""

    def __init__(self, code: str, title: str, detail: str, findings: Findings) -> None:
        super().__init__(code)
        self.code = code
        self.title = title
        self.detail = detail
        self.findings = findings

    @property
    def is_shut(self) -> bool:
        """Whether nothing at all is taken now."""
        return self.code.startswith(SHUT)


@dataclass(frozen=True, slots=True)
class Accepted:
    id: str
    lineage: str
    correction_code: str = field(repr=False)
    receipt: Json = field(repr=False)
    warnings: int = 0


class Intake(Protocol):
    """Every method raises IntakeAway."""

    async def examine(self, form: Json, language: str) -> Findings:
        """What would be said of a form; nothing is kept. Raises Refused where no form is taken."""
        ...

    async def submit(self, form: Json, language: str) -> Accepted:
        """The same form again is harmless. Raises Refused."""
        ...

    async def status(self, submission: str, receipt: str, language: str) -> Json:
        """What became of a form. Raises Unknown where there is none, or the receipt is not its."""
        ...
