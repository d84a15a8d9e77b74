"""Reports, put together: who counts the journal, who tells, who sends. Built by ``app.py``."""

from collections.abc import Callable, Coroutine, Iterator

from sentinel.build import report_plans
from sentinel.clock import Clock
from sentinel.engine.report_desk import ReportDesk
from sentinel.engine.report_mail import ReportMail
from sentinel.engine.rollups import Rollups
from sentinel.escalation.roster import Roster
from sentinel.inforce import InForce
from sentinel.sentiment.model import SentimentModel
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.reports import ReportStore
from sentinel.store.rollups import RollupStore
from sentinel.store.steady import SteadyStore


class Reporting:
    """What runs for reports, and the desk that makes them.

    Parameters
    ----------
    in_force, roster
        Asked anew each time, so that a reload and a change of shifts count at once.
    model
        Gives a model that nobody else touches, as the serving one is now.
    """

    def __init__(
        self, database: Database, journal: Journal, steady: SteadyStore, incidents: LatestIncidents, *, in_force: Callable[[], InForce],
        roster: Callable[[], Roster], model: Callable[[], SentimentModel], pressed: Callable[[], bool], committed: Callable[[], None],
        clock: Clock,
    ) -> None:  # fmt: skip
        days, store = RollupStore(database), ReportStore(database)
        self._rollups = Rollups(
            journal, days, lambda: [each.brand for each in in_force().setup.brands], lambda: in_force().config.zone, model, pressed, clock
        )
        self.desk = ReportDesk(
            store, days, incidents, brands=lambda: [each.brand for each in in_force().setup.brands], zone=lambda: in_force().config.zone,
            briefing=lambda: in_force().briefing, counted_until=lambda: self._rollups.until, clock=clock,
        )  # fmt: skip
        self._mail = ReportMail(
            steady, store, self.desk, self._rollups, plans=lambda: report_plans(in_force().config), briefing=lambda: in_force().briefing,
            contacts=lambda: in_force().setup.rules.contacts, roster=roster, committed=committed, clock=clock,
        )  # fmt: skip

    def jobs(self) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        """What runs, by name."""
        yield "rollups", self._rollups.run()
        yield "report-mail", self._mail.run()
