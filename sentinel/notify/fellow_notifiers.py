"""Fellow notifiers: who else sends from the same outbox, who of them is gone, and whose share a contact is."""

from collections.abc import Callable, Collection
from hashlib import blake2b

from sentinel.clock import Clock

PATIENCE = 3.0
"""Seconds for which an owner that was never seen living is waited for: it may have begun a moment ago."""


class FellowNotifiers:
    """As one notifier sees them.

    Parameters
    ----------
    name
        Of this one, like no other's.
    living
        Gives the names of those that live, as they stood at the last look at their beats; ours among them while we are
        seen. Never worked out between two looks: whoever was frozen would find everybody else gone.
    """

    def __init__(self, name: str, living: Callable[[], Collection[str]], clock: Clock) -> None:
        self.name = name
        self._living = living
        self._clock = clock
        self._met: set[str] = set()
        self._unmet: dict[str, float] = {}

    @property
    def alive(self) -> bool:
        """Whether the others see us: what somebody takes who is not seen is taken from them at once."""
        return self.name in self._living()

    def gone(self, owners: Collection[str]) -> list[str]:
        """Those of the owners of rows who live no more."""
        living, now = set(self._living()), self._clock.monotonic()
        self._met = living | {each for each in self._met if each in owners}
        self._unmet = {each: self._unmet.get(each, now) for each in owners if each not in self._met}
        absent = set(owners) - living - {self.name}
        return sorted(each for each in absent if now - self._unmet.get(each, float("-inf")) >= PATIENCE)

    def is_ours(self, contact: str) -> bool:
        """Whether a contact is our share: of the living each has its own, and whoever comes or goes moves few."""
        return max(self._living(), key=lambda each: (_weight(each, contact), each), default="") == self.name


def _weight(notifier: str, contact: str) -> bytes:
    return blake2b(f"{notifier}\x00{contact}".encode("utf-8", "replace"), digest_size=8).digest()
