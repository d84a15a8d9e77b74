"""The dispatcher: leases what is due from the outbox, checks that it still holds, sends, records.

It never waits for one provider.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from sentinel.clock import Clock
from sentinel.notify.admission import Admission
from sentinel.notify.attachments import Attachments
from sentinel.notify.base import Delivery, Notifier, SendOutcome, SendReason, Status, occasion_of
from sentinel.notify.bundle import as_sent
from sentinel.notify.channels import scheme_of
from sentinel.notify.chart import Charts
from sentinel.notify.enclosure import Enclosures
from sentinel.notify.plan import DispatchPlan, Ending, Limits, Send, never_waits
from sentinel.notify.pools import Pools
from sentinel.notify.ports import DeliveryRecorder, Directory, OutboxStore, SettledDelivery
from sentinel.notify.retry import after_send, longest_send
from sentinel.notify.room import contacts_with_room
from sentinel.notify.spent_budgets import SpentBudgets

IDLE = 1.0
"""Seconds between looks when nobody pokes: retries and rows of an earlier run come due by themselves."""
log = structlog.get_logger(__name__)


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
    enclosures
        Makes the file that belongs to a message, where a channel takes files; none by default.
    admission
        Decides what of the due rows goes now; without one everything does, each alone.
    unwritten
        Whether Sentinel cannot write to its disk just now; every message says so then.
    took
        Told how many seconds a provider took to answer, by kind of channel, and for which incident.
    """

    def __init__(
        self,
        outbox: OutboxStore,
        directory: Directory,
        notifiers: Mapping[str, Notifier],
        recorder: DeliveryRecorder,
        clock: Clock,
        *,
        per_destination: int,
        timeout: float,
        max_attempts: int,
        charts: Charts | None = None,
        enclosures: Enclosures | None = None,
        admission: Admission | None = None,
        unwritten: Callable[[], bool] = lambda: False,
        took: Callable[[str, float, str | None], None] = lambda *_: None,
    ) -> None:
        self.looked_at: datetime | None = None
        """When it last looked for what is due; whoever watches it wants this to be recent."""
        self._unwritten = unwritten
        self._outbox = outbox
        self._directory = directory
        self._notifiers = notifiers
        self._recorder = recorder
        self._clock = clock
        self._pools = Pools(per_destination)
        self._timeout = timeout
        self._max_attempts = max_attempts
        self._attachments = Attachments(charts, enclosures, max_attempts)
        self._admission = admission or Admission(
            Limits(), directory.route, SpentBudgets(Limits(), directory.route, lambda _: None)
        )
        self._took = took
        self._poked = asyncio.Event()
        self._taken: dict[str, str] = {}
        """Rows that are being sent or ended, by key, and their contacts."""

    @property
    def sending(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._taken)

    def poke(self) -> None:
        """There is something new to send."""
        self._poked.set()

    async def run(self) -> None:
        """Send until cancelled. What is being sent when that happens stays leased, and the next start takes it up as
        ambiguous; what only waits for room stays queued.
        """
        account = self._admission.account
        account.remember(await self._outbox.sent_since(self._clock.now() - account.reach))
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._poked.clear()
                self.looked_at = self._clock.now()
                await self._look(tasks)
                await self._pause()

    async def _pause(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            waits = [
                tasks.create_task(self._poked.wait(), name="poked"),
                tasks.create_task(self._clock.sleep(IDLE), name="idle"),
            ]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        """Begin what is due, as far as its destination has room. Looks past whatever waits, for a full one or for
        others, however much that is.
        """
        busy: set[tuple[str, int]] = set()
        while True:
            taken = frozenset(self._taken)  # before the look: what ends during it would be seen as it was
            now = self._clock.now()
            due = [row for row in await self._outbox.due(now, but=busy) if row.key not in taken]
            contacts = {row.contact for row in due if not never_waits(row)}
            held = [row for row in (await self._outbox.held(contacts, now) if contacts else []) if row.key not in taken]
            plan = self._admission.plan(due, held, self._reserve, now)
            self._begin(plan, tasks)
            for rows, until in plan.waits:
                await self._outbox.defer(rows, until)
            await self._leave(due, plan)
            if not plan.full and not plan.waits:
                return
            busy |= plan.full

    async def _leave(self, due: Sequence[Delivery], plan: DispatchPlan) -> None:
        """What has no room goes to whoever has some; but not while anything else for the same contact is on its way."""
        busy = set(self._taken.values()) | {row.contact for rows, _ in plan.waits for row in rows}
        if crowded := [row for row in due if (row.contact, row.channel) in plan.full and row.contact not in busy]:
            await self._outbox.release(crowded)

    def places(self, rows: Sequence[Delivery]) -> set[str]:
        """Contacts of these rows, most urgent first, for which there is room now."""
        return contacts_with_room(rows, self._directory.route, self._pools, self._clock.now())

    def _reserve(self, destination: str) -> bool:
        """Take one of the places among a destination's sends, if there is one."""
        pool = self._pools.of(destination)
        if pool.full:
            return False
        pool.queued += 1
        return True

    def _begin(self, plan: DispatchPlan, tasks: asyncio.TaskGroup) -> None:
        for send in plan.sends:
            self._taken |= {row.key: row.contact for row in send.rows}
            tasks.create_task(self._deliver(send), name=f"deliver-{send.rows[0].key}")
        for row, ending in plan.ends:
            self._taken[row.key] = row.contact
            tasks.create_task(self._pass_over(row, ending), name=f"end-{row.key}")
        for each in plan.exhausted:
            tasks.create_task(self._recorder.exhausted(each), name=f"exhausted-{each.contact}")

    async def _pass_over(self, row: Delivery, ending: Ending) -> None:
        """It is not sent; the next person hears of it, or the digest has it, or nobody wants it any more."""
        try:
            await self._end(row, "", ending if await self._outbox.is_current(row) else Ending.STALE)
        finally:
            del self._taken[row.key]
        self.poke()

    async def _deliver(self, send: Send) -> None:
        try:
            if send.url is None:
                await self._record(send, send.rows, _gone(send.rows[0]))
            else:
                await self._send(send, send.url)
        finally:
            for row in send.rows:
                del self._taken[row.key]
        self.poke()

    async def _send(self, send: Send, url: str) -> None:
        """Wait for room, lease, look once more, send, write down.

        Leased late: only what may have left counts as such after a crash.
        """
        pool = self._pools.of(send.destination)
        try:
            async with pool.slots:
                notifier = self._notifiers.get(scheme_of(url)) or self._notifiers[""]
                chart = await self._attachments.chart(send, notifier, url)
                file = await self._attachments.file(send, notifier, url)
                rows = await self._wanted(await self._outbox.lease(send.rows), scheme_of(url))
                if not rows:
                    self._admission.account.withdraw(send)
                    return
                message = replace(
                    as_sent(rows, self._clock.now(), unwritten=self._unwritten()), chart=chart, attachment=file
                )
                began = self._clock.monotonic()
                timeout = self._longest(send)
                outcome = await pool.run(lambda: notifier.send(url, message, timeout=timeout), timeout)
                self._took(scheme_of(url), self._clock.monotonic() - began, send.rows[0].incident)
        finally:
            pool.queued -= 1
        await self._record(send, rows, outcome)

    def _longest(self, send: Send) -> float:
        """Seconds for this send: little where another channel of the contact waits for its end."""
        row = send.rows[0]
        channels = len(self._directory.route(row.contact, occasion_of(row.message)))
        return longest_send(replace(row, channel=send.place), self._timeout, channels)

    async def _wanted(self, rows: Sequence[Delivery], scheme: str) -> list[Delivery]:
        """Those that still hold; the others are over."""
        wanted = []
        for row in rows:
            if await self._outbox.is_current(row):
                wanted.append(row)
            else:
                await self._end(row, scheme, Ending.STALE)
        return wanted

    async def _end(self, row: Delivery, scheme: str, ending: Ending) -> None:
        now = self._clock.now()
        state = "passed_on" if ending is Ending.NIGHT else "dropped"
        settled = SettledDelivery(delivery=row, scheme=scheme, outcome=None, state=state, at=now, ending=ending)
        if await self._outbox.drop(row, ending, now, line=await self._recorder.line(settled)):
            await self._settle(settled)

    async def _record(self, send: Send, rows: Sequence[Delivery], outcome: SendOutcome) -> None:
        """Write down what became of every row, at one instant: that is how rows of one message are known afterwards."""
        now, scheme, state = self._clock.now(), scheme_of(send.url) if send.url else "", ""
        for row in rows:
            channels = len(self._directory.route(row.contact, occasion_of(row.message)))
            row = replace(row, channel=send.place, attempts=_attempts(row, send.place))
            progress = after_send(row, outcome, now, channels=channels, max_attempts=self._max_attempts)
            settled = SettledDelivery(
                delivery=row, scheme=scheme, outcome=outcome, state="", at=now, together=len(rows)
            )
            line = await self._recorder.line(settled)
            if await self._outbox.record(row, progress, line=line):
                state = progress.state.value
                await self._settle(replace(settled, state=state))
            else:
                log.warning("result_refused", incident=row.incident, contact=row.contact, status=outcome.status.value)
        if state == "failed" and send.url and outcome.status is not Status.UNKNOWN:
            self._admission.account.withdraw(send)

    async def _settle(self, settled: SettledDelivery) -> None:
        row, outcome = settled.delivery, settled.outcome
        log.info(
            "delivery",
            incident=row.incident,
            contact=row.contact,
            kind=row.message.kind.value,
            channel=settled.scheme,
            status=outcome.status.value if outcome else settled.state,
            reason=outcome.reason.value if outcome else settled.ending.value,
            detail=outcome.detail if outcome else "",
            together=settled.together,
        )
        await self._recorder.settled(settled)


def _gone(row: Delivery) -> SendOutcome:
    return SendOutcome(
        status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=f"contact {row.contact} has no such channel"
    )


def _attempts(row: Delivery, place: int) -> int:
    """Sends of a row over one channel, which may be another than its own."""
    if place == row.channel:
        return row.attempts
    return next((each.tries for each in row.tries if each.channel == place), 0)
