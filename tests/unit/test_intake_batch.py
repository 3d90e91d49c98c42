"""`POST /v1/submissions:batch`: a result per line, in order, whatever the lines, their pieces and the client's pace."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.batch import UNREAD
from services.intake.bodies import MAX_FORM_BYTES
from services.intake.memory import MemoryPublisher
from tests.families import family
from tests.unit.intake_kit import Exchange, Intake, as_bytes

GOOD = as_bytes(family()) + b"\n"
BAD = (b"{}\n", b"\n", b"nonsense\n", b'{"card": "35\n', b"\xff\xfe\n", b"[1]\n")
TYPE = {"content-type": "application/x-ndjson"}
PATH = "/v1/submissions:batch"


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


@given(
    lines=st.lists(st.sampled_from((GOOD, GOOD, GOOD, *BAD)), max_size=12),
    piece=st.integers(1, 4000),
    ends=st.sampled_from((b"\n", b"")),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_has_its_result_in_order_and_a_bad_one_costs_only_itself(
    tmp_path: Path, lines: list[bytes], piece: int, ends: bytes
) -> None:
    intake = Intake(tmp_path)
    body = b"".join(lines)
    # A last line without its line feed is a line, unless there is nothing in it.
    whole = lines if ends or not lines or lines[-1] != b"\n" else lines[:-1]
    reply = asyncio.run(intake.ask("POST", PATH, body if ends else body[:-1], TYPE, piece=piece))
    assert reply.status == 200
    assert [result["line"] for result in reply.lines] == list(range(1, len(whole) + 1))
    assert [result["status"] == 202 for result in reply.lines] == [line == GOOD for line in whole]
    assert all(("receipt" in result) != ("problem" in result) for result in reply.lines)
    assert len(intake.log.records) == whole.count(GOOD)


def test_a_result_names_the_id_and_the_place_of_its_form(intake: Intake) -> None:
    first, second = intake.batch([family(), family({"/id": "3a1c9a52-5ad1-4b6e-8a9e-0d9a3f6f0a11"})])
    assert second["id"] == "3a1c9a52-5ad1-4b6e-8a9e-0d9a3f6f0a11"
    for result, kept in zip((first, second), intake.log.records, strict=True):
        place = result["receipt"]["partition"], result["receipt"]["offset"]
        assert place == (kept.position.partition, kept.position.offset)


def test_a_line_that_is_too_large_costs_only_itself(intake: Intake) -> None:
    large = b'{"card": "' + b"9" * (MAX_FORM_BYTES + 1) + b'"}\n'
    reply = asyncio.run(intake.ask("POST", PATH, GOOD + large + GOOD, TYPE))
    assert [result["status"] for result in reply.lines] == [202, 413, 202]


def test_results_come_while_lines_are_still_to_come(intake: Intake) -> None:
    async def talk() -> None:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        for count in range(1, 4):
            exchange.write(GOOD)
            await until(lambda wanted=count: len(results(exchange)) == wanted)
        exchange.write(b"", more=False)
        await running

    asyncio.run(talk())


def test_who_does_not_read_is_not_read_from(tmp_path: Path) -> None:
    """Neither lines nor results pile up: what is not read stays with its sender."""
    intake = Intake(tmp_path)

    async def talk() -> None:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        await until(lambda: len(exchange.outgoing) == 1)
        exchange.reads.clear()
        for _ in range(UNREAD + 500):
            exchange.write(GOOD)
        exchange.write(b"", more=False)
        await until(lambda: exchange.taken > UNREAD)
        for _ in range(200):
            await asyncio.sleep(0)
        # One more than may be unread: it waits, and is not taken before there is room for its result.
        assert exchange.taken == UNREAD + 1
        assert len(intake.log.records) == UNREAD
        exchange.reads.set()
        await running
        assert len(results(exchange)) == UNREAD + 500

    asyncio.run(talk())


def test_what_was_answered_before_the_connection_was_cut_is_on_the_log(intake: Intake) -> None:
    async def talk() -> None:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        exchange.write(GOOD * 7 + GOOD[:50])
        await until(lambda: len(results(exchange)) == 7)
        exchange.hang_up()
        await running
        assert len(intake.log.records) == 7

    asyncio.run(talk())


def test_half_a_line_at_a_cut_is_no_line(intake: Intake) -> None:
    async def talk() -> None:
        exchange = Exchange()
        exchange.write(GOOD + GOOD[:-1])
        exchange.hang_up()
        await intake.run(exchange, "POST", PATH, TYPE)
        assert len(intake.log.records) == 1

    asyncio.run(talk())


def test_a_full_house_makes_lines_wait_and_loses_none(tmp_path: Path) -> None:
    log = MemoryPublisher(limit=5, manual=True)
    intake = Intake(tmp_path, log)

    async def talk() -> list[Any]:
        exchange = Exchange()
        exchange.write(GOOD * 40, more=False)
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        while not running.done():
            assert log.load.records <= 5
            log.acknowledge(3)
            await asyncio.sleep(0)
        return results(exchange)

    assert [each["status"] for each in asyncio.run(talk())] == [202] * 40


def test_a_log_that_goes_away_is_said_line_by_line(tmp_path: Path) -> None:
    log = MemoryPublisher(manual=True)
    intake = Intake(tmp_path, log)

    async def talk() -> list[Any]:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        exchange.write(GOOD * 3)
        await until(lambda: log.load.records == 3)
        log.acknowledge(1)
        log.lose(2)
        log.away = True
        exchange.write(GOOD, more=False)
        await running
        return results(exchange)

    said = asyncio.run(talk())
    assert [each["status"] for each in said] == [202, 504, 504, 503]
    assert [each.get("problem", {}).get("code") for each in said] == [
        None,
        "outcome-unknown",
        "outcome-unknown",
        "unavailable",
    ]
    assert all(each["id"] for each in said)


@pytest.mark.parametrize("cut", [0, 1])
def test_gzip_is_unpacked_as_it_comes_and_a_cut_is_said(intake: Intake, cut: int) -> None:
    packed = gzip.compress(GOOD * 20)
    body = packed[: len(packed) - 10 * cut]
    reply = asyncio.run(intake.ask("POST", PATH, body, TYPE | {"content-encoding": "gzip"}, piece=37))
    statuses = [result["status"] for result in reply.lines]
    assert statuses == [202] * 20 if not cut else statuses[-1] == 400
    assert len(intake.log.records) == statuses.count(202)


def test_a_compression_bomb_is_refused_after_its_first_megabytes(intake: Intake) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(bytes(64 << 20)) + packer.flush()
    reply = asyncio.run(intake.ask("POST", PATH, bomb, TYPE | {"content-encoding": "gzip"}))
    assert [result["problem"]["code"] for result in reply.lines] == ["compression-bomb"]


def test_a_process_that_ends_reads_no_more_and_answers_what_it_took(intake: Intake) -> None:
    async def talk() -> None:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        exchange.write(GOOD * 3)
        await until(lambda: len(results(exchange)) == 3)
        intake.wiring.draining.set()
        exchange.write(GOOD * 2)
        await running
        assert len(results(exchange)) == len(intake.log.records)

    asyncio.run(talk())


def test_half_a_line_is_no_line_when_the_process_ends(intake: Intake) -> None:
    async def talk() -> None:
        exchange = Exchange()
        running = asyncio.create_task(intake.run(exchange, "POST", PATH, TYPE))
        exchange.write(GOOD + GOOD[:90])
        await until(lambda: len(results(exchange)) == 1)
        intake.wiring.draining.set()
        # As the server ends the body of a stream then.
        exchange.write(b"", more=False)
        await running
        assert len(results(exchange)) == 1

    asyncio.run(talk())


def results(exchange: Exchange) -> list[Any]:
    return [
        json.loads(line)
        for message in exchange.outgoing
        if message["type"] == "http.response.body"
        for line in message["body"].splitlines()
    ]


async def until(happened: Any) -> None:
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0)
