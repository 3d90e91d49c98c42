"""What was found, as a table in Markdown."""

from collections.abc import Iterator, Sequence

from bench.intake.door import Found

_HEADS = (
    "forms",
    "workers",
    "also running",
    "forms/s",
    "CPU, us a form: intake",
    "client",
    "Kafka",
    "mongod",
    "stages",
    "p50, p99 ms",
    "memory of a worker, MB",
    "machine idle",
)


def lines(found: Sequence[Found]) -> Iterator[str]:
    yield f"| {' | '.join(_HEADS)} |"
    yield "|" + "---|" * len(_HEADS)
    for each in found:
        latency = "" if each.p50_ms is None else f"{each.p50_ms:.0f}, {each.p99_ms:.0f}"
        cells = (
            "one by one" if each.way == "single" else "NDJSON",
            each.workers,
            "all stages" if each.stages else "",
            f"{each.rate:,.0f}",
            f"{each.intake_us:.0f}",
            f"{each.client_us:.0f}",
            f"{each.kafka_us:.0f}",
            f"{each.mongod_us:.0f}",
            f"{each.stages_us:.0f}" if each.stages else "",
            latency,
            f"{each.peak_mb:.0f}",
            f"{each.idle:.0%}",
        )
        yield f"| {' | '.join(map(str, cells))} |"
