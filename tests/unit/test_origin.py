"""Another log than the one that a ledger was written from is refused, with the reason and the way out."""

from dataclasses import replace

import pytest

from shared.ledger.errors import LogMismatch
from shared.ledger.origin import Origin, verify

ORIGIN = Origin("cluster-a", "log", "id-1", {"log": 2, "claims": 4})


def test_the_same_origin_is_accepted() -> None:
    verify(ORIGIN, replace(ORIGIN))


@pytest.mark.parametrize(
    ("found", "reason", "way_out"),
    [
        (replace(ORIGIN, cluster="cluster-b"), "cluster cluster-a, and this is cluster-b", "CACAH_KAFKA"),
        (replace(ORIGIN, log="id-2"), "deleted and made again", "cacah replay"),
        (replace(ORIGIN, partitions={"log": 3, "claims": 4}), "log has 3 partitions, and had 2", "copy it"),
        (replace(ORIGIN, partitions={"log": 2, "claims": 5}), "claims has 5 partitions, and had 4", "cacah replay"),
    ],
    ids=["another cluster", "topic made again", "log repartitioned", "inner topic repartitioned"],
)
def test_another_origin_is_refused(found: Origin, reason: str, way_out: str) -> None:
    with pytest.raises(LogMismatch) as caught:
        verify(ORIGIN, found)
    assert reason in str(caught.value)
    assert way_out in str(caught.value)


def test_every_difference_is_told_at_once() -> None:
    with pytest.raises(LogMismatch) as caught:
        verify(ORIGIN, Origin("cluster-a", "log", "id-2", {"log": 3, "claims": 5}))
    assert len(str(caught.value).splitlines()) == 3
