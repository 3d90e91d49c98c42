"""Processor time and memory of processes, as the kernel counts them (Linux)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu`: user and system seconds; `peak_mb`: the most that was resident at once."""

    cpu: float
    peak_mb: float


def cpu_seconds(pid: int) -> float:
    """Of a process and all its threads; 0 once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def peak_mb(pid: int) -> float:
    """The most that was resident at once."""
    return _memory_mb(pid, "VmHWM:")


def resident_mb(pid: int) -> float:
    return _memory_mb(pid, "VmRSS:")


def _memory_mb(pid: int, field: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field)), 0.0)


class Meter:
    """What some processes use from now until `read`."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def read(self) -> dict[str, Usage]:
        return {
            name: Usage(round(cpu_seconds(pid) - self._before[name], 2), round(peak_mb(pid), 1))
            for name, pid in self._pids.items()
        }


def idle_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Share of all processors' time in which they were idle, between two readings of `idle_and_all`."""
    spent = after[1] - before[1]
    return (after[0] - before[0]) / spent if spent else 0.0


def idle_and_all() -> tuple[int, int]:
    fields = [int(each) for each in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]]
    return fields[3] + fields[4], sum(fields)
