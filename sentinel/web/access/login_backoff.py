"""How long whoever guesses must wait: each failure beyond a few doubles the wait, by account and by address."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from types import MappingProxyType

MOST_KEYS = 20_000
FORGET_AFTER = 3600.0
"""Seconds without a failure after which the earlier ones no longer count."""


@dataclass(frozen=True, slots=True)
class BackoffRules:
    """So many failures cost nothing; from then on the wait doubles, up to ``most`` seconds."""

    free: int
    most: float

    def wait(self, failures: int) -> float:
        """After so many failures in a row.

        Examples
        --------
        >>> [BackoffRules(3, 60.0).wait(failures) for failures in (0, 2, 3, 4, 9, 5000)]
        [0.0, 0.0, 2.0, 4.0, 60.0, 60.0]
        """
        return 0.0 if failures < self.free else min(self.most, 2.0 ** min(30, failures - self.free + 1))


ACCOUNT = BackoffRules(free=5, most=300)
DEVICE = BackoffRules(free=10, most=60)
"""A browser in which this person signed in before: strangers who guess elsewhere do not keep it waiting."""
ADDRESS = BackoffRules(free=20, most=900)
Key = tuple[str, str, BackoffRules]


class LoginBackoff:
    """Counts a try as a failure before it is looked at, so that a hundred at once are not a hundred free ones; success
    takes it back.

    Examples
    --------
    >>> throttle, key = LoginBackoff(), ("account", "ana", BackoffRules(free=2, most=60))
    >>> [throttle.begin([key], at=0.0) for _ in range(3)], throttle.begin([key], at=2.0)
    ([0.0, 0.0, 2.0], 0.0)
    """

    def __init__(self, failures: Mapping[tuple[str, str], tuple[int, float]] = MappingProxyType({})) -> None:
        self._failures = OrderedDict(failures)

    @property
    def failures(self) -> Mapping[tuple[str, str], tuple[int, float]]:
        """How many in a row, and when the last one was, by kind and name."""
        return self._failures

    def begin(self, keys: Iterable[Key], *, at: float) -> float:
        """0 and the try counts, or the seconds to wait, and it does not; ``at`` is monotonic."""
        keys = tuple(keys)
        wait = max(self._left(key, at) for key in keys)
        if wait > 0:
            return wait
        for key in keys:
            self._failures[key[:2]] = (self._count(key, at) + 1, at)
            self._failures.move_to_end(key[:2])
        while len(self._failures) > MOST_KEYS:
            self._failures.popitem(last=False)
        return 0.0

    def succeeded(self, keys: Iterable[Key], *, at: float) -> None:
        """Whoever it was knew the password: the account's failures are forgotten, of the address only this try."""
        for key in keys:
            kind, name, _ = key
            if kind == "address" and (count := self._count(key, at)) > 1:
                self._failures[kind, name] = (count - 1, at)
            else:
                self._failures.pop((kind, name), None)

    def took_back(self, keys: Iterable[Key], *, at: float) -> None:
        """The try was not looked at after all."""
        for key in keys:
            self._failures[key[:2]] = (max(0, self._count(key, at) - 1), at)

    def _left(self, key: Key, at: float) -> float:
        count = self._count(key, at)
        since = self._failures[key[:2]][1] if count else at
        return max(0.0, since + key[2].wait(count) - at)

    def _count(self, key: Key, at: float) -> int:
        count, since = self._failures.get(key[:2], (0, at))
        return count if at - since < FORGET_AFTER else 0


def of_address(address: str) -> str:
    """What counts as one address: of IPv6 the /64 that one household has.

    Examples
    --------
    >>> of_address("192.0.2.7"), of_address("2001:db8::1:2:3:4")
    ('192.0.2.7', '2001:db8::/64')
    """
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((read, 64), strict=False)) if isinstance(read, IPv6Address) else str(read)
