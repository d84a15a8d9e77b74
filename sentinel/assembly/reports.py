"""Reports, put together: who counts the journal, who tells, who makes files, who sends. Built by ``parts.py``."""

from collections.abc import Callable, Collection, Iterator, Sequence

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.build import report_plans
from sentinel.assembly.jobs import NamedJob
from sentinel.clock import Clock
from sentinel.daemon.mail.report_files import ReportFiles
from sentinel.daemon.mail.report_mail import ReportMail
from sentinel.daemon.reported_mentions import ReportedMentions
from sentinel.daemon.rollups import Rollups
from sentinel.daemon.stored_reports import StoredReports
from sentinel.daemon.talk_reader import TalkReader
from sentinel.engine.read_mention import ReadMention
from sentinel.escalation.roster import Roster
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.reports.sheet import Sheet
from sentinel.requests.classifier import RequestClassifier
from sentinel.sentiment.model import SentimentModel
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.heard_mention import HeardMention
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.mention_search import MentionSearch
from sentinel.store.reports import ReportStore
from sentinel.store.rollups import RollupStore
from sentinel.web.pages.words import Words
from sentinel.web.report_answer import in_one_file


class Reports:
    """What runs for reports, the desk that makes them, and the files that go with their messages.

    Parameters
    ----------
    in_force, roster
        Asked anew each time, so that a reload and a change of shifts count at once.
    model
        Gives a model that nobody else touches, as the serving one is now.
    ignores, told
        Accounts that people chose to ignore; told when there are mentions that could not be looked for before.
    lately, talk
        Told of mentions as they are heard; reads what is talked about.
    classifier, burning
        Says what a text asks for; gives the brands that have an incident that is not over.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        failover: FailoverStore,
        incidents: LatestIncidents,
        *,
        in_force: Callable[[], ActiveConfig],
        roster: Callable[[], Roster],
        model: Callable[[], SentimentModel],
        known: Callable[[int], ReadMention | None],
        pressed: Callable[[], bool],
        committed: Callable[[], None],
        ignores: Callable[[], Sequence[AuthorIgnore]],
        told: Callable[[], None],
        lately: Callable[[Sequence[HeardMention]], None],
        talk: TalkReader,
        classifier: RequestClassifier,
        burning: Callable[[], Collection[str]],
        clock: Clock,
    ) -> None:
        days, store = RollupStore(database), ReportStore(database)
        self._rollups = Rollups(
            journal,
            days,
            lambda: [each.brand for each in in_force().setup.brands],
            lambda: in_force().config.zone,
            model,
            pressed,
            clock,
            ignores=ignores,
            told=told,
            lately=lately,
            classifier=classifier,
            burning=burning,
            known=known,
        )
        self.desk = StoredReports(
            store,
            days,
            incidents,
            brands=lambda: [each.brand for each in in_force().setup.brands],
            zone=lambda: in_force().config.zone,
            briefing=lambda: in_force().briefing,
            counted_until=lambda: self._rollups.until,
            clock=clock,
            mentions=ReportedMentions(
                MentionSearch(database), lambda priority: in_force().config.requests.answer_within.of(priority)
            ),
            apart=lambda: in_force().config.access.keeps_apart,
            talk=talk,
        )

        def bind(title: str, language: str, sheets: Sequence[Sheet]) -> str:
            return in_one_file(title, Words(language, in_force().config.zone, clock.now()), sheets)

        self.files = ReportFiles(self.desk, bind, clock)
        self._mail = ReportMail(
            failover,
            store,
            self.desk,
            self._rollups,
            plans=lambda: report_plans(in_force().config),
            briefing=lambda: in_force().briefing,
            contacts=lambda: in_force().setup.rules.contacts,
            roster=roster,
            committed=committed,
            clock=clock,
        )

    async def watch(self) -> None:
        """Know how far another process has counted."""
        await self._rollups.watch()

    def jobs(self) -> Iterator[NamedJob]:
        """What runs, by name."""
        yield "rollups", self._rollups.run
        yield "report-mail", self._mail.run
