"""Rates, lotteries and ids that come again with their seed."""

import msgspec
import pytest

from services.cli.generate.seeds import TICKETS, Quota, lottery, seeded, uuid
from shared.contracts.submission import SubmissionId


@pytest.mark.parametrize("rate", [0.00016, 0.002, 0.05, 0.33, 0.7])
def test_a_quota_is_met_to_one(rate: float) -> None:
    quota = Quota(rate, seeded("quota", rate))
    hits = sum(quota.falls_on(index) for index in range(100_000))
    assert abs(hits - rate * 100_000) <= 1


def test_a_quota_falls_at_random_places() -> None:
    quota = Quota(0.1, seeded("places"))
    hits = [index for index in range(100_000) if quota.falls_on(index)]
    last_digits = [hit % 10 for hit in hits]
    assert all(800 < last_digits.count(digit) < 1_200 for digit in range(10))


def test_a_quota_loses_nothing_where_indices_are_left_out() -> None:
    quota = Quota(0.05, seeded("gaps"))
    assert abs(sum(quota.falls_on(index) for index in range(0, 100_000, 2)) - 5_000) <= 1


@pytest.mark.parametrize(("rate", "hits"), [(0.0, 0), (-1.0, 0), (1.0, 50), (3.0, 50)])
def test_a_quota_of_none_or_all(rate: float, hits: int) -> None:
    quota = Quota(rate, seeded("edges"))
    assert sum(quota.falls_on(index) for index in range(50)) == hits


def test_a_lottery_has_all_its_tickets() -> None:
    assert lottery(("a", 60), ("b", 4)).count("b") == 4
    with pytest.raises(ValueError, match=f"instead of {TICKETS}"):
        lottery(("a", 60), ("b", 5))


def test_the_same_seed_gives_the_same_ids() -> None:
    first, again, other = (uuid(seeded(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert msgspec.convert(first, SubmissionId) == first
    assert first[14] == "4"
    assert first[19] in "89ab"
