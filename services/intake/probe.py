"""Asking brokers whether they live, without sending a record."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

Probe = Callable[[], Awaitable[bool]]

_API_VERSIONS = 18
_QUESTION = struct.Struct(">ihhih")
_ANSWER = struct.Struct(">ii")
_ID = 1


def broker_probe(servers: str, *, patience: float) -> Probe:
    """A probe that is true when any of the bootstrap servers says which API versions it knows.

    A port that merely opens proves nothing: the kernel opens it for a process that hangs.

    Args:
        patience: seconds to wait for each.
    """
    addresses = [_address(server) for server in servers.split(",")]

    def ask() -> bool:
        return any(_answers(address, patience) for address in addresses)

    async def probe() -> bool:
        # In a thread, where the kernel keeps the time: an event loop that is late must not make brokers look away.
        return await asyncio.to_thread(ask)

    return probe


def _answers(address: tuple[str, int], patience: float) -> bool:
    try:
        with socket.create_connection(address, timeout=patience) as connection:
            # Size, API, version 0, correlation id, no client id.
            connection.sendall(_QUESTION.pack(_QUESTION.size - 4, _API_VERSIONS, 0, _ID, -1))
            answer = connection.recv(_ANSWER.size, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == _ANSWER.size and _ANSWER.unpack(answer)[1] == _ID


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.strip().rpartition(":")
    return host.strip("[]"), int(port)
