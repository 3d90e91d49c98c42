"""Asking a broker whether it lives: what counts is its answer, not how busy the one who asks is."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from services.intake.probe import broker_probe

PATIENCE = 0.3


@contextmanager
def broker(answer: bytes) -> Iterator[str]:
    """Answers one question; nothing, where `answer` is empty, and keeps the connection open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        end = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(answer)
                end.wait(20)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        end.set()
        thread.join()


async def ask(server: str) -> bool:
    return await broker_probe(server, patience=PATIENCE)()


def test_a_broker_that_answers_lives_though_the_loop_is_late() -> None:
    async def body(server: str) -> bool:
        asked = asyncio.create_task(ask(server))
        await asyncio.sleep(0)
        time.sleep(3 * PATIENCE)  # noqa: ASYNC251  # this is what a loop does that has too much to do
        return await asked

    with broker(struct.pack(">ii", 4, 1)) as server:
        assert asyncio.run(body(server))


def test_a_port_that_only_opens_is_no_broker() -> None:
    with broker(b"") as server:
        assert not asyncio.run(ask(server))


def test_another_answer_than_to_this_question_is_none() -> None:
    with broker(struct.pack(">ii", 4, 2)) as server:
        assert not asyncio.run(ask(server))


def test_nobody_there_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = f"127.0.0.1:{listener.getsockname()[1]}"
    assert not asyncio.run(ask(server))
