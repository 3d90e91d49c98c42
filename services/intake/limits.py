"""How much one sender may send: generous, so that an office or a school behind one address is not locked out.

A limit is a token bucket: `burst` at once, and `rate` a second for as long as one likes. Each process counts by itself:
with n workers a sender that spreads its requests has up to n times as much.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from math import ceil
from time import monotonic
from typing import Final

from starlette.types import Scope

from services.intake.problems import Refused
from shared.runtime.settings import Network, Settings, networks

MOST_SENDERS: Final = 100_000
_FORWARDED: Final = frozenset({b"x-forwarded-for", b"forwarded"})
_PREFIX: Final = 64
"""Of IPv6: what one household or office is given."""

Address = IPv4Address | IPv6Address
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """`name`: in the header fields. `rate`: a second; 0 is no limit. `burst`: at once."""

    name: str
    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of an intake process. `addresses` knows whose request it is."""

    addresses: "Addresses"
    address: Limit
    partner: Limit


def limits_of(settings: Settings) -> Limits:
    return Limits(
        Addresses(networks(settings.trusted_proxies)),
        Limit("address", settings.address_rate, settings.address_burst),
        Limit("partner", settings.partner_rate, settings.partner_burst),
    )


class Buckets:
    """One bucket a sender. It is the moment at which it will be full again, nothing more."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._depth = limit.burst / limit.rate if limit.rate else 0.0
        self._policy = b'"%s";q=%d;w=%d' % (limit.name.encode(), limit.burst, ceil(self._depth))

    def wait(self, sender: str, count: int = 1) -> float:
        """Take `count` out of the bucket and return 0; or take nothing, and return after how many seconds to ask."""
        if not self._limit.rate:
            return 0.0
        now = self._clock()
        full_at = max(self._full_at.get(sender, now), now) + count / self._limit.rate
        over = full_at - now - self._depth
        if over > 0:
            return over
        if sender not in self._full_at and len(self._full_at) >= MOST_SENDERS:
            self._forget(now)
        self._full_at[sender] = full_at
        return 0.0

    def check(self, sender: str, count: int = 1) -> Headers:
        """As `wait`; the fields for the answer. Raises Refused `too-many`."""
        wait = self.wait(sender, count)
        if wait > 0:
            raise Refused("too-many", retry_after=ceil(wait), headers=self._fields(0, wait))
        if not self._limit.rate:
            return ()
        full_in = self._full_at[sender] - self._clock()
        return self._fields(int((self._depth - full_in) * self._limit.rate), full_in)

    def _fields(self, remaining: int, seconds: float) -> Headers:
        # draft-ietf-httpapi-ratelimit-headers-10: `t` is when there is all of the quota again, or any of it.
        now = b'"%s";r=%d;t=%d' % (self._limit.name.encode(), max(remaining, 0), ceil(max(seconds, 0.0)))
        return ((b"ratelimit-policy", self._policy), (b"ratelimit", now))

    def _forget(self, now: float) -> None:
        """Buckets that are full again are like those that never were. Where none is, the oldest half goes: better a
        sender with a new bucket than a table that an attacker makes grow."""
        self._full_at = {sender: at for sender, at in self._full_at.items() if at > now}
        if len(self._full_at) >= MOST_SENDERS:
            for sender in list(self._full_at)[: MOST_SENDERS // 2]:
                del self._full_at[sender]


class Addresses:
    """Whose request it is.

    Args:
        trusted: proxies whose `X-Forwarded-For` is believed.
    """

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    def sender(self, scope: Scope) -> str | None:
        """An address, or an IPv6 prefix; None for this machine itself, which has no limit.

        What was forwarded is never this machine's own, whatever it says: a proxy may pass on what its client wrote.
        """
        return self.sender_of((scope.get("client") or ("", 0))[0], scope["headers"])

    def sender_of(self, client: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """As `sender`. `client`: the address that the connection comes from."""
        address = _parsed(client)
        if address is None:
            return client
        if not (address.is_loopback or self._is_trusted(address)):
            return _sender(address)
        forwarded = [value.decode("latin-1") for name, value in headers if name in _FORWARDED]
        if not forwarded:
            return None if address.is_loopback else _sender(address)
        return _sender(self._forwarded(forwarded, address) if self._is_trusted(address) else address)

    def _forwarded(self, given: Sequence[str], proxy: Address) -> Address:
        """The last one that no trusted proxy vouches for: what stands before it anybody can have written."""
        address = proxy
        for text in reversed(",".join(given).split(",")):
            found = _parsed(_without_port(text.strip()))
            if found is None:
                return address
            address = found
            if not self._is_trusted(found):
                return address
        return address

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


@lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1 << 14)
def _sender(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _PREFIX), strict=False))


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
