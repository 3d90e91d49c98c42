"""A long batch in one request, one line in a hundred bad: every line is answered, and intake's memory stays as it was.

Ten thousand lines; a hundred thousand with `CACAH_SOAK=1` (make soak).
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cacah_client import Client

from shared.contracts.topics import topic_specs
from shared.streaming.admin import apply_topics
from tests.conftest import System
from tests.families import family
from tests.intake_process import intake_process

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

LINES = 100_000 if os.environ.get("CACAH_SOAK") == "1" else 10_000
BAD = b'{"id": "bad", "card": 1}'
REMEMBERED_MEGABYTES = LINES * 300 / 1e6
"""What intake keeps of forms, so that it knows repeats: up to 200,000 of them, some hundred bytes each."""


def test_a_long_batch_is_answered_whole_at_flat_memory(system: System) -> None:
    apply_topics(system.settings.kafka, topic_specs(system.settings.partitions, system.settings.generation))
    with intake_process(system.settings) as intake, Client(intake.url) as client:
        resident: list[int] = []
        statuses: Counter[int] = Counter()
        before, begun = intake.seconds(), time.monotonic()
        for number, result in enumerate(client.stream_lines(lines()), start=1):
            assert result.line == number
            assert (result.status == 422) == (number % 100 == 0)
            statuses[result.status] += 1
            if number % (LINES // 10) == 0:
                resident.append(resident_megabytes(intake.process.pid))
        used, seconds = intake.seconds() - before, time.monotonic() - begun
    assert statuses == {202: LINES * 99 // 100, 422: LINES // 100}
    assert resident[-1] - resident[0] < 15 + REMEMBERED_MEGABYTES, resident
    sys.stdout.write(
        f"lines={LINES} megabytes={resident} seconds={seconds:.1f} cpu_us_a_line={used / LINES * 1e6:.0f}\n"
    )


def lines() -> Iterator[bytes]:
    form = json.dumps(family()).encode()
    for number in range(1, LINES + 1):
        yield form if number % 100 else BAD


def resident_megabytes(pid: int) -> int:
    fields = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(fields.partition("VmRSS:")[2].split()[0]) // 1024
