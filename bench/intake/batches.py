"""A client of `/v1/submissions:batch` that does next to nothing: what it costs must not be taken for intake's cost.

    python -m bench.intake.batches PORT FILE CONNECTIONS

Sends the file's lines in requests of `LINES`, over so many connections at once, and prints what became of them.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue

LINES = 5_000
_ACCEPTED = b'"status":202'
_PIECE = 1 << 16
_PATIENCE = 60.0


def main() -> None:
    port, file, connections = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    bodies: SimpleQueue[bytes] = SimpleQueue()
    forms = 0
    with file.open("rb") as lines:
        while body := list(islice(lines, LINES)):
            forms += len(body)
            bodies.put(b"".join(body))
    started = time.monotonic()
    accepted = _all_accepted(port, bodies, connections)
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "forms": forms, "refused": forms - accepted}))


def _all_accepted(port: int, bodies: "SimpleQueue[bytes]", connections: int) -> int:
    accepted: list[int] = []
    senders = [threading.Thread(target=lambda: accepted.extend(_send(port, bodies))) for _ in range(connections)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    return sum(accepted)


def _send(port: int, bodies: "SimpleQueue[bytes]") -> Iterator[int]:
    """How many lines of each body were accepted."""
    while True:
        try:
            body = bodies.get_nowait()
        except Empty:
            return
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            # A client reads while it writes: intake stops reading at a thousand results that nobody takes.
            writer = threading.Thread(target=connection.sendall, args=(_request(body),))
            writer.start()
            yield _accepted(connection)
            writer.join()


def _request(body: bytes) -> bytes:
    head: Sequence[bytes] = (
        b"POST /v1/submissions:batch HTTP/1.1",
        b"host: 127.0.0.1",
        b"content-type: application/x-ndjson",
        b"connection: close",
        b"content-length: %d" % len(body),
    )
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def _accepted(connection: socket.socket) -> int:
    count, end = 0, b""
    while piece := connection.recv(_PIECE):
        # What was cut in two is found with the end of the piece before.
        seen = end + piece
        count += seen.count(_ACCEPTED)
        end = seen[1 - len(_ACCEPTED) :]
    return count


if __name__ == "__main__":
    main()
