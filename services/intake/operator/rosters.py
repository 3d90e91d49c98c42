"""Rosters as they are posted: a person per line, hashed as soon as the line is read."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

import msgspec
from starlette.requests import Request

from services.intake.bodies import Lines, unpacked
from services.intake.operator.bodies import RosterLine, pointer_in
from services.intake.problems import Fault
from shared.contracts.identity import person_key
from shared.contracts.orders import MAX_ROSTER, RosterEntry
from shared.domain.nik import nik_key_digits

_decode = msgspec.json.Decoder(RosterLine).decode


@dataclass(slots=True)
class RosterReader:
    """`accepted` counts people; `faults` has the lines that name nobody, by JSON pointer `/LINE/field`."""

    identity: bytes
    accepted: int = 0
    faults: list[Fault] = field(default_factory=list)
    _line: int = 0

    async def parts(self, request: Request) -> AsyncIterator[list[RosterEntry]]:
        """Entries in the order of their lines, as many at a time as a record takes. Raises Refused, Disconnected."""
        lines, waiting = Lines(), list[RosterEntry]()
        async for piece in unpacked(request.scope, request.receive):
            waiting.extend(self._entries(lines.feed(piece)))
            while len(waiting) >= MAX_ROSTER:
                yield waiting[:MAX_ROSTER]
                del waiting[:MAX_ROSTER]
        waiting.extend(self._entries(lines.end()))
        if waiting:
            yield waiting

    def _entries(self, lines: Iterable[bytes | None]) -> Iterable[RosterEntry]:
        for line in lines:
            self._line += 1
            if line is not None and not line.strip():
                continue
            entry = self._entry(line)
            if entry is not None:
                self.accepted += 1
                yield entry

    def _entry(self, line: bytes | None) -> RosterEntry | None:
        try:
            read = _decode(line or b"")
        except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
            self.faults.append(Fault("roster-line", f"/{self._line}{pointer_in(str(problem))}"))
            return None
        digits = nik_key_digits(read.nik)
        if digits is None:
            self.faults.append(Fault("roster-nik", f"/{self._line}/nik"))
            return None
        return RosterEntry(person_key(self.identity, digits), read.staff)
