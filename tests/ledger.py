"""A small world for the ledger's tests: a fold that counts words, and entries made by hand."""

from collections.abc import Iterable, Mapping, Sequence

from shared.contracts.partitions import partition_of
from shared.ledger.entry import GENESIS_CHAIN, Entry, Notice, Record, chain_of, digest, summarize
from shared.ledger.fold import Folded, Input
from shared.ledger.packing import pack_states


class WordFold:
    """Counts how often each word came; tells each target partition the words that are its own."""

    def __init__(self, targets: int = 2) -> None:
        self._targets = targets

    def prepare(self, inputs: Sequence[Input]) -> list[bytes]:
        return [word for each in inputs for word in each.body.split()]

    def keys(self, prepared: list[bytes]) -> Sequence[bytes]:
        return prepared

    def fold(self, prepared: list[bytes], states: Mapping[bytes, bytes]) -> Folded:
        counts: dict[bytes, int] = {}
        told: list[list[bytes]] = [[] for _ in range(self._targets)]
        for word in prepared:
            counts[word] = counts.get(word, int(states[word] or b"0")) + 1
            told[partition_of(digest(word), self._targets)].append(word)
        return Folded(
            {word: b"%d" % count for word, count in counts.items()}, tuple(b" ".join(words) for words in told)
        )


def records(texts: Iterable[str], first: int = 0) -> list[Record]:
    return [Record(offset, text.encode()) for offset, text in enumerate(texts, start=first)]


def entry(
    number: int,
    previous: Entry | None = None,
    *,
    partition: int = 0,
    states: Mapping[bytes, bytes] | None = None,
    outputs: tuple[bytes, ...] = (b"", b""),
    notices: tuple[Notice, ...] = (),
    published: int = 0,
    last: int | None = None,
) -> Entry:
    """`last`: where it is before the entry's number, the entry has no input."""
    last = number if last is None else last
    packed = pack_states(states or {})
    before = GENESIS_CHAIN if previous is None else previous.chain
    summary = summarize(
        partition=partition,
        number=number,
        first=number,
        last=last,
        head=digest(b"head"),
        up_to={partition: number + 1},
        seen={},
        states=packed,
        outputs=outputs,
        notices=notices,
    )
    return Entry(
        partition=partition,
        number=number,
        first=number,
        last=last,
        head=digest(b"head"),
        up_to={partition: number + 1},
        seen={},
        states=packed,
        outputs=outputs,
        notices=notices,
        published=published,
        previous=before,
        chain=chain_of(before, summary),
    )


def chain_of_entries(count: int, partition: int = 0) -> list[Entry]:
    made: list[Entry] = []
    for number in range(1, count + 1):
        made.append(
            entry(
                number,
                made[-1] if made else None,
                partition=partition,
                states={b"key%d" % number: b"state"},
                notices=(Notice("topic", f"notice-{number}", b"{}", "people", b"{}"),),
            )
        )
    return made
