"""Many readers of one dashboard: whether each of them still hears once a second.

    python -m tests.load.streams --url http://127.0.0.1:8001 --streams 500 --seconds 30

Run it while forms come in. The last line is `OK` or `FAIL`: with every stream open to the end and 99 of 100 gaps between
two messages of a stream shorter than a beat and a half.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LIMIT_SECONDS = 1.5
_HANDSHAKES = 50
"""Connections that are being opened at a time."""


@dataclass(slots=True)
class Heard:
    """What the streams heard: gaps in seconds, messages with figures, bytes."""

    gaps: list[float] = field(default_factory=list)
    messages: int = 0
    moved: int = 0
    bytes: int = 0
    open: int = 0
    lost: int = 0

    def gap(self, share: float) -> float:
        ordered = sorted(self.gaps)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("inf")


async def listen(url: str, path: str, until: float, heard: Heard, opening: asyncio.Semaphore) -> None:
    """One stream until the end, or until it is lost."""
    where = urlsplit(url)
    host, port = where.hostname or "127.0.0.1", where.port or 80
    async with opening:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n".encode())
        if not (await reader.readline()).startswith(b"HTTP/1.1 200"):
            heard.lost += 1
            writer.close()
            return
    heard.open += 1
    last = None
    try:
        while time.monotonic() < until:
            async with asyncio.timeout(max(until - time.monotonic(), 0.01)):
                line = await reader.readline()
            if not line:
                heard.lost += 1
                return
            heard.bytes += len(line)
            if line.startswith(b"data: "):
                now = time.monotonic()
                if last is not None:
                    heard.gaps.append(now - last)
                last = now
                heard.messages += 1
                heard.moved += b'"region"' in line
    except TimeoutError:
        return
    except OSError:
        heard.lost += 1
    finally:
        writer.close()


async def run(url: str, region: str, streams: int, seconds: float) -> Heard:
    heard, opening = Heard(), asyncio.Semaphore(_HANDSHAKES)
    until = time.monotonic() + seconds
    path = f"/stream/regions/{region}"
    tasks = [listen(url, path, until, heard, opening) for _ in range(streams)]
    await asyncio.gather(*tasks)
    return heard


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8001")
    parser.add_argument("--region", default="35")
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    heard = asyncio.run(run(asked.url, asked.region, asked.streams, asked.seconds))
    good = heard.open == asked.streams and not heard.lost and heard.gap(0.99) < LIMIT_SECONDS
    facts = {
        "streams": heard.open,
        "lost": heard.lost,
        "messages": heard.messages,
        "moved": heard.moved,
        "gap_p50": f"{heard.gap(0.5):.3f}",
        "gap_p99": f"{heard.gap(0.99):.3f}",
        "gap_max": f"{heard.gap(1):.3f}",
        "megabytes": f"{heard.bytes / 1e6:.1f}",
    }
    sys.stdout.write(" ".join(["OK" if good else "FAIL", *(f"{name}={value}" for name, value in facts.items())]) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
