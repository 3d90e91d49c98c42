"""Write the zstd dictionary of forms, `shared/contracts/dictionaries/forms-<id>.zdict`, from synthetic families.

    python scripts/train_dictionary.py

The same generator and the same zstandard give the same bytes. A dictionary that was ever used is kept for good: frames
on the log name it. So a better one gets the next id and is added to `shared/contracts/packing.py` beside the old one.
"""

import re
import sys
from collections.abc import Iterator
from random import Random

import zstandard

from services.cli.generate.plan import Plan
from services.cli.generate.stream import Population
from shared.contracts.packing import FORMS, dictionary_file
from shared.contracts.submission import content_of, decode_submission

HOUSEHOLDS = 12_000
SEED = 20200906
BYTES = 32 << 10
_NUMBER = re.compile(rb"\d{16}")


def main() -> int:
    samples = list(contents())
    dictionary = zstandard.train_dictionary(BYTES, samples, dict_id=FORMS)
    path = dictionary_file(FORMS)
    path.write_bytes(dictionary.as_bytes())
    sys.stdout.write(f"{path}: {len(dictionary.as_bytes()):,} bytes from {len(samples):,} forms\n")
    return 0


def contents() -> Iterator[bytes]:
    """What intake would seal, with numbers that nobody can have: a dictionary quotes what it was made from."""
    random = Random(SEED)  # noqa: S311  # the same numbers each time

    def unissuable(_: re.Match[bytes]) -> bytes:
        return b"00%014d" % random.randrange(10**14)

    for line in Population(Plan(households=HOUSEHOLDS, seed=SEED)).lines():
        try:
            form = decode_submission(line)
        except ValueError:
            continue
        yield _NUMBER.sub(unissuable, content_of(form))


if __name__ == "__main__":
    sys.exit(main())
