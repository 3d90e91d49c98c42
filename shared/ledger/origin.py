"""Where the input of a ledger comes from. Written down once; what differs later is another log, and is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.ledger.errors import LogMismatch


@dataclass(frozen=True, slots=True)
class Origin:
    """`cluster` and `log` are the ids that Kafka gives to itself and to the topic that all is counted from, for as long
    as they live. `partitions`: of every topic, by name, whose number of partitions says where keys and positions are.
    """

    cluster: str
    topic: str
    log: str
    partitions: Mapping[str, int]


def verify(recorded: Origin, found: Origin) -> None:
    """Raises LogMismatch naming every difference, with its way out."""
    differences = list(_differences(recorded, found))
    if differences:
        raise LogMismatch("\n".join(differences))


def _differences(recorded: Origin, found: Origin) -> Iterator[str]:
    if found.cluster != recorded.cluster:
        yield (
            f"the ledger was written from Kafka cluster {recorded.cluster}, and this is {found.cluster}. "
            "Connect to the former (CACAH_KAFKA), or count what is in this one as a new generation: cacah replay"
        )
    elif found.log != recorded.log:
        yield (
            f"{found.topic} is not the topic that the ledger was written from: it was deleted and made again. "
            "Restore it, or count what is in it now as a new generation: cacah replay"
        )
    for name, count in sorted(recorded.partitions.items()):
        now = found.partitions.get(name, 0)
        if now != count:
            yield f"{name} has {now} partitions, and had {count} when the ledger was begun. {_remedy(name, found)}"


def _remedy(name: str, found: Origin) -> str:
    if name == found.topic:
        return "Keys of that topic would live elsewhere: copy it into one with as many partitions as before"
    return "Keys would live elsewhere: start a new generation: cacah replay"
