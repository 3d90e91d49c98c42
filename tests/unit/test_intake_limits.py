"""Limits: an office is not locked out, a flood is, and who a request is from is not for the request to say."""

import asyncio
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import limits as limits_module
from services.intake.limits import Addresses, Buckets, Limit, Limits, limits_of
from services.intake.openapi.document import document
from services.intake.problems import Refused
from shared.runtime.settings import Settings
from tests.families import family
from tests.partners import partner
from tests.unit.intake_kit import Intake, as_bytes

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def scope(client: str, *forwarded: str) -> dict[str, Any]:
    return {"client": (client, 1), "headers": [(b"x-forwarded-for", each.encode()) for each in forwarded]}


@pytest.mark.parametrize(
    ("client", "forwarded", "sender"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("127.0.0.1", (), None),
        ("::1", (), None),
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", (), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", (), "2001:db8:1:2::/64"),
        # Who is no proxy of ours may write what they like.
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        # Forwarded by what runs here and is not trusted: not this machine's own, and nobody else's either.
        ("127.0.0.1", ("198.51.100.1",), "127.0.0.1"),
        ("10.0.0.5", ("127.0.0.1",), "127.0.0.1"),
        ("10.0.0.5", ("10.0.0.6",), "10.0.0.6"),
        ("10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("6.6.6.6, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("6.6.6.6", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.5", ("198.51.100.1, 10.0.0.7",), "198.51.100.1"),
        ("10.0.0.5", ("198.51.100.1:4711",), "198.51.100.1"),
        ("fd00::5", ("[2001:db8:1:2::9]:4711",), "2001:db8:1:2::/64"),
        ("10.0.0.5", ("nonsense",), "10.0.0.5"),
        ("10.0.0.5", ("198.51.100.1, nonsense",), "10.0.0.5"),
        ("10.0.0.5", (), "10.0.0.5"),
    ],
)
def test_whose_request_it_is(client: str, forwarded: tuple[str, ...], sender: str | None) -> None:
    assert Addresses(PROXIES).sender(scope(client, *forwarded)) == sender


def test_a_proxy_on_this_machine_is_trusted_and_cannot_lend_out_its_place() -> None:
    usual = limits_of(Settings()).addresses
    assert usual.sender(scope("127.0.0.1")) is None
    assert usual.sender(scope("127.0.0.1", "198.51.100.1")) == "198.51.100.1"
    assert usual.sender(scope("127.0.0.1", "127.0.0.1")) == "127.0.0.1"
    assert usual.sender(scope("::1", "127.0.0.1, ::1")) == "127.0.0.1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 100),
    pauses=st.lists(st.sampled_from((0.0, 0.0, 0.01, 0.3, 5.0)), min_size=1, max_size=300),
)
def test_no_more_than_the_burst_and_the_rate_come_through_and_no_fewer(
    rate: int, burst: int, pauses: list[float]
) -> None:
    clock = Clock()
    buckets = Buckets(Limit("address", rate, burst), clock)
    tokens, last = float(burst), clock.now
    for pause in pauses:
        clock.now += pause
        tokens, last = min(burst, tokens + (clock.now - last) * rate), clock.now
        wait = buckets.wait("a")
        if abs(tokens - round(tokens)) < 1e-6 and round(tokens) == 1:
            # On the edge, rounding decides.
            tokens -= 1 if wait == 0 else 0
            continue
        assert (wait == 0) == (tokens >= 1)
        if wait == 0:
            tokens -= 1
        else:
            assert wait == pytest.approx((1 - tokens) / rate, abs=1e-6)


def test_senders_do_not_share_a_bucket_and_rate_0_is_no_limit() -> None:
    buckets = Buckets(Limit("address", 1, 1), Clock())
    assert [buckets.wait(sender) == 0 for sender in ("a", "a", "b")] == [True, False, True]
    free = Buckets(Limit("address", 0, 1), Clock())
    assert all(free.wait("a") == 0 for _ in range(100))
    assert free.check("a") == ()


def test_the_table_of_senders_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "MOST_SENDERS", 100)
    clock = Clock()
    buckets = Buckets(Limit("address", 1, 10), clock)
    for number in range(1000):
        buckets.wait(str(number))
        assert len(buckets._full_at) <= 100
    clock.now += 100
    buckets.wait("one more")
    assert len(buckets._full_at) <= 51


def test_a_refusal_says_when_to_come_again() -> None:
    buckets = Buckets(Limit("address", 0.5, 2), Clock())
    assert dict(buckets.check("a")) == {b"ratelimit-policy": b'"address";q=2;w=4', b"ratelimit": b'"address";r=1;t=2'}
    buckets.check("a")
    with pytest.raises(Refused) as caught:
        buckets.check("a")
    assert (caught.value.code, caught.value.retry_after) == ("too-many", 2)
    assert (b"ratelimit", b'"address";r=0;t=2') in caught.value.headers


def limited(folder: Path, *, address: int = 3, lines: int = 1000) -> Intake:
    limits = Limits(Addresses(PROXIES), Limit("address", 0.01, address), Limit("partner", 1000, lines))
    return Intake(folder, limits=limits)


def test_a_flood_from_one_address_is_sent_away_and_others_are_not(tmp_path: Path) -> None:
    intake = limited(tmp_path)
    intake.client = "203.0.113.9"
    replies = [intake.post(family()) for _ in range(5)]
    assert [reply.status for reply in replies] == [202, 202, 202, 429, 429]
    assert [reply.headers["ratelimit"].split(";")[1] for reply in replies] == ["r=2", "r=1", "r=0", "r=0", "r=0"]
    assert replies[0].headers["ratelimit-policy"] == '"address";q=3;w=300'
    assert int(replies[3].headers["retry-after"]) == replies[3].json["retry_after"] == 100
    assert replies[3].headers["content-type"] == "application/problem+json"
    assert intake.get("/livez").status == 200
    intake.client = "203.0.113.10"
    assert intake.post(family()).status == 202
    intake.client = "127.0.0.1"
    assert all(intake.post(family()).status == 202 for _ in range(5))


def test_behind_a_trusted_proxy_each_client_has_its_own_limit(tmp_path: Path) -> None:
    intake = limited(tmp_path, address=1)
    intake.client = "10.0.0.1"
    statuses = [
        intake.post(family(), X_Forwarded_For=each).status for each in ("198.51.100.1", "198.51.100.2", "198.51.100.1")
    ]
    assert statuses == [202, 202, 429]


def test_only_this_machine_sends_lines_without_a_key(tmp_path: Path) -> None:
    intake = limited(tmp_path)
    line = as_bytes(family()) + b"\n"
    assert asyncio.run(intake.ask("POST", "/v1/submissions:batch", line)).status == 200
    intake.client = "203.0.113.9"
    reply = asyncio.run(intake.ask("POST", "/v1/submissions:batch", line))
    assert (reply.status, reply.json["code"]) == (401, "key-missing")


def test_a_partner_above_its_limit_is_read_from_more_slowly(tmp_path: Path) -> None:
    intake = limited(tmp_path, lines=20)
    some, key = partner("school", "submit")
    intake.partners.put(some)
    headers = {"authorization": f"Bearer {key}"}
    body = (as_bytes(family()) + b"\n") * 60

    async def send() -> float:
        begun = asyncio.get_running_loop().time()
        reply = await intake.ask("POST", "/v1/submissions:batch", body, headers)
        assert [each["status"] for each in reply.lines] == [202] * 60
        assert reply.headers["ratelimit-policy"] == '"partner";q=20;w=1'
        return asyncio.get_running_loop().time() - begun

    # 60 lines and a request, 20 of them at once and a thousand a second: it cannot have been sooner.
    assert asyncio.run(send()) >= 0.04


def test_every_limited_operation_says_so_in_the_description() -> None:
    operations = [
        operation
        for path, item in document()["paths"].items()
        if path.startswith("/v1/")
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    assert len(operations) > 15
    assert all("RateLimit" in operation["responses"]["429"]["headers"] for operation in operations)
