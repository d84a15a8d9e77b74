"""Hands the HTTP side what it may ask of the running daemon: the one place where a port of the web meets the room
behind it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.selfcheck import SelfCheck
from sentinel.assembly.shared_access import SharedAccess
from sentinel.assembly.sources import SourceRunners
from sentinel.clock import Clock
from sentinel.cluster.shared_persons import SharedPersons
from sentinel.cluster.shared_sources import SharedSources
from sentinel.config.config_file import ConfigFile
from sentinel.daemon.annotation_keeper import AnnotationKeeper
from sentinel.daemon.assistant.assistant_keeper import AssistantKeeper
from sentinel.daemon.author_ignore_keeper import AuthorIgnoreKeeper
from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.daemon.consultation_keeper import ConsultationKeeper
from sentinel.daemon.doubted_posts import DoubtedPosts
from sentinel.daemon.infrastructure_alerts import InfrastructureAlerts
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.oncall_keeper import OnCallKeeper
from sentinel.daemon.person_keeper import PersonKeeper
from sentinel.daemon.push_keeper import PushKeeper
from sentinel.daemon.request_keeper import RequestKeeper
from sentinel.daemon.score_log import ScoreLog
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.daemon.silence_keeper import SilenceKeeper
from sentinel.daemon.spelling import Spelling
from sentinel.daemon.stored_reports import StoredReports
from sentinel.daemon.talk_reader import TalkReader
from sentinel.engine.engine import Engine
from sentinel.engine.paging_preview import foresee
from sentinel.metrics.metrics import Metrics
from sentinel.notify.admission import Admission
from sentinel.scoring.thresholds import Thresholds
from sentinel.sources.http import MentionIntake
from sentinel.store.audit import AuditStore
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.mention_search import MentionSearch
from sentinel.store.recovery_links import RecoveryLinks
from sentinel.store.saved_views import SavedViewStore
from sentinel.store.second_factors import SecondFactorStore
from sentinel.store.sessions import SessionStore
from sentinel.tuning.question import Unanswered, WhatIfAnswer, WhatIfQuestion, rescored, setup_of
from sentinel.tuning.what_if import WhatIfProcess
from sentinel.web.changes import Changes
from sentinel.web.ports.ports import Ports, WhatIfPort

WARMING = timedelta(days=7)
"""Of history before the span that is asked about: a week tells what is usual at which hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPorts:
    """The daemon's parts that some page or route asks something of, once all of them stand.

    Parameters
    ----------
    in_force
        The configuration as it is now.
    committed
        Told when rows were added to the outbox.
    pressed, ready, starting, reload, reading, standing
        Whether the queue is full; whether the journal's tail is folded; how far that is; reads the configuration anew;
        what became of that; what this process of several is.
    """

    database: Database
    engine: Engine
    store: FailoverStore
    incidents: LatestIncidents
    journal: Journal
    loop: FoldLoop
    listening: SourceRunners
    sources: SourceRunners | SharedSources
    annotations: AnnotationKeeper
    silences: SilenceKeeper
    author_ignores: AuthorIgnoreKeeper
    requests: RequestKeeper
    consultations: ConsultationKeeper
    oncall: OnCallKeeper
    board: BoardKeeper
    scores: ScoreLog
    admission: Admission
    watch: SelfCheck
    reports: StoredReports
    talk: TalkReader
    assistant: AssistantKeeper
    alerts: InfrastructureAlerts
    metrics: Metrics
    changes: Changes
    secrets: SecretKeeper
    push: PushKeeper
    clock: Clock
    in_force: Callable[[], ActiveConfig]
    committed: Callable[[], None]
    pressed: Callable[[], bool]
    ready: Callable[[], bool]
    starting: Callable[[str], str]
    reload: Callable[[], Awaitable[Sequence[str]]]
    reading: Callable[[], ConfigFile]
    standing: Callable[[], str]
    shared_access: SharedAccess | None = None


def rooms_of(
    parts: DaemonParts,
    *,
    ready: Callable[[], bool],
    reload: Callable[[], Awaitable[Sequence[str]]],
    reading: Callable[[], ConfigFile],
    standing: Callable[[], str],
) -> WebPorts:
    """All of them, once they stand."""
    loop = parts.loop
    return WebPorts(
        database=parts.database,
        engine=parts.engine,
        store=parts.store,
        incidents=parts.incidents,
        journal=parts.journal,
        loop=loop,
        listening=parts.listening,
        sources=parts.sources,
        annotations=parts.annotations,
        silences=parts.silences,
        author_ignores=parts.author_ignores,
        oncall=parts.oncall,
        requests=parts.requests,
        consultations=parts.request_room.consultations,
        board=parts.board,
        scores=parts.scores,
        admission=parts.sending.admission,
        watch=parts.watch,
        reports=parts.reporting.desk,
        talk=parts.talk,
        assistant=parts.assistant,
        alerts=parts.alerts,
        metrics=parts.metrics,
        changes=parts.changes,
        secrets=parts.secrets,
        push=parts.push,
        clock=parts.clock,
        in_force=parts.in_force.now,
        committed=parts.committed,
        pressed=parts.pressed,
        ready=ready,
        starting=lambda language: each.said(language) if (each := loop.rebuild) is not None else "",
        reload=reload,
        reading=reading,
        standing=standing,
        shared_access=parts.front.access if parts.front is not None else None,
    )


def ports_of(rooms: WebPorts) -> Ports:
    """What the web asks, each bound to the room that answers."""
    engine, spending = rooms.engine, rooms.admission.account.spending
    return Ports(
        config=lambda: rooms.in_force().config,
        roster=lambda: engine.rules.roster,
        board=rooms.board.board,
        incidents=rooms.incidents,
        command=rooms.loop.command,
        annotations=rooms.annotations,
        scores=rooms.scores,
        silences=rooms.silences,
        author_ignores=rooms.author_ignores,
        requests=rooms.requests,
        consultations=rooms.consultations,
        recurring=lambda: engine.setup.recurring,
        maintenance=lambda: engine.setup.maintenance,
        oncall=rooms.oncall,
        foresee=lambda brand, level, at: foresee(engine, brand, level, at, lambda who: spending(who, at)),
        drill=rooms.loop.drill,
        mentions=MentionIntake(
            journal=rooms.journal,
            clock=rooms.clock,
            heard=rooms.listening.told_of_posts(),
            zones=(ZoneInfo(rooms.in_force().config.timezone), UTC),
            pressed=rooms.pressed,
        ),
        pressed=rooms.pressed,
        learning=engine.learning,
        teach=lambda teaching: rooms.journal.append([], teachings=[teaching]),
        doubts=DoubtedPosts(
            journal=rooms.journal,
            learning=engine.learning,
            brands=lambda: [each.brand for each in rooms.in_force().setup.brands],
            clock=rooms.clock,
        ),
        playbook=lambda incident, language: rooms.in_force().briefing.playbook(incident, language, rooms.clock.now()),
        reload=rooms.reload,
        reading=rooms.reading,
        playbooks=lambda: rooms.in_force().playbooks,
        what_if=_what_if(rooms),
        ailments=rooms.watch.auditor.texts,
        stuck=rooms.watch.auditor.stuck,
        unwritten=lambda: rooms.store.failing,
        ready=rooms.ready,
        starting=rooms.starting,
        metrics=rooms.metrics,
        changes=rooms.changes,
        links=rooms.secrets.links,
        rotate=lambda names: rooms.secrets.rotate(names, rooms.loop),
        infrastructure=rooms.alerts,
        sessions=SessionStore(rooms.database, lambda: rooms.secrets.form_secret),
        second_factors=SecondFactorStore(rooms.database),
        recovery=RecoveryLinks(rooms.database),
        devices=rooms.push,
        audit=AuditStore(rooms.database),
        reports=rooms.reports,
        persons=_persons(rooms),
        heard=MentionSearch(rooms.database),
        shared_access=rooms.shared_access,
        misspelt=Spelling(lambda: rooms.in_force().config.requests.dictionaries).misspelt,
        talk=rooms.talk,
        assistant=rooms.assistant,
        kept_as=lambda name: hidden.author(name) if (hidden := rooms.in_force().pseudonyms) is not None else name,
        views=SavedViewStore(rooms.database),
        clock=rooms.clock,
        ingest=rooms.listening.ingest,
        reset_source=rooms.sources.begin_anew,
        standing=rooms.standing,
    )


def _persons(rooms: WebPorts) -> PersonKeeper:
    kind = SharedPersons if rooms.in_force().config.cluster.partitions else PersonKeeper
    return kind(rooms.database, rooms.journal, rooms.loop, rooms.clock, rooms.secrets.pseudonym)


def _what_if(rooms: WebPorts) -> WhatIfPort:
    """Asks a process beside the daemon, over the daemon's own history."""
    beside = WhatIfProcess()

    async def what_if(
        brand: str, thresholds: Thresholds, weights: Mapping[str, float], span: timedelta
    ) -> WhatIfAnswer | Unanswered:
        in_force, since = rooms.in_force(), rooms.clock.now() - span
        engine = rooms.engine
        whole = replace(
            in_force.setup, author_ignores=engine.author_ignores, calendar_versions=engine.calendars.versions
        )
        setup = setup_of(whole, brand)
        if setup is None:
            return Unanswered.GONE
        other = rescored(setup.brands[0].scoring, thresholds, weights)
        question = WhatIfQuestion(
            setup=setup,
            other=other,
            heard_since=since - WARMING,
            since=since,
            zone=in_force.config.timezone,
            store=rooms.database.address,
        )
        return await beside.ask(question)

    return what_if
