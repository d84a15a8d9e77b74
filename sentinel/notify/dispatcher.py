"""The dispatcher: leases what is due from the outbox, checks that it still holds, sends, records. It never waits for one provider."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.escalation.contact import Occasion
from sentinel.notify.base import Delivery, Feature, Message, MessageKind, Notifier, Outcome, Reason, Status, occasion_of
from sentinel.notify.channels import destination_of, scheme_of
from sentinel.notify.chart import Charts
from sentinel.notify.pools import Pools
from sentinel.phrases.phrases import say, span

DELAYED = timedelta(minutes=2)
IDLE = 1.0
"""Seconds between looks when nobody pokes: retries and rows of an earlier run come due by themselves."""
STALE = "stale_epoch"
log = structlog.get_logger(__name__)


class OutboxStore(Protocol):
    """What the dispatcher needs of the outbox."""

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """The next of what may be sent, most urgent first, without what goes to these (contact, channel)."""
        ...

    async def lease(self, ids: list[int]) -> None:
        """These are being sent: from here on they may arrive."""
        ...

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether it still holds."""
        ...

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime, *, channels: int, max_attempts: int) -> str:
        """What became of it; gives the row's state."""
        ...

    async def drop(self, delivery: Delivery, why: str, now: datetime) -> None:
        """It is not wanted any more."""
        ...


class Directory(Protocol):
    """Addresses by contact, as the configuration in force has them."""

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        """The contact's URLs for an occasion, in order; empty when there is no such contact."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One send and what became of it. ``outcome`` is ``None`` when it was dropped unsent; ``state`` is the row's now."""

    delivery: Delivery
    scheme: str
    outcome: Outcome | None
    state: str
    at: datetime


class Ledger(Protocol):
    """Told of every send, for timelines and figures."""

    async def settled(self, settled: Settled) -> None:
        """One send ended."""
        ...


class Dispatcher:
    """Sends what is due.

    Parameters
    ----------
    notifiers
        By URL scheme; ``""`` takes what no other does.
    per_destination, timeout, max_attempts
        Sends under way at once to one provider; seconds one may take; tries on one channel before the next.
    charts
        Draws for pages, where a channel takes a picture; none by default.
    """

    def __init__(
        self, outbox: OutboxStore, directory: Directory, notifiers: Mapping[str, Notifier], ledger: Ledger, clock: Clock, *,
        per_destination: int, timeout: float, max_attempts: int, charts: Charts | None = None,
    ) -> None:  # fmt: skip
        self._outbox = outbox
        self._directory = directory
        self._notifiers = notifiers
        self._ledger = ledger
        self._clock = clock
        self._pools = Pools(per_destination)
        self._timeout = timeout
        self._max_attempts = max_attempts
        self._charts = charts
        self._poked = asyncio.Event()
        self._taken: set[int] = set()

    def poke(self) -> None:
        """There is something new to send."""
        self._poked.set()

    async def run(self) -> None:
        """Send until cancelled. What is being sent when that happens stays leased, and the next start takes it up as ambiguous; what only
        waits for room stays queued.
        """
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._poked.clear()
                for delivery, url in await self._take():
                    tasks.create_task(self._deliver(delivery, url), name=f"deliver-{delivery.id}")
                await self._pause()

    async def _pause(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            waits = [tasks.create_task(self._poked.wait(), name="poked"), tasks.create_task(self._clock.sleep(IDLE), name="idle")]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    async def _take(self) -> list[tuple[Delivery, str | None]]:
        """What is due, as far as its destination has room. Looks past whatever waits for a full one, however much that is."""
        taken: list[tuple[Delivery, str | None]] = []
        busy: set[tuple[str, int]] = set()
        while True:
            held = frozenset(self._taken)  # before the look: what ends during it would be seen as it was
            due = await self._outbox.due(self._clock.now(), but=busy)
            fresh, full = self._admit([delivery for delivery in due if delivery.id not in held])
            taken += fresh
            if not full:
                return taken
            busy |= full

    def _admit(self, due: list[Delivery]) -> tuple[list[tuple[Delivery, str | None]], set[tuple[str, int]]]:
        """Which of these may begin, with their URLs; and which (contact, channel) have no room."""
        fresh: list[tuple[Delivery, str | None]] = []
        full: set[tuple[str, int]] = set()
        for delivery in due:
            channels = self._route(delivery)
            url = channels[delivery.channel] if delivery.channel < len(channels) else None
            if url is not None:
                pool = self._pools.of(destination_of(url))
                if pool.full:
                    full.add((delivery.contact, delivery.channel))
                    continue
                pool.queued += 1
            self._taken.add(delivery.id)
            fresh.append((delivery, url))
        return fresh, full

    async def _deliver(self, delivery: Delivery, url: str | None) -> None:
        try:
            if url is None:
                gone = Outcome(status=Status.FAILED, reason=Reason.BAD_CHANNEL, detail=f"contact {delivery.contact} has no such channel")
                await self._record(delivery, "", gone)
            else:
                await self._send(delivery, url)
        finally:
            self._taken.discard(delivery.id)
        self.poke()

    async def _send(self, delivery: Delivery, url: str) -> None:
        """Wait for room, lease, look once more, send, write down. Leased late: only what may have left counts as such after a crash."""
        pool = self._pools.of(destination_of(url))
        try:
            async with pool.slots:
                notifier = self._notifiers.get(scheme_of(url)) or self._notifiers[""]
                chart = await self._chart(delivery, notifier, url)
                await self._outbox.lease([delivery.id])
                if not await self._outbox.is_current(delivery):
                    await self._outbox.drop(delivery, STALE, self._clock.now())
                    await self._settle(delivery, scheme_of(url), None, "dropped")
                    return
                message = replace(self._marked(delivery), chart=chart)
                outcome = await pool.run(lambda: notifier.send(url, message, timeout=self._timeout), self._timeout)
        finally:
            pool.queued -= 1
        await self._record(delivery, scheme_of(url), outcome)

    async def _record(self, delivery: Delivery, scheme: str, outcome: Outcome) -> None:
        channels = len(self._route(delivery))
        state = await self._outbox.record(delivery, outcome, self._clock.now(), channels=channels, max_attempts=self._max_attempts)
        await self._settle(delivery, scheme, outcome, state)

    async def _settle(self, delivery: Delivery, scheme: str, outcome: Outcome | None, state: str) -> None:
        reason = outcome.reason.value if outcome else STALE
        log.info(
            "delivery", incident=delivery.incident, contact=delivery.contact, kind=delivery.message.kind.value, channel=scheme,
            status=outcome.status.value if outcome else "dropped", reason=reason, detail=outcome.detail if outcome else "",
        )  # fmt: skip
        await self._ledger.settled(Settled(delivery=delivery, scheme=scheme, outcome=outcome, state=state, at=self._clock.now()))

    async def _chart(self, delivery: Delivery, notifier: Notifier, url: str) -> bytes | None:
        """For pages, on the first try of a channel only: should the picture be what it chokes on, the next try goes without."""
        wanted = delivery.message.kind is MessageKind.PAGE and delivery.attempts == 0 and delivery.incident is not None
        if self._charts is None or not wanted:
            return None
        try:
            takes = Feature.CHART in notifier.features(url)
            return await self._charts.of(delivery.incident or "", delivery.message.language) if takes else None
        except Exception as error:  # a plugin of somebody else's may raise anything, and a page matters more than its picture
            log.warning("page_without_chart", channel=scheme_of(url), reason=type(error).__name__)
            return None

    def _route(self, delivery: Delivery) -> tuple[str, ...]:
        return self._directory.route(delivery.contact, occasion_of(delivery.message))

    def _marked(self, delivery: Delivery) -> Message:
        """Says on the message itself that it may have come before, or that it comes late."""
        message = delivery.message
        late = self._clock.now() - delivery.created_at
        marks = [say(message.language, "page.repeat")] if delivery.ambiguous else []
        if late > DELAYED:
            marks.append(say(message.language, "page.delayed", span=span(message.language, late)))
        return replace(message, title=" ".join((message.title, *marks)), key=delivery.key)
