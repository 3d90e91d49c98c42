"""Ten thousand connections that say nothing, or a byte now and then: others are served meanwhile, and those are cut."""

import asyncio
import resource
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from shared.contracts.topics import topic_specs
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.families import family
from tests.intake_process import IntakeProcess, intake_process

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

CROWD = 10_000
CUT_OFF = b"HTTP/1.1 408 Request Timeout\r\n"
HEAD = b"POST /v1/submissions HTTP/1.1\r\nhost: intake\r\ncontent-type: application/json\r\n"
BODY = HEAD + b"content-length: 5000\r\n\r\n{"


@dataclass
class Crowd:
    """`told`: the first line of what each was told at its end."""

    told: list[bytes] = field(default_factory=list)
    silent: list[asyncio.StreamWriter] = field(default_factory=list)
    dripping: list[asyncio.StreamWriter] = field(default_factory=list)

    async def join(self, port: int, opening: bytes) -> "asyncio.Task[None]":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(opening)
        (self.dripping if opening else self.silent).append(writer)
        return asyncio.create_task(self._stay(reader))

    async def drip(self) -> None:
        while True:
            for writer in self.dripping:
                if not writer.is_closing():
                    writer.write(b"x")
            await asyncio.sleep(1)

    def leave(self) -> None:
        for writer in (*self.silent, *self.dripping):
            writer.transport.abort()

    async def _stay(self, reader: asyncio.StreamReader) -> None:
        try:
            self.told.append(await reader.readline())
        except ConnectionResetError:
            # It dripped while it was told.
            self.told.append(b"")


async def crowded(intake: IntakeProcess, size: int) -> tuple[Crowd, list[int], int]:
    crowd = Crowd()
    staying = [await crowd.join(intake.port, (b"", HEAD)[number % 2]) for number in range(size * 9 // 10)]
    patient = [await crowd.join(intake.port, BODY) for _ in range(size - len(staying))]
    dripping = asyncio.create_task(crowd.drip())
    async with httpx.AsyncClient(timeout=60) as client:
        answers = [(await client.post(f"{intake.url}/v1/submissions", json=family())).status_code for _ in range(100)]
    resident = resident_megabytes(intake.process.pid)
    async with asyncio.timeout(150):
        await asyncio.gather(*staying)
    # Those with a body have a minute; that it ends is shown elsewhere.
    dripping.cancel()
    crowd.leave()
    await asyncio.gather(*patient)
    return crowd, answers, resident


def test_a_crowd_stops_nobody_and_is_cut_off(system: System) -> None:
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    size = CROWD if room == resource.RLIM_INFINITY else min(CROWD, room - 500)
    apply_topics(system.settings.kafka, topic_specs(system.settings.partitions, system.settings.generation))
    with intake_process(system.settings) as intake:
        before = resident_megabytes(intake.process.pid)
        crowd, answers, resident = asyncio.run(crowded(intake, size))
        sys.stdout.write(f"{size} connections: {before} MB, {resident} MB with them, {intake.seconds():.1f} s of CPU\n")
        assert answers == [202] * 100
        assert len(crowd.told) == size
        assert set(crowd.told) <= {b"", CUT_OFF}
        # Who was silent, and some of those who dripped, could hear it.
        assert crowd.told.count(CUT_OFF) >= size * 4 // 10
        assert resident < before + 300
        assert intake.answers("/readyz") == 200


def resident_megabytes(pid: int) -> int:
    fields = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(fields.partition("VmRSS:")[2].split()[0]) // 1024
