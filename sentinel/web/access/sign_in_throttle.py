"""Throttle of sign-ins: how long whoever guesses must wait, at whichever of the web processes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sentinel.clock import Clock
from sentinel.store.health import StoreFailing
from sentinel.store.sign_in_store import FailedTries
from sentinel.web.access.login_backoff import FORGET_AFTER, Key, LoginBackoff
from sentinel.web.ports.accounts import SharedAccessPort

Step = Callable[[LoginBackoff, float], float]


class SignInThrottle:
    """Counts in memory; where there are several processes in the store, and here alone while that fails.

    Parameters
    ----------
    shared
        ``None`` for the only process.
    """

    def __init__(self, clock: Clock, shared: SharedAccessPort | None = None) -> None:
        self._clock = clock
        self._shared = shared
        self._here = LoginBackoff()

    async def begin(self, keys: Sequence[Key]) -> float:
        """0 and the try counts, or the seconds to wait, and it does not."""
        return await self._count(keys, lambda backoff, at: backoff.begin(keys, at=at))

    async def succeeded(self, keys: Sequence[Key]) -> None:
        """Whoever it was knew the password, or code."""

        def forget(backoff: LoginBackoff, at: float) -> float:
            backoff.succeeded(keys, at=at)
            return 0.0

        await self._count(keys, forget)

    async def took_back(self, keys: Sequence[Key]) -> None:
        """The try was not looked at after all."""

        def undo(backoff: LoginBackoff, at: float) -> float:
            backoff.took_back(keys, at=at)
            return 0.0

        await self._count(keys, undo)

    async def _count(self, keys: Sequence[Key], step: Step) -> float:
        if self._shared is None:
            return step(self._here, self._clock.monotonic())
        now, named = self._clock.now(), {"\0".join(key[:2]): key[:2] for key in keys}

        def counted(known: Mapping[str, FailedTries]) -> tuple[Mapping[str, FailedTries], float]:
            backoff = LoginBackoff({named[name]: (each.count, each.at) for name, each in known.items()})
            wait = step(backoff, now.timestamp())
            become = {"\0".join(pair): FailedTries(*tries) for pair, tries in backoff.failures.items()}
            return become, wait

        try:
            until = now + timedelta(seconds=FORGET_AFTER)
            return await self._shared.tally(list(named), counted, now=now, until=until)
        except StoreFailing:
            return step(self._here, self._clock.monotonic())
