"""The round: every two seconds a look at what nobody else looks at.

Mends the store, tells the operators, tests the way to a phone.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from sentinel import systemd
from sentinel.clock import Clock
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Auditor
from sentinel.daemon.selfcheck.self_test import SelfTest
from sentinel.phrases.phrases import say, span
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.findings import StoreFinding
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.holder import Held

PACE = 2.0
"""Seconds between rounds; a store that fails is tried at each."""
PROBE_EVERY = timedelta(seconds=15)
"""How often a store that seems well is written to, so that a full disk is known before a crisis needs it."""
LASTING = timedelta(seconds=10)
"""A store that fails for less is no news: a backup that held a lock."""
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
    shared, tells
        Whether others are at work on the same store: one of all keeps house; whether it is this one that tells the
        operators how the store is.
    """

    def __init__(
        self,
        store: FailoverStore,
        held: Held,
        prunes: Sequence[Prune],
        operators: OperatorNotices,
        self_test: SelfTest,
        auditor: Auditor,
        retention: Callable[[], timedelta],
        poke: Callable[[], None],
        clock: Clock,
        *,
        shared: bool = False,
        tells: Callable[[], bool] = lambda: True,
    ) -> None:
        self._shared = shared
        self._tells = tells
        self._teller = False
        """Whether we were the one when the store began to fail."""
        self.oldest_waiting: datetime | None = None
        """Since when the oldest outbox row that is due has been waiting."""
        self._store = store
        self._held = held
        self._prunes = prunes
        self._operators = operators
        self._self_test = self_test
        self._auditor = auditor
        self._retention = retention
        self._poke = poke
        self._clock = clock
        self._probed: datetime | None = None
        self._pruned = clock.now()
        self._told: tuple[datetime, tuple[str, ...]] | None = None
        """Since when the store fails, and whom of the operators we told so."""
        self._findings_told = 0
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
        health = self._store.health
        if health.since is None or now - health.since < LASTING / 4:
            self._teller = self._tells()  # while the store fails, nobody can say whose duty it is
        if health.since is not None and self._told is None and self._teller and now - health.since >= LASTING:
            self._told = (health.since, self._operators.contacts(now))
            await self._tell("store_failing", health.since, now, self._told[1], health.trouble)
        elif health.since is None and self._told is not None:
            (since, told), self._told = self._told, None
            await self._tell("store_mended", since, now, told, None)
        await self._tell_findings(now)

    async def _tell_findings(self, now: datetime) -> None:
        """Damage that was gone on without, each once."""
        if not self._teller:
            return
        findings = self._store.health.findings
        for each in findings[self._findings_told :]:
            rows = self._operators.rows("store_found", f"{each.what} {each.at} {each.facts}", now, partial(_what, each))
            await self._store.commit(Decision(rows=tuple(rows)))
            self._poke()
        self._findings_told = len(findings)

    async def _tell(
        self, key: str, since: datetime, now: datetime, to: tuple[str, ...], trouble: Trouble | None
    ) -> None:
        rows = self._operators.rows(key, since.isoformat(), now, partial(_facts, now - since, trouble), to=to)
        await self._store.commit(Decision(rows=tuple(rows)))
        self._poke()

    def _feed_watchdog(self, now: datetime) -> None:
        """Tell systemd that we live, unless we are stuck: then it starts us anew.

        What a start does not mend is none of its business.
        """
        if self._interval is None or (self._fed is not None and now - self._fed < min(self._interval, TELL_SYSTEMD)):
            return
        if not self._auditor.stuck():
            systemd.tell("WATCHDOG=1")
            self._fed = now


def _facts(lasted: timedelta, trouble: Trouble | None, language: str) -> dict[str, object]:
    words = say(language, f"watch.trouble_{trouble.value}") if trouble else ""
    return {"span": span(language, lasted), "trouble": words}


def _what(finding: StoreFinding, language: str) -> dict[str, object]:
    return {"what": say(language, f"ailment.store_{finding.what.value}", **dict(finding.facts))}
