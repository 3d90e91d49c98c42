"""Whether a worker's generation is the live one, and when that changes: workers go over to the next one by themselves."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from shared.runtime.database import GENERATIONS
from shared.runtime.settings import Settings


class GenerationWatch:
    def __init__(self, database: AsyncDatabase[dict[str, Any]], settings: Settings) -> None:
        self._generations = database.get_collection(GENERATIONS, read_concern=ReadConcern("majority"))
        self._own = settings.generation
        self._was_live: bool | None = None

    async def is_live(self) -> bool:
        """What was true when it was first asked: a worker learns it at its start, and starts again to learn another."""
        if self._was_live is None:
            self._was_live = await self._live() == self._own
        return self._was_live

    async def reason_to_leave(self) -> str:
        """Empty where there is none. To be asked now and then."""
        try:
            live = await self._live()
        except PyMongoError:
            # Whoever cannot look hears of it with the next insert.
            return ""
        if (live == self._own) == await self.is_live():
            return ""
        return f"generation {live} is live now, and this worker began when that was otherwise: it leaves, to start anew"

    async def _live(self) -> str:
        pointer = await self._generations.find_one({"_id": "live"})
        return self._own if pointer is None else str(pointer["generation"])
