"""The round: every two seconds a look at what nobody else looks at.

Mends the store, has the operators told, tests the way to a phone.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from sentinel import systemd
from sentinel.clock import Clock
from sentinel.daemon.selfcheck.auditor import Auditor
from sentinel.daemon.selfcheck.self_test import SelfTest
from sentinel.daemon.selfcheck.store_alarm import StoreAlarm
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.holder import Held

PACE = 2.0
"""Seconds between rounds; a store that fails is tried at each."""
PROBE_EVERY = timedelta(seconds=15)
"""How often a store that seems well is written to, so that a full disk is known before a crisis needs it."""
PRUNE_EVERY = timedelta(hours=1)
TELL_SYSTEMD = timedelta(seconds=10)
Prune = Callable[[datetime], Awaitable[object]]
"""Lets go of what ended before an instant."""
log = structlog.get_logger(__name__)


class Maintenance:
    """Goes round until cancelled.

    Parameters
    ----------
    held
        The hold on the store, renewed each round.
    prunes, retention
        What is let go of once it ended longer ago than this.
    poke
        Called when there is something to send.
    alarm
        Tells people how the store is.
    shared
        Whether others are at work on the same store: one of all keeps house.
    """

    def __init__(
        self,
        store: FailoverStore,
        held: Held,
        prunes: Sequence[Prune],
        alarm: StoreAlarm,
        self_test: SelfTest,
        auditor: Auditor,
        retention: Callable[[], timedelta],
        poke: Callable[[], None],
        clock: Clock,
        *,
        shared: bool = False,
    ) -> None:
        self._shared = shared
        self.oldest_waiting: datetime | None = None
        """Since when the oldest outbox row that is due has been waiting."""
        self._store = store
        self._held = held
        self._prunes = prunes
        self._alarm = alarm
        self._self_test = self_test
        self._auditor = auditor
        self._retention = retention
        self._poke = poke
        self._clock = clock
        self._probed: datetime | None = None
        self._pruned = clock.now()
        self._interval = systemd.watchdog_interval()
        self._fed: datetime | None = None

    async def run(self) -> None:
        """Round after round."""
        while True:
            await self.go_round()
            await self._clock.sleep(PACE)

    async def go_round(self) -> None:
        """One round."""
        await self._held.renew()
        now = self._clock.now()
        await self._mend(now)
        try:
            self.oldest_waiting = await self._store.oldest_waiting(now)
            if not self._shared:
                await self._keep(now)
        except StoreFailing:
            pass  # said once, where it is noticed; tried again on the next round
        self._feed_watchdog(now)

    async def keep_house(self) -> None:
        """The one process of several that tests the way to a phone, and lets go of what is old."""
        await self._self_test.load()
        while True:
            with suppress(StoreFailing):
                await self._keep(self._clock.now())
            await self._clock.sleep(PACE)

    async def _keep(self, now: datetime) -> None:
        if await self._self_test.step(now):
            self._poke()
        if now - self._pruned > PRUNE_EVERY:
            self._pruned = now
            for prune in self._prunes:
                await prune(now - self._retention())

    async def _mend(self, now: datetime) -> None:
        self._store.look()
        if self._store.failing or self._probed is None or now - self._probed >= PROBE_EVERY:
            self._probed = now
            await self._store.mend()
        await self._alarm.look(now)

    def _feed_watchdog(self, now: datetime) -> None:
        """Tell systemd that we live, unless we are stuck: then it starts us anew.

        What a start does not mend is none of its business.
        """
        if self._interval is None or (self._fed is not None and now - self._fed < min(self._interval, TELL_SYSTEMD)):
            return
        if not self._auditor.stuck():
            systemd.tell("WATCHDOG=1")
            self._fed = now
