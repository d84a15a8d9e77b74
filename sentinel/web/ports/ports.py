"""What the HTTP side is handed: everything it may ask of the rest, and nothing else.

Built by ``serving.py``, read by every route.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from aiohttp import web

from sentinel.clock import Clock
from sentinel.config.config_file import ConfigFile
from sentinel.config.schema import Config
from sentinel.daemon.secret_keeper import SecretsRotated
from sentinel.engine.board import Board
from sentinel.engine.paging_preview import PagingPreview
from sentinel.escalation.recurring_silence import RecurringSilence, SourceMaintenance
from sentinel.escalation.roster import Roster
from sentinel.incidents.change import Change
from sentinel.incidents.command import Command, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.links import ActionLinks
from sentinel.incidents.timeline import TimelineEntry
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.render import Rendered
from sentinel.reports.incident import PostMortem
from sentinel.reports.period import Period
from sentinel.reports.periodic import PeriodicReport
from sentinel.reports.selection import SelectedMention
from sentinel.reports.voice import ReportVoice
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.doubt import Doubt
from sentinel.sentiment.teaching import Teaching
from sentinel.sources.posted import Posted, Told
from sentinel.store.kept_secrets import SecretName
from sentinel.tuning.question import Unanswered, WhatIfAnswer
from sentinel.web.ports.accounts import AuditPort, RecoveryPort, SecondFactorPort, SessionPort, SharedAccessPort
from sentinel.web.ports.alerts import AlertPort
from sentinel.web.ports.author_ignores import AuthorIgnorePort
from sentinel.web.ports.devices import DevicePort
from sentinel.web.ports.duty import OnCallPort, SilencePort
from sentinel.web.ports.figures import ChangePort, LearningPort, MetricsPort
from sentinel.web.ports.heard import AssistantPort, HeardPort, SavedViewPort, TalkPort
from sentinel.web.ports.incidents import AnnotationPort, ScoreReader
from sentinel.web.ports.mentions import MentionPort, PersonPort
from sentinel.web.ports.requests import ConsultationPort, RequestPort


class IncidentReader(Protocol):
    """Incidents as the store has them."""

    async def find(self, *, states: Sequence[State] = (), brand: str | None = None, limit: int = 50) -> list[Incident]:
        """Newest first."""
        ...

    async def get(self, incident_id: str) -> Incident | None:
        """One incident by its id."""
        ...

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """Oldest first."""
        ...

    async def events_after(
        self, after: int = 0, limit: int = 1000, brands: Collection[str] | None = None
    ) -> list[tuple[int, bytes]]:
        """Events as JSON with their running number, oldest first; of these brands alone where some are named."""
        ...


class WhatIfPort(Protocol):
    """What other thresholds and weights would have done with a brand's stored history."""

    async def __call__(
        self, brand: str, thresholds: Thresholds, weights: Mapping[str, float], span: timedelta
    ) -> WhatIfAnswer | Unanswered:
        """Over so long a time up to now; takes seconds, and a limit."""
        ...


class SpellingPort(Protocol):
    """Looks words up in dictionaries."""

    async def __call__(
        self, language: str, words: Sequence[str], known: Collection[str] = ()
    ) -> dict[str, tuple[str, ...]] | None:
        """Those that no dictionary has."""
        ...


class DoubtPort(Protocol):
    """The posts to ask people about."""

    async def of(self, brand: str) -> Sequence[Doubt]:
        """Those of a brand that the serving model doubts most, the most doubted first."""
        ...

    def answered(self, brand: str, text: str) -> None:
        """Somebody has labelled this one: it is not asked about again."""
        ...


class ReportPort(Protocol):
    """Makes reports of what is stored."""

    def voice(self, language: str) -> ReportVoice:
        """Words in a language, as of now."""
        ...

    async def incident(self, incident_id: str) -> PostMortem | None:
        """The report of an incident; ``None`` when there is none of that name."""
        ...

    async def periodic(self, brand: str, period: Period, among: Collection[str] | None = None) -> PeriodicReport:
        """The report of a brand's period; beside these brands alone where some are named, else beside all."""
        ...

    async def selection(self, brand: str, period: Period) -> Sequence[SelectedMention]:
        """The mentions of a period that matter."""
        ...

    async def first_day(self) -> date | None:
        """The oldest day that is counted."""
        ...


async def _no_ingest(name: str, posted: Posted) -> Told | None:
    return None


async def _no_rotation(names: Collection[SecretName]) -> SecretsRotated:
    return SecretsRotated(names=(), paged=0)


async def no_dictionary(
    language: str, words: Sequence[str], known: Collection[str] = ()
) -> dict[str, tuple[str, ...]] | None:
    """Where nothing can be looked up."""
    return None


async def _no_source(name: str, url: str | None) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The HTTP side's view of the daemon.

    Parameters
    ----------
    config
        The configuration in force; asked anew for each request, so that a reload changes tokens, limits and languages
        at once.
    roster
        Who is on call: the configuration in force, and what people changed since.
    board
        The picture of the latest tick; cheap.
    command
        Does what a person asks; returns after the commit.
    annotations
        Takes what people say of an incident without moving it.
    scores
        Scores as they were.
    pressed
        True while the queue is full and posts must wait.
    foresee
        Whom the engine would page for a brand that it knows.
    drill
        Begins a drill; returns after the commit, the incident of a drill that is running already, or ``None`` for a
        brand that is gone.
    learning
        What the sentiment model learnt; only to be looked at.
    teach
        Tells the sentiment model something; returns once that is on disk.
    doubts
        What to ask people about, so that the model learns most.
    playbook
        An incident's playbook, filled, in a language; ``None`` when there is none.
    reload
        Reads the configuration again; raises `ConfigError` and keeps the old one on a mistake.
    reading
        What became of reading it.
    playbooks
        The playbooks at hand.
    what_if
        What other thresholds and weights would have done.
    ailments
        The auditor's complaints in a language, one line each; empty is healthy.
    stuck
        Whether something is wrong that a restart would mend.
    unwritten
        Whether the store takes no writes, so that what is done now is in memory alone.
    ready, starting
        True once the journal's tail is folded; in a language, how far it is, empty once it is done.
    standing
        Roles of this process, and how many duties it has; empty for the only one.
    links
        Reads the links that messages carry, and makes those of the phone page.
    sessions, second_factors, recovery, audit
        Keep who is signed in, what they show besides a password, links that let somebody in who has lost that, and who
        did what.
    shared_access
        What other web processes know of sessions and sign-ins; ``None`` where there is one.
    devices
        Browsers that take people's alerts.
    infrastructure
        Alerts about what Sentinel runs on: tells people of them, and knows who has which.
    reports
        Makes reports of incidents, weeks and months.
    ingest
        Hands a post to the source it is for; ``None`` when none of that name is posted to.
    heard, views
        Finds whatever was heard; filters of it that people keep under a name.
    consultations
        Asks areas of the house about mentions, and takes their answers.
    heard, talk, views
        Finds whatever was heard; says what is talked about in it; filters of it that people keep under a name.
    assistant
        What a machine phrased about an incident.
    persons
        Shows what is held on somebody who posted, and erases it.
    misspelt
        Words of a language that no dictionary has, besides those that are known, with what could stand instead;
        ``None`` where there is no dictionary.
    kept_as
        An author's name as mentions are kept under it: itself, or its pseudonym.
    rotate
        Has secrets of these names replaced; raises `BadInput` for those that stand in the configuration.
    reset_source
        Makes a source, or one address of it, begin anew; False when none of that name runs.
    """

    config: Callable[[], Config]
    roster: Callable[[], Roster]
    board: Callable[[], Board]
    incidents: IncidentReader
    command: Callable[[Command], Awaitable[Change | Refusal]]
    annotations: AnnotationPort
    scores: ScoreReader
    silences: SilencePort
    author_ignores: AuthorIgnorePort
    recurring: Callable[[], tuple[RecurringSilence, ...]]
    maintenance: Callable[[], tuple[SourceMaintenance, ...]]
    oncall: OnCallPort
    foresee: Callable[[str, Level, datetime], PagingPreview]
    drill: Callable[[str, Level, str], Awaitable[Change | Incident | None]]
    mentions: MentionPort
    pressed: Callable[[], bool]
    learning: LearningPort
    teach: Callable[[Teaching], Awaitable[object]]
    doubts: DoubtPort
    playbook: Callable[[Incident, str], Rendered | None]
    reload: Callable[[], Awaitable[Sequence[str]]]
    reading: Callable[[], ConfigFile]
    playbooks: Callable[[], PlaybookSet]
    what_if: WhatIfPort
    ailments: Callable[[str], Sequence[str]]
    ready: Callable[[], bool]
    metrics: MetricsPort
    changes: ChangePort
    links: ActionLinks
    infrastructure: AlertPort
    sessions: SessionPort
    second_factors: SecondFactorPort
    recovery: RecoveryPort
    devices: DevicePort
    audit: AuditPort
    reports: ReportPort
    persons: PersonPort
    heard: HeardPort
    talk: TalkPort
    assistant: AssistantPort
    views: SavedViewPort
    requests: RequestPort
    consultations: ConsultationPort
    clock: Clock
    starting: Callable[[str], str] = lambda _: ""
    standing: Callable[[], str] = lambda: ""
    stuck: Callable[[], bool] = lambda: False
    reset_source: Callable[[str, str | None], Awaitable[bool]] = _no_source
    rotate: Callable[[Collection[SecretName]], Awaitable[SecretsRotated]] = _no_rotation
    ingest: Callable[[str, Posted], Awaitable[Told | None]] = _no_ingest
    unwritten: Callable[[], bool] = lambda: False
    kept_as: Callable[[str], str] = lambda name: name
    misspelt: SpellingPort = no_dictionary
    shared_access: SharedAccessPort | None = None


PORTS = web.AppKey("ports", Ports)
