"""Asking brokers whether they live, without sending a record."""

import asyncio
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

    async def probe() -> bool:
        for host, port in addresses:
            try:
                async with asyncio.timeout(patience):
                    if await _answers(host, port):
                        return True
            except (OSError, EOFError, TimeoutError):
                continue
        return False

    return probe


async def _answers(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        # Size, API, version 0, correlation id, no client id.
        writer.write(_QUESTION.pack(_QUESTION.size - 4, _API_VERSIONS, 0, _ID, -1))
        _size, echoed = _ANSWER.unpack(await reader.readexactly(_ANSWER.size))
        return bool(echoed == _ID)
    finally:
        writer.close()


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.strip().rpartition(":")
    return host.strip("[]"), int(port)
