"""A daemon that stands still: ports with a board made by hand, an incident store in memory, and a door that only
counts.
"""

import math
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

import msgspec
from aiohttp import ClientSession, CookieJar
from prometheus_client import CollectorRegistry

from sentinel.assembly.build import roster
from sentinel.assembly.recurring_silences import maintenance, recurring_silences
from sentinel.config.config_file import ConfigFile
from sentinel.config.schema import Config
from sentinel.daemon.author_ignore_keeper import AuthorIgnoreKeeper
from sentinel.daemon.oncall_keeper import OnCallKeeper
from sentinel.daemon.person_keeper import Erased, ErasurePending, FoldBehind, HeldOn, NoSuchErasure
from sentinel.daemon.push_keeper import PushKeeper
from sentinel.daemon.secret_keeper import SecretsRotated
from sentinel.daemon.silence_keeper import SilenceKeeper
from sentinel.daemon.talk_reader import TalkReader
from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.engine.paging_preview import PagingPreview
from sentinel.errors import BadInput
from sentinel.escalation.contact import Contact
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.policy import Policy, Step
from sentinel.escalation.roster import Roster
from sentinel.escalation.silence import Silence
from sentinel.incidents.annotations import Annotation, Tick, annotated
from sentinel.incidents.change import Change, Event
from sentinel.incidents.command import Command, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.infrastructure_alert import InfrastructureAlert
from sentinel.incidents.lifecycle import assessed, commanded, opened
from sentinel.incidents.links import ActionLinks
from sentinel.incidents.preview import rehearse
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import TimelineEntry
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.mention import Author, Mention
from sentinel.metrics.metrics import Metrics
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.render import Rendered
from sentinel.playbooks.reply import DraftReply, Tone
from sentinel.playbooks.statement import Channel
from sentinel.reports.day import BrandDay
from sentinel.scoring.assessment import Assessment, Evidence
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.teaching import Teaching
from sentinel.sources.posted import Posted, Told
from sentinel.store.annotations import Ticked
from sentinel.store.kept_secrets import SecretName
from sentinel.store.person import HeldRow, Sought
from sentinel.tuning.question import Unanswered, WhatIfAnswer
from sentinel.web.changes import Changes
from sentinel.web.ports.accounts import AuditPort, SessionPort
from sentinel.web.ports.ports import Ports, SpellingPort, no_dictionary
from sentinel.web.server import build_web, serve
from tests.fakes import START, FakeClock
from tests.web.alerts import StandAlerts
from tests.web.desk import StandDesk
from tests.web.doubts import StandDoubts
from tests.web.drawers import AuditDrawer, DeviceDrawer, RecoveryDrawer, SecondFactorDrawer, SessionDrawer
from tests.web.heard import StandAssistant, StandConsultations, StandHeard, StandRequests, StandViews

SIGNALS = ("volume", "negativity", "spread", "persistence")
REASONS = (
    Evidence(
        signal="volume",
        key="evidence.volume",
        facts=(("times", 14.2), ("count", 128.0), ("minutes", 30), ("usual", 9.0)),
    ),
    Evidence(
        signal="negativity",
        key="evidence.negativity",
        facts=(("share", 81.0), ("minutes", 30), ("count", 104.0), ("voices", 128.0)),
    ),
    Evidence(signal="spread", key="evidence.spread", facts=(("count", 3.0), ("sources", "bluesky, mastodon, reviews"))),
)
POLICY = Policy(
    name="default",
    steps=(Step(notify=("ana",), after=timedelta(0)), Step(notify=("boss",), after=timedelta(minutes=10))),
    repeat=2,
    repeat_after=timedelta(minutes=10),
    crisis_pace=2.0,
    catch_all=("boss",),
)
RULES = Rules(
    acknowledgement_expires=timedelta(minutes=30),
    max_snooze=timedelta(hours=12),
    reopen_within=timedelta(hours=2),
    update_every=timedelta(minutes=5),
    contacts={"ana": Contact(channels=("ntfy",)), "boss": Contact(channels=("mailto",))},
)
SAMPLES = (
    (
        "Tercer día sin servicio de @acme y nadie responde. ¿Alguien más igual?",
        "ana.bsky.social",
        1234,
        "https://bsky.app/profile/ana/post/3k",
    ),
    (
        "Acme, mi negocio lleva parado desde el lunes. Esto no es serio.",
        "panaderia_sol",
        48200,
        "https://mastodon.social/@sol/1",
    ),
    ("Otra vez la app de @acme caída… y el teléfono comunica", "luis", 88, None),
)


def a_config(**web: object) -> Config:
    """Four brands, two contacts; keywords go to ``web``."""
    return Config.model_validate(
        {
            "language": "es",
            "timezone": "Europe/Madrid",
            "brands": [{"name": name} for name in ("Acme", "Nube Telecom", "Banco Sol", "Café Aurora")],
            "contacts": {"ana": {"name": "Ana", "channels": ["log://"]}, "boss": {"channels": ["log://"]}},
            "web": web,
        }
    )


def an_assessment(brand: str, level: Level, score: float | None, at: datetime = START, **fields: object) -> Assessment:
    """``score`` spread over three signals."""
    shares = (
        {"volume": 0.48, "negativity": 0.34, "spread": 0.18, "persistence": 0.0}
        if score
        else dict.fromkeys(SIGNALS, 0.0)
    )
    points = {} if score is None else {signal: round(score * share, 2) for signal, share in shares.items()}
    samples = tuple(
        Mention(
            source="bluesky",
            id=f"s{n}",
            text=text,
            published_at=at - timedelta(minutes=7 * n + 2),
            url=url,
            author=Author(handle=handle, followers=followers),
        )
        for n, (text, handle, followers, url) in enumerate(SAMPLES)
    )
    made = Assessment(
        brand=brand,
        at=at,
        score=score,
        contributions=points,
        level=level,
        evidence=REASONS if score else (),
        gates=(),
        warming=False,
        samples=samples,
        mentions=128,
        negatives=104,
        authors=97,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # whichever field a test names


def a_history(
    now: datetime, base: float, peak: float | None, *, gap: tuple[int, int] | None = None
) -> tuple[tuple[datetime, float | None], ...]:
    """A day in five-minute steps: a mood around ``base``, a rise to ``peak`` at the end, unknown between the hours of
    ``gap``.
    """
    points: list[tuple[datetime, float | None]] = []
    for step in range(288):
        at = now - timedelta(minutes=5 * (287 - step))
        hours = (now - at) / timedelta(hours=1)
        mood = base + 3 * math.sin(step / 9) + 2 * math.sin(step / 3.7)
        rise = ((peak or base) - base) / (1 + math.exp((hours - 1.2) * 3.2)) if peak else 0.0
        unknown = gap is not None and gap[1] <= hours <= gap[0]
        points.append((at, None if unknown else max(0.0, mood + rise)))
    return tuple(points)


@cache
def shipped() -> PlaybookSet:
    """The playbooks that ship."""
    return read_playbooks()


@dataclass
class Stand:
    """What stands behind the HTTP side; a test sets what it cares for."""

    config: Config = field(default_factory=a_config)
    clock: FakeClock = field(default_factory=FakeClock)
    cards: list[BrandCard] = field(default_factory=list)
    sources: list[SourceCard] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    lines: dict[str, list[TimelineEntry]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    held_rows: list[HeldRow] = field(default_factory=list)
    rotation_fails: Exception | None = None
    hers: list[Mention] = field(default_factory=list)
    fold_behind: bool = False
    erasure_pending: ErasurePending | None = None
    learning: LearningModel = field(default_factory=lambda: LearningModel(SentimentModel()))
    teachings: list[Teaching] = field(default_factory=list)
    doubts: StandDoubts = field(default_factory=StandDoubts)
    pressed: bool = False
    ready: bool = True
    starting: str = ""
    ailments: list[str] = field(default_factory=list)
    stuck: bool = False
    unwritten: bool = False
    kept_as: Callable[[str], str] = field(default=lambda name: name)
    misspelt: SpellingPort = field(default=no_dictionary)
    reloads: int = 0
    reload_fails: Exception | None = None
    reload_warns: tuple[str, ...] = ()
    reading: ConfigFile = field(default_factory=lambda: ConfigFile(path="config/sentinel.yaml", read_at=START))
    asked: list[tuple[str, tuple[float, float, float], dict[str, float], timedelta]] = field(default_factory=list)
    answer: WhatIfAnswer | Unanswered = Unanswered.FAILED
    store_fails: Exception | None = None
    door_fails: Exception | None = None
    bodies: list[tuple[bytes, str]] = field(default_factory=list)
    taken: "Taken" = field(default_factory=lambda: Taken(accepted=1))
    commands: list[Command] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    ticks: dict[tuple[str, str], Ticked] = field(default_factory=dict)
    annotation_fails: Exception | None = None
    changes: Changes = field(default_factory=Changes)
    posted: list[Posted] = field(default_factory=list)
    resets: list[tuple[str, str | None]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=lambda: Metrics(CollectorRegistry()))
    links: ActionLinks = field(default_factory=lambda: ActionLinks(bytes(range(32))))
    rendered: Rendered | None = None
    days: list[BrandDay] = field(default_factory=list)
    board_age: timedelta = timedelta(0)
    sessions: SessionPort = field(default_factory=SessionDrawer)
    second_factors: SecondFactorDrawer = field(default_factory=SecondFactorDrawer)
    recovery: RecoveryDrawer = field(default_factory=RecoveryDrawer)
    audit: AuditPort = field(default_factory=AuditDrawer)
    heard: StandHeard = field(default_factory=StandHeard)
    views: StandViews = field(default_factory=StandViews)
    assistant: StandAssistant = field(default_factory=StandAssistant)
    playbooks: PlaybookSet = field(default_factory=shipped)
    silences: SilenceKeeper = field(init=False)
    author_ignores: AuthorIgnoreKeeper = field(init=False)
    oncall: OnCallKeeper = field(init=False)
    device_drawer: DeviceDrawer = field(default_factory=DeviceDrawer)
    devices: PushKeeper = field(init=False)
    infrastructure: StandAlerts = field(init=False)
    consultations: StandConsultations = field(init=False)

    async def _ingest(self, name: str, posted: Posted) -> Told | None:
        if name != "partner":
            return None
        self.posted.append(posted)
        return Told(status=202, body='{"accepted":1,"rejected":0}')

    async def _reset_source(self, name: str, url: str | None) -> bool:
        if url == "https://elsewhere.example":
            raise BadInput("none of its addresses")
        self.resets.append((name, url))
        return name == "press"

    def __post_init__(self) -> None:
        self.silences = SilenceKeeper(Drawer(), self.clock, self._silenced)
        self.author_ignores = AuthorIgnoreKeeper(
            IgnoreDrawer(),
            self._turn,
            self.clock,
            folded_at=lambda: None,
            changed=lambda _: None,
            retention=timedelta(days=90),
        )
        self.oncall = OnCallKeeper(OnCallShelf(), self.clock, self._staffed)
        self.devices = PushKeeper(
            self.device_drawer, self.clock, lambda: bytes(range(64, 96)), lambda: "https://sentinel.example"
        )
        self.consultations = StandConsultations(self.heard, lambda: self.config, self.clock)
        self.infrastructure = StandAlerts(
            lambda: self.config, self.playbooks, self.links, self.changes.bump, self.clock
        )

    @property
    def alerts(self) -> list[InfrastructureAlert]:
        """What Alertmanager brought."""
        return self.infrastructure.seen

    async def _staffed(self, changes: Sequence[Override | Swap]) -> None:
        """The roster asks for them."""

    def roster(self) -> Roster:
        made = self.oncall.all()
        overrides = [each for each in made if isinstance(each, Override)]
        return roster(self.config).with_changes(overrides, [each for each in made if isinstance(each, Swap)])

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[datetime]:
        yield self.clock.now()

    async def _silenced(self, silences: Sequence[Silence]) -> None:
        """Nobody here looks at them."""

    def board(self) -> Board:
        return Board(
            at=self.clock.now() - self.board_age, brands=tuple(self.cards), sources=tuple(self.sources), queue=0
        )

    def ports(self) -> Ports:
        return Ports(
            config=lambda: self.config,
            roster=self.roster,
            board=self.board,
            incidents=self,
            command=self.command,
            annotations=self,
            scores=self,
            silences=self.silences,
            author_ignores=self.author_ignores,
            recurring=lambda: tuple(recurring_silences(self.config)),
            maintenance=lambda: tuple(maintenance(self.config)),
            oncall=self.oncall,
            foresee=self.foresee,
            drill=self.drill,
            mentions=self,
            pressed=lambda: self.pressed,
            learning=self.learning,
            teach=self.teach,
            doubts=self.doubts,
            playbook=lambda incident, language: self.rendered,
            reload=self.reload,
            ailments=lambda _: self.ailments,
            reading=lambda: self.reading,
            playbooks=lambda: self.playbooks,
            what_if=self.what_if,
            ready=lambda: self.ready,
            starting=lambda _: self.starting,
            metrics=self.metrics,
            changes=self.changes,
            links=self.links,
            persons=self,
            heard=self.heard,
            assistant=self.assistant,
            talk=TalkReader(self.heard, self._words, self.clock),
            views=self.views,
            requests=StandRequests(self.heard, self.clock),
            consultations=self.consultations,
            clock=self.clock,
            stuck=lambda: self.stuck,
            ingest=self._ingest,
            reset_source=self._reset_source,
            rotate=self._rotate,
            unwritten=lambda: self.unwritten,
            infrastructure=self.infrastructure,
            sessions=self.sessions,
            second_factors=self.second_factors,
            recovery=self.recovery,
            audit=self.audit,
            devices=self.devices,
            reports=StandDesk(self),
            kept_as=self.kept_as,
            misspelt=self.misspelt,
        )

    def _words(self, brand: str) -> frozenset[str]:
        return frozenset(brand.lower().split())

    async def _rotate(self, names: Collection[SecretName]) -> SecretsRotated:
        if self.rotation_fails is not None:
            raise self.rotation_fails
        return SecretsRotated(names=tuple(names), paged=2)

    # -- the store
    # ----------------------------------------------------------------------------------------------------------

    async def find(self, *, states: Sequence[State] = (), brand: str | None = None, limit: int = 50) -> list[Incident]:
        found = [each for each in self.incidents.values() if each.state in states and brand in (None, each.brand)]
        return sorted(found, key=lambda each: each.opened_at, reverse=True)[:limit]

    async def get(self, incident_id: str) -> Incident | None:
        if self.store_fails is not None:
            raise self.store_fails
        return self.incidents.get(incident_id)

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        return self.lines[incident_id]

    async def events_after(
        self, after: int = 0, limit: int = 1000, brands: Collection[str] | None = None
    ) -> list[tuple[int, bytes]]:
        wanted = ((n, e) for n, e in enumerate(self.events, 1) if n > after and (brands is None or e.brand in brands))
        return [(n, msgspec.json.encode(event)) for n, event in wanted][:limit]

    # -- the sentiment model
    # ------------------------------------------------------------------------------------------------

    async def teach(self, teaching: Teaching) -> None:
        self.teachings.append(teaching)

    # -- the daemon
    # ---------------------------------------------------------------------------------------------------------

    async def command(self, command: Command) -> Change | Refusal:
        self.commands.append(command)
        incident = self.incidents[command.incident]
        if incident.state is State.CLOSED:
            return Refusal.UNKNOWN
        answer = commanded(incident, command, RULES, self.clock.now())
        if isinstance(answer, Change):
            self._took(answer)
        return answer

    async def say(self, annotation: Annotation) -> Change | Refusal:
        if self.annotation_fails is not None:
            raise self.annotation_fails
        incident, now = self.incidents.get(annotation.incident), self.clock.now()
        if incident is None:
            return Refusal.UNKNOWN
        answer = annotated(incident, annotation, now)
        if isinstance(answer, Change):
            if isinstance(annotation, Tick):
                self.ticks.pop((annotation.incident, annotation.item), None)
                if annotation.done:
                    self.ticks[annotation.incident, annotation.item] = Ticked(
                        item=annotation.item, by=annotation.by, at=now
                    )
            self.annotations.append(annotation)
            self._took(answer)
        return answer

    async def ticked(self, incident_id: str) -> list[Ticked]:
        return [each for (owner, _), each in self.ticks.items() if owner == incident_id]

    async def between(self, brand: str, begin: datetime, end: datetime) -> list[tuple[datetime, float | None]]:
        history = next((card.history for card in self.cards if card.name == brand), ())
        return [(at, score) for at, score in history if begin <= at <= end]

    def foresee(self, brand: str, level: Level, at: datetime) -> PagingPreview:
        calls = rehearse(brand, level, POLICY, RULES, at)
        return PagingPreview(brand=brand, level=level, at=at, capped_by=None, silenced_by=None, calls=calls)

    async def drill(self, brand: str, level: Level, by: str) -> Change | Incident | None:
        if (
            running := next(
                (each for each in self.incidents.values() if each.drill and each.live and each.brand == brand), None
            )
        ) is not None:
            return running
        change = opened(
            an_assessment(brand, level, 90.0, self.clock.now()), RULES, POLICY, self.clock.now(), drill=True
        )
        self._took(change)
        return change

    def admit(self) -> None:
        pass

    async def show(self, sought: Sought) -> HeldOn:
        self.people.append(sought.author)
        return HeldOn(mentions=tuple(self.hers), rows=tuple(self.held_rows))

    async def erase(self, sought: Sought, number: int | None = None) -> Erased:
        if (pending := self.erasure_pending) is not None and number != pending.number:
            raise pending if number is None else NoSuchErasure(f"erasure {number}: there is none of that number")
        if self.fold_behind:
            raise FoldBehind("the fold is 7 entries behind")
        self.people.append(sought.author)
        return Erased(mentions=3, rows=5, packed=True)

    async def take(self, body: bytes, content_type: str, sources: tuple[str, ...]) -> "Taken":
        if self.door_fails is not None:
            raise self.door_fails
        self.bodies.append((body, content_type))
        return self.taken

    async def what_if(
        self, brand: str, thresholds: Thresholds, weights: Mapping[str, float], span: timedelta
    ) -> WhatIfAnswer | Unanswered:
        self.asked.append((brand, thresholds, dict(weights), span))
        return self.answer

    async def reload(self) -> tuple[str, ...]:
        self.reloads += 1
        if self.reload_fails is not None:
            raise self.reload_fails
        return self.reload_warns

    def scored(self, assessment: Assessment) -> Incident:
        """The lifecycle looks at this assessment, as a tick would."""
        before = next((each for each in self.incidents.values() if each.brand == assessment.brand), None)
        change = assessed(before, assessment, RULES, POLICY, assessment.at)
        assert change is not None
        self._took(change)
        return change.incident

    def _took(self, change: Change) -> None:
        self.incidents[change.incident.id] = change.incident
        self.lines.setdefault(change.incident.id, []).extend(change.timeline)
        self.events.extend(change.events)

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator["Client"]:
        """The real server on a real socket, and a browser that follows no redirects by itself."""
        async with (
            serve(build_web(self.ports()), "127.0.0.1", 0) as bound,
            ClientSession(bound.url, headers=headers, cookie_jar=CookieJar(unsafe=True)) as session,
        ):
            yield Client(session, bound.url)


@dataclass
class OnCallShelf:
    """Where changes of schedules are put."""

    kept: dict[str, Override | Swap] = field(default_factory=dict)

    async def all(self) -> list[Override | Swap]:
        return list(self.kept.values())

    async def save(self, change: Override | Swap) -> None:
        self.kept[change.id] = change

    async def remove(self, name: str) -> bool:
        return self.kept.pop(name, None) is not None

    async def prune(self, before: datetime) -> None:
        self.kept = {name: each for name, each in self.kept.items() if each.ends_at >= before}


@dataclass
class Drawer:
    """Where silences are put."""

    kept: dict[str, Silence] = field(default_factory=dict)

    async def save(self, silence: Silence) -> None:
        self.kept[silence.id] = silence

    async def all(self) -> list[Silence]:
        return list(self.kept.values())

    async def end(self, name: str, at: datetime) -> Silence | None:
        if name in self.kept:
            self.kept[name] = self.kept[name].ended(at)
        return self.kept.get(name)

    async def prune(self, before: datetime) -> list[Silence]:
        self.kept = {name: each for name, each in self.kept.items() if each.ends_at >= before}
        return list(self.kept.values())


@dataclass
class IgnoreDrawer:
    """Where ignored accounts are put."""

    kept: dict[str, AuthorIgnore] = field(default_factory=dict)

    async def save(self, ignore: AuthorIgnore) -> None:
        self.kept[ignore.id] = ignore

    async def all(self) -> list[AuthorIgnore]:
        return list(self.kept.values())

    async def end(self, name: str, at: datetime) -> AuthorIgnore | None:
        if name in self.kept:
            self.kept[name] = self.kept[name].ended(at)
        return self.kept.get(name)

    async def prune(self, before: datetime) -> list[AuthorIgnore]:
        return [each for each in self.kept.values() if each.ends_at >= before]


@dataclass(frozen=True)
class Taken:
    """What the door says."""

    accepted: int = 0
    duplicates: int = 0
    rejected: tuple[tuple[int, str], ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str]

    @property
    def json(self) -> dict:  # type: ignore[type-arg]
        return msgspec.json.decode(self.text)


@dataclass(frozen=True)
class Client:
    """Asks and reads whole answers."""

    session: ClientSession
    url: str

    async def get(self, path: str, **rest: object) -> Answer:
        return await self.ask("GET", path, **rest)

    async def post(self, path: str, **rest: object) -> Answer:
        return await self.ask("POST", path, **rest)

    async def ask(self, method: str, path: str, **rest: object) -> Answer:
        async with self.session.request(method, path, allow_redirects=False, **rest) as response:  # type: ignore[arg-type]
            text = await response.text()
            cookies = {name: morsel.OutputString() for name, morsel in response.cookies.items()}
            return Answer(response.status, dict(response.headers), text, cookies)


def a_crisis(stand: Stand) -> Incident:
    """Acme catches fire: watch, then crisis; Ana is paged."""
    now = stand.clock.now()
    stand.scored(an_assessment("Acme", Level.WATCH, 41.0, now - timedelta(minutes=24)))
    seen = an_assessment("Acme", Level.CRISIS, 87.4, now)
    incident = stand.scored(an_assessment("Acme", Level.CRISIS, 84.0, now - timedelta(minutes=18)))
    stand.scored(an_assessment("Acme", Level.CRISIS, 87.4, now - timedelta(minutes=9)))
    incident = stand.incidents[incident.id]
    stand.cards.append(
        BrandCard(name="Acme", assessment=seen, incident=incident, blind=(), history=a_history(now, 12, 86))
    )
    stand.rendered = a_playbook()
    return incident


def a_quiet_morning(stand: Stand) -> None:
    """Beside Acme: one brand goes unseen, one is calm and new, one is calm; a source is silent, one fails now and
    then.
    """
    now = stand.clock.now()
    blind = an_assessment("Nube Telecom", Level.CALM, None, now)
    new = an_assessment("Banco Sol", Level.CALM, 8.2, now, warming=True, mentions=6, negatives=1, authors=6)
    calm = an_assessment("Café Aurora", Level.CALM, 17.0, now, mentions=42, negatives=5, authors=40)
    stand.cards += [
        a_card(blind, a_history(now, 15, None, gap=(3, 0)), "mastodon"),
        a_card(new, a_history(now, 8, None)[-120:]),
        a_card(calm, a_history(now, 16, None, gap=(14, 12))),
    ]
    stand.sources += [
        a_source("bluesky", "bluesky", now - timedelta(seconds=2), now - timedelta(seconds=4)),
        a_source(
            "mastodon",
            "mastodon",
            now - timedelta(hours=3, minutes=4),
            now - timedelta(hours=3),
            37,
            "mastodon.social answers 503",
        ),
        a_source("prensa", "feeds", now - timedelta(minutes=4), now - timedelta(minutes=51), 2, "timeout after 15 s"),
        a_source("reviews", "http", None, None),
    ]


def a_card(seen: Assessment, history: tuple[tuple[datetime, float | None], ...] = (), *blind: str) -> BrandCard:
    return BrandCard(name=seen.brand, assessment=seen, incident=None, blind=blind, history=history)


def a_source(
    name: str, type: str, success: datetime | None, event: datetime | None, failures: int = 0, detail: str = ""
) -> SourceCard:
    """Stale when it has failed many times."""
    return SourceCard(
        name=name,
        type=type,
        stale=failures > 9,
        last_success=success,
        last_event=event,
        failures=failures,
        detail=detail,
    )


def a_playbook() -> Rendered:
    """Short, with every form the pages must show."""
    return Rendered(
        title="Caída del servicio · Acme",
        language="es",
        sections=(
            (
                "Qué está pasando",
                "**Acme** está en crisis: 128 menciones.\n\n> Tercer día sin servicio\n\n[ver](https://example.org/a)",
            ),
            (
                "Primeros 15 / 60 minutos",
                "- [ ] **Confirma** la caída con operaciones\n- [ ] **Publica** el comunicado de espera",
            ),
            ("Comunicado de espera", "### Bluesky\n\nSabemos que el servicio falla. Próximas noticias a las 11:00."),
        ),
        first_steps=("Confirma la caída con operaciones", "Publica el comunicado de espera", "Pausa lo programado"),
        holding_statements={Channel.BLUESKY: "Sabemos que el servicio falla."},
        draft_replies=(DraftReply(tone=Tone.ANGRY, form="tú", text="Tienes razón."),),
    )
