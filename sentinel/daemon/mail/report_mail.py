"""Reports by mail: one message a period, plan and contact."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from sentinel.clock import Clock
from sentinel.daemon.mail.scheduled import DueMail, Made, ScheduledMail
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.rollups import Rollups
from sentinel.daemon.stored_reports import StoredReports
from sentinel.escalation.contact import Contact
from sentinel.escalation.roster import Roster
from sentinel.notify.base import Message
from sentinel.reports.letter import letter
from sentinel.reports.period import Period
from sentinel.reports.plan import ReportPlan
from sentinel.store.failover import FailoverStore
from sentinel.store.reports import ReportStore, fact_of


class ReportMail(ScheduledMail):
    """To everybody whom a plan names; after a long absence the newest period, the others are on the pages.

    Parameters
    ----------
    plans, briefing, roster
        As they are in force.
    """

    name = "report"
    event = "report_sent"

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
        super().__init__(failover, contacts, committed, clock)
        self._store = store
        self._desk = desk
        self._rollups = rollups
        self._plans = plans
        self._briefing = briefing
        self._roster = roster

    def readers(self, now: datetime) -> Iterator[tuple[str, Made]]:
        """Of each plan, once its period is over."""
        for plan in list(self._plans()):
            for contact in self._roster().everybody(plan.to, now):
                yield contact, partial(self._make, plan, plan.newest(now), contact)

    async def _make(self, plan: ReportPlan, period: Period, contact: str) -> DueMail | None:
        last = await self._store.last(contact, plan.name)
        if last is not None and last >= period.label:
            return None
        message = await self._message(plan, period, contact) if last is not None else None
        if last is not None and message is None:
            return None
        return DueMail(
            occasion=f"{plan.name} {period.label}",
            message=message,
            remembered={fact_of(contact, plan.name): period.label},
            logged={"period": period.label, "brands": len(plan.brands)},
        )

    async def _message(self, plan: ReportPlan, period: Period, contact: str) -> Message | None:
        """The message; ``None`` while not everything is counted that it tells of."""
        if not await self._rollups.look():
            return None
        tell = await self._desk.gathered(plan.brands, period, self._desk.beside(plan.brands))
        return letter(tell(), period, self._desk.voice(plan.language or self._briefing().language_of(contact)))
