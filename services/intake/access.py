"""Who may: the partner behind a request's key, from a copy of the partners that is renewed while intake runs.

MongoDB away does not lock partners out: the copy stays in force until MongoDB is back. Only an intake that has never
seen the partners answers 503 to a key. A key that was made is known at once, one that was revoked ends within seconds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from time import monotonic

from fastapi import Request

from services.intake.problems import Refused
from shared.runtime.partners import Partner, PartnerKey, PartnerStore, Scope, StoreUnreachable, read_key

logger = logging.getLogger(__name__)

_RENEW_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 1.0
"""Between two looks for keys that are not known: made-up keys must not become load on MongoDB."""


class Access:
    """
    Args:
        now: the time, UTC.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        store: PartnerStore,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self._clock = clock
        self._known: dict[str, tuple[Partner, PartnerKey]] | None = None
        self._asked_at = float("-inf")
        self._looking = asyncio.Lock()
        self._used: dict[str, datetime] = {}
        self._noted: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.renew()
        self._task = asyncio.create_task(self._renewing())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._note_use()

    async def admit(self, authorization: str, *scopes: Scope) -> Partner:
        """The partner whose key this header bears, and who has one of the scopes.

        Raises Refused: `key-missing`, `key-unknown`, `scope-missing`, or `unavailable` before partners were ever seen.
        """
        kind, _, text = authorization.partition(" ")
        if not text or kind.lower() != "bearer":
            raise Refused("key-missing")
        key = read_key(text)
        if key is None:
            raise Refused("key-unknown")
        found = self._find(key.id) or await self._look_for(key.id)
        # One answer for wrong, ended and revoked: whoever tries keys learns nothing from it.
        if found is None or not found[1].proven_by(key) or found[1] not in found[0].valid_keys(self._now()):
            raise Refused("key-unknown")
        partner, known = found
        self._use(known.id)
        if not any(partner.may(scope) for scope in scopes):
            raise Refused("scope-missing")
        return partner

    async def renew(self) -> None:
        """Copy the partners; leave the copy as it is where their store does not answer."""
        async with self._looking:
            try:
                self._known = _by_key(await self._store.all())
            except StoreUnreachable as problem:
                logger.warning("the partners cannot be read: %s", type(problem.__cause__ or problem).__name__)

    def _use(self, key_id: str) -> None:
        minute = self._now().replace(second=0, microsecond=0)
        if self._noted.get(key_id) != minute:
            self._used[key_id] = minute

    def _find(self, key_id: str) -> tuple[Partner, PartnerKey] | None:
        return None if self._known is None else self._known.get(key_id)

    async def _look_for(self, key_id: str) -> tuple[Partner, PartnerKey] | None:
        # Since the last look for a key: a renewal just now does not know a key that was made after it.
        if self._clock() - self._asked_at >= _ASK_AGAIN_SECONDS:
            self._asked_at = self._clock()
            await self.renew()
        if self._known is None:
            raise Refused("unavailable")
        return self._find(key_id)

    async def _renewing(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            await self.renew()
            await self._note_use()

    async def _note_use(self) -> None:
        used, self._used = self._used, {}
        if not used:
            return
        try:
            await self._store.mark_used(used)
        except StoreUnreachable:
            # Noted next time; what is newer meanwhile stays.
            self._used = used | self._used
        else:
            self._noted |= used


def require(*scopes: Scope) -> Callable[[Request], Awaitable[Partner]]:
    """For routes: `partner: Annotated[Partner, Depends(require("roster"))]`. Raises Refused."""

    async def partner(request: Request) -> Partner:
        access: Access = request.app.state.access
        return await access.admit(request.headers.get("authorization", ""), *scopes)

    return partner


def _by_key(partners: Iterable[Partner]) -> dict[str, tuple[Partner, PartnerKey]]:
    return {key.id: (partner, key) for partner in partners for key in partner.keys}
