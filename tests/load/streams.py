"""Many readers of one dashboard while forms come in: whether each of them still hears once a second.

    python -m tests.load.streams --streams 500 --seconds 30 --rate 2000

Starts a system of its own. Forms come in from before the first stream is opened until after the last one is closed. The
last line is `OK` or `FAIL`: every stream was open to the end, 99 of 100 gaps between two messages of a stream were
shorter than a beat and a half, forms were answered at no less than nine tenths of the rate, and all of them were counted.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.load.forms import SteadyForms
from tests.running import Cacah, dev, run_cacah

LIMIT_SECONDS = 1.5
_BESIDE = 3.0
"""Seconds that forms come in before the streams and after them."""
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
    parser.add_argument("--region", default="35")
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=2_000)
    parser.add_argument("--forms", type=Path, help="made by `cacah generate --out`; made anew if left out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        forms = asked.forms or made_forms(
            Path(folder), asked.region, int(asked.rate * (asked.seconds + 2 * _BESIDE + 10))
        )
        with dev(Path(folder) / "state") as system:
            return measured(system, forms, asked)


def made_forms(folder: Path, region: str, lines: int) -> Path:
    """Families of the region, some more than there are lines to send."""
    file = folder / "forms.ndjson"
    run_cacah(["generate", "--region", region, "--households", str(lines), "--out", str(file)]).check_returncode()
    return file


def measured(system: Cacah, file: Path, asked: argparse.Namespace) -> int:
    forms = SteadyForms(file, system.state, rate=asked.rate)
    dashboard = next(each.pid for each in system.running.processes if each.name == "dashboard")
    load = os.getloadavg()[0]
    forms.start()
    time.sleep(_BESIDE)
    began, spent = time.monotonic(), cpu_seconds(dashboard)
    heard = asyncio.run(run(system.running.urls["dashboard"].rstrip("/"), asked.region, asked.streams, asked.seconds))
    ended, spent = time.monotonic(), cpu_seconds(dashboard) - spent
    time.sleep(_BESIDE)
    forms.stop()
    status = system.wait_until_counted()
    rates = forms.answered_in(began, ended)
    whole = sum(rates) / len(rates)
    good = (
        heard.open == asked.streams
        and not heard.lost
        and heard.gap(0.99) < LIMIT_SECONDS
        and whole >= 0.9 * asked.rate
        and not forms.ran_out
        and forms.sent == forms.accepted + forms.refused
    )
    lines = {
        "forms": {
            "sent": forms.sent,
            "accepted": forms.accepted,
            "refused": forms.refused,
            "a_second": f"{whole:.0f}",
            "least_in_a_second": min(rates),
            "seconds": len(rates),
            "waiting_at_the_end": status["waiting"],
        },
        "machine": {"load_average_before": f"{load:.1f}", "dashboard_cpu_seconds": f"{spent:.1f}"},
        "OK" if good else "FAIL": {
            "streams": heard.open,
            "lost": heard.lost,
            "messages": heard.messages,
            "moved": heard.moved,
            "gap_p50": f"{heard.gap(0.5):.3f}",
            "gap_p99": f"{heard.gap(0.99):.3f}",
            "gap_max": f"{heard.gap(1):.3f}",
            "megabytes": f"{heard.bytes / 1e6:.1f}",
        },
    }
    for name, facts in lines.items():
        sys.stdout.write(" ".join([name, *(f"{fact}={value}" for fact, value in facts.items())]) + "\n")
    return 0 if good else 1


def cpu_seconds(pid: int) -> float:
    """Of user and system together."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
