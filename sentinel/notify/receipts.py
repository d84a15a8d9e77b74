"""Receipts: pages that go on ringing at their provider are told to stop when the incident moved on, and asked whether a
person acknowledged them there. The rows of the outbox are all there is to remember, so a restart goes on where it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from sentinel.clock import Clock
from sentinel.notify.base import Delivery, Feature, Notifier, Ringing, occasion_of
from sentinel.notify.channels import destination_of, scheme_of
from sentinel.notify.pools import Crashed, Pools
from sentinel.notify.ports import Directory

EVERY = 20.0
"""Seconds between two questions about one receipt."""
AGAIN = 5.0
"""Seconds between two tries to stop one."""
LONGEST = timedelta(minutes=75)
"""After this nothing rings any more by itself, whatever the provider answered."""
TIMEOUT = 15.0
PER_DESTINATION = 2
T = TypeVar("T")
log = structlog.get_logger(__name__)

Acknowledged = Callable[[str, int, str], Awaitable[None]]
"""Told the incident, the epoch of the page and the contact who acknowledged it at the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingingPage:
    """A page that its provider took and gave a receipt for, at the instant ``since``; ``current`` while what it says
    holds.
    """

    delivery: Delivery
    receipt: str
    since: datetime
    current: bool


class ReceiptStore(Protocol):
    """What is needed of the outbox."""

    async def ringing(self) -> list[RingingPage]:
        """What rings, as far as we know."""
        ...

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more."""
        ...

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether the page still holds."""
        ...


class Receipts:
    """Follows receipts until each has ended.

    Parameters
    ----------
    notifiers
        By URL scheme.
    acknowledged
        Called once a person acknowledged a page at the provider; what it commits makes the other pages of that epoch
        stop.
    """

    def __init__(
        self,
        store: ReceiptStore,
        directory: Directory,
        notifiers: Mapping[str, Notifier],
        acknowledged: Acknowledged,
        clock: Clock,
    ) -> None:
        self._store = store
        self._directory = directory
        self._notifiers = notifiers
        self._acknowledged = acknowledged
        self._clock = clock
        self._pools = Pools(PER_DESTINATION)
        self._poked = asyncio.Event()
        self._next: dict[tuple[str, bool], float] = {}
        """(row, current) to the monotonic second from which it is asked about, or stopped."""
        self._busy: set[str] = set()

    def poke(self) -> None:
        """Incidents may have moved."""
        self._poked.set()

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._poked.clear()
                await self._look(tasks)
                await self._pause()

    async def _pause(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            waits = [
                tasks.create_task(self._poked.wait(), name="poked"),
                tasks.create_task(self._clock.sleep(AGAIN), name="idle"),
            ]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        followed = set(self._busy)  # what ends while the rows are read is in them still, and rings no more
        ringing = await self._store.ringing()
        known = {each.delivery.key for each in ringing}
        self._next = {key: at for key, at in self._next.items() if key[0] in known}
        for rung in ringing:
            row, url = rung.delivery.key, self._url(rung)
            if row in followed or row in self._busy:
                continue
            if url is None or self._clock.now() - rung.since > LONGEST:
                why = "no_channel" if url is None else "too_long"
                log.warning(
                    "receipt_given_up", incident=rung.delivery.incident, contact=rung.delivery.contact, reason=why
                )
                await self._store.rung(rung.delivery)
            elif self._due(row, rung.current):
                self._busy.add(row)
                tasks.create_task(self._follow(rung, url), name=f"receipt-{row}")

    def _due(self, row: str, current: bool) -> bool:
        """There is no hurry to ask about what just began to ring; what is over is stopped at once."""
        now = self._clock.monotonic()
        return now >= self._next.setdefault((row, current), now + EVERY if current else now)

    async def _follow(self, rung: RingingPage, url: str) -> None:
        try:
            ended = await (self._watch(rung, url) if rung.current else self._cancel(rung, url))
            if ended:
                await self._store.rung(rung.delivery)
                self.poke()
            else:
                self._next[rung.delivery.key, rung.current] = self._clock.monotonic() + (
                    EVERY if rung.current else AGAIN
                )
        finally:
            self._busy.discard(rung.delivery.key)

    async def _watch(self, rung: RingingPage, url: str) -> bool:
        delivery, notifier = rung.delivery, self._notifiers[scheme_of(url)]
        said = await self._call(url, lambda: notifier.watch(url, rung.receipt, timeout=TIMEOUT))
        if said is Ringing.ACKNOWLEDGED and delivery.incident is not None and await self._store.is_current(delivery):
            log.info(
                "acknowledged_at_provider", incident=delivery.incident, contact=delivery.contact, channel=scheme_of(url)
            )
            await self._acknowledged(delivery.incident, delivery.epoch, delivery.contact)
        return said in (Ringing.ACKNOWLEDGED, Ringing.OVER)

    async def _cancel(self, rung: RingingPage, url: str) -> bool:
        notifier = self._notifiers[scheme_of(url)]
        ended = await self._call(url, lambda: notifier.cancel(url, rung.receipt, timeout=TIMEOUT))
        log.info(
            "ringing_stopped" if ended else "ringing_not_stopped",
            incident=rung.delivery.incident,
            contact=rung.delivery.contact,
            channel=scheme_of(url),
        )
        return bool(ended)

    async def _call(self, url: str, work: Callable[[], T]) -> T | None:
        pool = self._pools.of(destination_of(url))
        async with pool.slots:
            try:
                return await pool.call(work, TIMEOUT)
            except (TimeoutError, Crashed):
                return None

    def _url(self, rung: RingingPage) -> str | None:
        """The channel it went over; should a reload have moved it, another of the contact's that gives receipts."""
        delivery = rung.delivery
        route = self._directory.route(delivery.contact, occasion_of(delivery.message))
        sent_over = route[delivery.channel : delivery.channel + 1]
        return next((url for url in (*sent_over, *route) if self._gives(url)), None)

    def _gives(self, url: str) -> bool:
        notifier = self._notifiers.get(scheme_of(url))
        try:
            return notifier is not None and Feature.RECEIPTS in notifier.features(url)
        except Exception:  # a plugin of somebody else's may raise anything
            return False
