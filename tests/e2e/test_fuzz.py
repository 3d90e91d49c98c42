"""Random requests against a running intake: nothing breaks, nothing undocumented is answered, nothing is repeated.

Seen to fail with a status left out of the description, with the text of a decoder's error in a problem, and with an
operation that nobody fills.
"""

import json
from pathlib import Path

import pytest

from shared.runtime.partners import SCOPES
from tests.e2e.conftest import Cacah
from tests.fuzz.fruitful import FILLS, values_of
from tests.fuzz.garbage import spread_garbage
from tests.fuzz.running import fuzz

AGENCY = "DINAS-FUZZ"
EXAMPLES = 15


@pytest.mark.engines
@pytest.mark.timeout(420)
def test_every_operation_answers_as_it_is_described(cacah: Cacah, tmp_path: Path) -> None:
    # Conflicts to decide: families of whom some stand in two forms.
    assert cacah.run("generate", "--region", "35.09", "--households", "6000", "--seed", "31").returncode == 0
    spread_garbage(cacah.running.kafka, 60, seed=31)
    cacah.wait_until_counted()
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    key = json.loads(cacah.run("partners", "add", "fuzz", *scopes, "--agency", AGENCY, "--json").stdout)["key"]
    outcome = fuzz(cacah.running.urls["intake"], key, AGENCY, examples=EXAMPLES, seed=5, folder=tmp_path)
    assert outcome.ok, "\n".join(outcome.lines())
    print("\n".join(outcome.tally.lines()))  # noqa: T201  # the table of what was answered, with -s
    cacah.wait_until_counted()
    assert cacah.run("audit").returncode == 0


def test_ids_are_no_values_that_must_not_come_back() -> None:
    body = {"id": "0b0e0d0c-0000-4000-8000-000000000001", "members": [{"name": "Budi Contoh"}, 5, None]}
    assert values_of(body) == ["Budi Contoh"]
    assert FILLS
