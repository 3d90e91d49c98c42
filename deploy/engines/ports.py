"""Ports on the loopback interface: the usual one where it is free, else another."""

import random
import socket
from collections.abc import Collection

from deploy.engines.errors import EngineError

LOOPBACK = "127.0.0.1"
SPARE_PORTS = range(20_000, 32_000)
"""Below the ephemeral range of Linux and macOS, so that no outgoing connection takes a chosen port first."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now. The address is reused as servers do: a closed one does not linger."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def spare_port(taken: Collection[int] = ()) -> int:
    """A free port, drawn at random so that two starts at the same moment are unlikely to want the same."""
    for port in random.sample(SPARE_PORTS, 200):
        if port not in taken and is_free(port):
            return port
    raise EngineError("no free port was found on 127.0.0.1", fix="stop servers that are not needed and try again")


def choose_port(wanted: int, *, setting: str | None, taken: Collection[int] = ()) -> int:
    """`wanted` where it is free (0: any). `setting` names where the user asked for it; then it is that or nothing.

    Raises EngineError naming the clash.
    """
    if wanted and wanted not in taken and is_free(wanted):
        return wanted
    if setting is not None and wanted:
        raise EngineError(
            f"port {wanted} ({setting}) is taken by another program",
            fix=f"stop that program (`lsof -i :{wanted}` shows it), or unset {setting} to get a free port",
        )
    return spare_port(taken)
