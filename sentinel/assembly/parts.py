"""Parts of a daemon, built from the configuration and connected; each stands before those that need it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sentinel.assembly.alerts import alerts_of
from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.duty_parts import DutyParts
from sentinel.assembly.fold_figures import FoldFigures
from sentinel.assembly.front_parts import FrontParts, annotations_of, sources_of
from sentinel.assembly.keepers import assistant_of, author_ignores_of, calendars_of
from sentinel.assembly.reports import Reports
from sentinel.assembly.requests import RequestRoom, requests_of
from sentinel.assembly.selfcheck import SelfCheck
from sentinel.assembly.sending import Sending
from sentinel.assembly.shared_sending import shared_of, store_of
from sentinel.assembly.sources import SourceRunners, shown_to_all
from sentinel.assembly.terms import brand_terms
from sentinel.clock import SystemClock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.daemon.apply import Applier
from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.daemon.brand_words import brand_words
from sentinel.daemon.charts import BoardCharts
from sentinel.daemon.lately_said import LatelySaid
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.oncall_keeper import OnCallKeeper
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.push_keeper import PushKeeper
from sentinel.daemon.score_log import ScoreLog
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.daemon.silence_keeper import SilenceKeeper
from sentinel.daemon.stale_sources import StaleSources
from sentinel.daemon.talk_reader import TalkReader
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.packed_engine import read_packed
from sentinel.mention import Mention
from sentinel.metrics.metrics import Metrics
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.sentiment.seed import load_seed
from sentinel.store.annotations import AnnotationStore
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.digests import DigestStore
from sentinel.store.holder import Held
from sentinel.store.incidents import FIRST, IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.mention_search import MentionSearch
from sentinel.store.of_part import WHOLE
from sentinel.store.oncall import OnCallStore
from sentinel.store.outbox import Outbox
from sentinel.store.push_devices import PushDeviceStore
from sentinel.store.scores import ScoreStore
from sentinel.store.silences import SilenceStore
from sentinel.web.changes import Changes

SOURCES_SHARE = 0.5
"""How full the queue may be before sources that can wait do: posted mentions may fill the rest."""


class DaemonParts:
    """Nothing runs yet: what they do begins with their jobs.

    Parameters
    ----------
    held
        The store's lock, watched as long as the daemon runs.
    carrier
        Takes mentions to workers, in a cluster.
    duties
        What of all that this process has to do, there.
    """

    def __init__(
        self,
        database: Database,
        held: Held,
        secrets: SecretKeeper,
        *,
        in_force: ConfigInForce,
        metrics: Metrics,
        changes: Changes,
        clock: SystemClock,
        carrier: Carrier | None = None,
        duties: DutyParts | None = None,
    ) -> None:
        self.database = database
        self._duties = duties
        self._carrier = carrier
        self.in_force = in_force
        self.metrics = metrics
        self.changes = changes
        self.secrets = secrets
        self.clock = clock
        self._outbox, self._incident_rows, self._told = Outbox(database), IncidentStore(database), DigestStore(database)
        self._notices = OperatorNotices(self._operators, lambda: in_force.now().briefing)
        self._build_fold()
        self._build_board()
        self._build_messages()
        self.watch = self._self_check(held)
        metrics.follow(self.watch.auditor, clock.now, lambda: len(self.watch.auditor.complaints()))

    # -- building

    def _build_fold(self) -> None:
        in_force, database, clock = self.in_force, self.database, self.clock
        self.front = FrontParts(database, self._carrier, in_force, clock) if self._carrier is not None else None
        self.journal = (
            self.front.journal
            if self.front is not None
            else Journal(database, clock, lambda: clock.behind, lambda: in_force.now().pseudonyms)
        )
        self.engine = Engine(in_force.now().setup, load_seed())
        self._shared = shared_of(self._duties, database, self._incident_rows, self.metrics.registry, clock)
        self.store = store_of(self._shared, database, self._incident_rows, self._outbox, self.engine.incident)
        self.incidents = LatestIncidents(self._incident_rows, self.store)
        self.lately = LatelySaid(self._own_words)
        self.blindness = StaleSources(
            self._notices,
            lambda source, at: any(each.covers(source, at) for each in in_force.now().setup.maintenance),
        )
        self.loop = (FoldLoop if self.front is None else MirrorLoop)(
            self.engine,
            self.journal,
            Checkpoints(database, VERSION, read_packed, part=WHOLE if self.front is None else FIRST),
            self._incident_rows,
            Applier(self.store, self.blindness, lambda: in_force.now().briefing, self.committed, self.lately),
            FoldFigures(self.metrics, lambda: self.board, self.changes.bump),
            clock,
            checkpoint_every=in_force.config.engine.checkpoint_every,
            retention=in_force.config.store.retention,
            behind=lambda: clock.behind,
        )
        if self.front is not None and isinstance(self.loop, MirrorLoop):
            self.front.connect(self.loop)
        self._build_keepers()

    def _build_keepers(self) -> None:
        in_force, database, clock = self.in_force, self.database, self.clock
        annotating = AnnotationStore(database, self._incident_rows, self.store)
        self.annotations = annotations_of(self.front, self.engine, annotating, self.loop.turn, self.changes.bump)
        self.loop.read.forgotten = self.lately.forget_all
        self.oncall = OnCallKeeper(OnCallStore(database), clock, self.loop.staffed)
        self.silences = SilenceKeeper(SilenceStore(database), clock, self.loop.silenced)
        self.author_ignores = author_ignores_of(
            database, self.loop, clock, in_force=in_force.now, folded_at=self._folded_at
        )
        self.calendars = calendars_of(
            database,
            self.loop,
            clock,
            in_force=in_force.now,
            folded_at=self._folded_at,
            looked=self.metrics.calendars.looked,
        )

    def _build_board(self) -> None:
        in_force, clock = self.in_force, self.clock
        self.listening = SourceRunners(
            in_force.config,
            self.journal,
            self.metrics,
            clock,
            wants=self._wants,
            pressed=lambda: self.loop.pressed(in_force.config.engine.max_queue, SOURCES_SHARE),
            brands=lambda: brand_terms(in_force.config),
            on_freshness=self.loop.source_changed if self.front is None else shown_to_all,
        )
        self.sources = sources_of(self.front, self.listening, self.loop, self.blindness, self._duties, self.store.fact)
        self.board = BoardKeeper(self.engine, self.sources.cards, lambda: self.loop.queue, clock.now())
        self.scores = ScoreLog(ScoreStore(self.database), self.board, clock)

    def _build_messages(self) -> None:
        in_force, clock = self.in_force, self.clock
        classifier = RequestClassifier(load_request_seed())
        self.requests = requests_of(
            self.database, classifier, self.engine, self.metrics, clock, changed=self.changes.bump
        )
        self.request_room = RequestRoom(
            self.database,
            self.store,
            self.secrets.links,
            in_force=in_force.now,
            roster=lambda: self.engine.rules.roster,
            silences=self.silences.all,
            metrics=self.metrics,
            committed=self.committed,
            clock=clock,
        )
        self.talk = TalkReader(MentionSearch(self.database), self._own_words, clock)
        self.assistant = assistant_of(
            self.database,
            self.talk,
            self.metrics,
            clock,
            in_force=in_force.now,
            incidents=self.engine.live_incidents,
            changed=self.changes.bump,
        )
        self.reporting = Reports(
            self.database,
            self.journal,
            self.store,
            self.incidents,
            in_force=in_force.now,
            roster=lambda: self.engine.rules.roster,
            model=lambda: self.engine.learning.serving.twin(),
            known=self.loop.read.of,
            pressed=self._busy,
            committed=self.committed,
            ignores=lambda: [each.renamed(self.engine.setup.renamed) for each in self.engine.author_ignores],
            told=self.changes.bump,
            lately=self.lately.add,
            talk=self.talk,
            classifier=classifier,
            burning=lambda: {each.brand for each in self.engine.live_incidents()},
            clock=clock,
        )
        self.push = PushKeeper(
            PushDeviceStore(self.database), clock, lambda: self.secrets.push_secret, lambda: in_force.base_url
        )
        self.sending = Sending(
            self.store,
            self._incident_rows,
            self._told,
            self.loop,
            in_force=in_force,
            charts=BoardCharts(
                self.board.board, lambda brand: in_force.now().thresholds(brand), lambda: in_force.config.zone
            ),
            files=self.reporting.files,
            metrics=self.metrics,
            committed=self.committed,
            devices=self.push.devices,
            clock=clock,
            shared=self._shared,
        )
        self.alerts = alerts_of(
            self.database,
            self.store,
            self.secrets.links,
            self.metrics,
            clock,
            in_force=in_force.now,
            roster=lambda: self.engine.rules.roster,
            committed=self.committed,
            shared=self.front is not None,
        )

    def _self_check(self, held: Held) -> SelfCheck:
        prunes = [self._outbox.prune, self._told.prune, self.scores.prune, self.alerts.prune]
        if self.front is not None:
            prunes += [self.front.commands.prune, self.front.erasures.prune]
        return SelfCheck(
            store=self.store,
            held=held,
            prunes=prunes,
            operators=self._notices,
            loop=self.loop,
            dispatcher=self.sending.dispatcher,
            silent=lambda: self.sources.silent,
            calendars=self.calendars.complaints,
            in_force=self.in_force.now,
            registry=self.metrics.registry,
            clock=self.clock,
            behind=lambda: self.clock.behind,
            duties=self._duties,
        )

    # -- what they ask of each other

    def committed(self) -> None:
        """Rows were added to the outbox, or an incident changed."""
        self.sending.poke()
        self.changes.bump()

    def pressed(self) -> bool:
        """Whether the queue is full."""
        return self.loop.pressed(self.in_force.config.engine.max_queue)

    def _busy(self) -> bool:
        """Whether what can wait should: the fold needs the machine."""
        return self.loop.rebuild is not None or self.pressed()

    def _folded_at(self) -> datetime | None:
        return self.front.lead() if self.front is not None else self.engine.folded_at

    def _wants(self, mention: Mention) -> bool:
        return (self.front or self.engine.reader).wants(mention)

    def _own_words(self, brand: str) -> Collection[str]:
        return brand_words([each.brand for each in self.in_force.now().setup.brands], brand)

    def _operators(self, at: datetime) -> Sequence[str]:
        return self.in_force.now().operators(self.engine.rules.roster, at)
