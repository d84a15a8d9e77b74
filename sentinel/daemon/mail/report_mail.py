"""Sends the reports that are due: one message a period, plan and contact, sent once, also over crashes and restarts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from sentinel.clock import Clock
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.rollups import Rollups
from sentinel.daemon.stored_reports import StoredReports
from sentinel.escalation.contact import Contact, Occasion
from sentinel.escalation.roster import Roster
from sentinel.incidents.change import Event, EventName
from sentinel.notify.base import Delivery, Message, MessageKind
from sentinel.reports.letter import letter
from sentinel.reports.period import Period
from sentinel.reports.plan import ReportPlan
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.outbox import key_of
from sentinel.store.reports import ReportStore, fact_of

EVERY = 20.0
"""Seconds between looks at what is due."""
log = structlog.get_logger(__name__)


class ReportMail:
    """Puts reports into the outbox.

    Parameters
    ----------
    plans, briefing, contacts, roster
        As they are in force.
    committed
        Called after each commit: there may be something to send.
    """

    def __init__(
        self,
        failover: FailoverStore,
        store: ReportStore,
        desk: StoredReports,
        rollups: Rollups,
        *,
        plans: Callable[[], Sequence[ReportPlan]],
        briefing: Callable[[], MessageBuilder],
        contacts: Callable[[], Mapping[str, Contact]],
        roster: Callable[[], Roster],
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._failover = failover
        self._store = store
        self._desk = desk
        self._rollups = rollups
        self._plans = plans
        self._briefing = briefing
        self._contacts = contacts
        self._roster = roster
        self._committed = committed
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Send what is due. After a long absence that is the newest period alone; the others are on the pages.

        While the store fails nothing is sent: it can wait, and what it tells of cannot be read.
        """
        now = self._clock.now()
        for plan in list(self._plans()):
            period = plan.newest(now)
            for contact in self._roster().everybody(plan.to, now):
                known = self._contacts().get(contact)
                if self._failover.failing:
                    return
                if known is None or not known.kinds(Occasion.NEWS):
                    continue
                try:
                    await self._look(plan, period, contact, known, now)
                except StoreFailing:
                    return

    async def _look(self, plan: ReportPlan, period: Period, contact: str, known: Contact, now: datetime) -> None:
        last = await self._store.last(contact, plan.name)
        if last is not None and last >= period.label:
            return
        message = await self._message(plan, period, contact) if last is not None else None
        if last is not None and message is None:
            return
        await self._failover.commit(
            Decision(
                rows=(_row(plan, period, contact, message, now),) if message else (),
                events=(_event(contact, known, now),) if message else (),
                facts={fact_of(contact, plan.name): period.label},
            )
        )
        if message is not None:
            log.info("report_sent", contact=contact, period=period.label, brands=len(plan.brands))
            self._committed()

    async def _message(self, plan: ReportPlan, period: Period, contact: str) -> Message | None:
        """The message; ``None`` while not everything is counted that it tells of."""
        if not await self._rollups.look():
            return None
        tell = await self._desk.gathered(plan.brands, period)
        return letter(tell(), period, self._desk.voice(plan.language or self._briefing().language_of(contact)))


def _row(plan: ReportPlan, period: Period, contact: str, message: Message, now: datetime) -> Delivery:
    return Delivery(
        id=0,
        key=key_of("report", 0, 0, 0, contact, f"{plan.name} {period.label}"),
        incident=None,
        epoch=0,
        step=0,
        round=0,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=now,
        tipped_at=None,
    )


def _event(contact: str, known: Contact, now: datetime) -> Event:
    return Event(
        event=EventName.PAGE,
        at=now,
        brand="",
        incident=None,
        level=None,
        score=None,
        contributions={},
        contact=contact,
        step=0,
        kind=MessageKind.DIGEST.value,
        channels=known.kinds(Occasion.NEWS),
    )
