"""Every metric Sentinel shows, on a registry that is handed in; beside the flow, told by whoever sees something worth
counting.

Labels come from closed sets or from the configuration. Every child exists from the start, so that a rate exists before
the first failure; what a reload takes away disappears.
"""

import math
import platform
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product

from prometheus_client import CollectorRegistry, Gauge, GCCollector, Histogram, PlatformCollector, ProcessCollector

from sentinel import __version__
from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.engine.classification import Taught, Teacher
from sentinel.escalation.budget import BudgetKind
from sentinel.incidents.incident import Incident, Verdict
from sentinel.metrics.assistant import AssistantFigures
from sentinel.metrics.brands import BrandFigures
from sentinel.metrics.event_calendars import CalendarFigures
from sentinel.metrics.exposition import NOTHING, expose
from sentinel.metrics.logins import LOGINS
from sentinel.metrics.prequential import Prequential
from sentinel.metrics.requests import RequestFigures
from sentinel.metrics.running import RunningFigures
from sentinel.metrics.table import Cell, Tables
from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.learning_model import LessonOutcome
from sentinel.sentiment.sentiment import Label

OUTCOMES = ("accepted", "retry", "failed", "unknown", "dropped")
"""What can become of a page."""
LATENCY_BUCKETS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds: from a page within one tick to one that was an hour late."""
BUDGETS = tuple(kind.value for kind in BudgetKind)
ACKNOWLEDGE_BUCKETS = (30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds: people, not machines."""
ALERT_STATUSES = ("firing", "resolved")
REFUSALS = ("unreadable", "empty", "damaged")
"""Why an item of a source is no mention; the sources name them."""
CLASSES = ("2xx", "3xx", "4xx", "5xx")


class Metrics:
    """What dashboards and alerting rules rely on.

    Parameters
    ----------
    registry
        Where the metrics live; never the library's global one, so that two daemons in one process do not share figures.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        PlatformCollector(registry=registry)
        build = Gauge("sentinel_build_info", "Which Sentinel this is.", ["version", "python"], registry=registry)
        build.labels(__version__, platform.python_version()).set(1)
        tables = self._tables = Tables(registry)
        self._received = tables.counter("mentions_received", "Mentions a source brought that were new.", "source")
        self._refused = tables.counter(
            "source_refused", "Items of a source that were no mentions, by why.", "source", "reason"
        )
        self._mentions = tables.counter("mentions", "Mentions of a brand, by what was felt.", "brand", "sentiment")
        self._brands = BrandFigures(tables, self._acknowledged)
        self._verdicts = tables.counter(
            "incident_verdicts", "Verdicts that people gave of incidents.", "brand", "verdict"
        )
        self._pages = tables.counter("pages", "Sends to people, by what became of them.", "channel", "outcome")
        self._budgets = tables.counter("budget_exhausted", "Messages met an empty budget, once a window.", "budget")
        self._budgets.declare((budget,) for budget in BUDGETS)
        self._latency = Histogram(
            "sentinel_page_latency_seconds",
            "From the newest mention that tipped the score to a provider that accepted the page.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._acknowledgement = Histogram(
            "sentinel_acknowledge_seconds",
            "From an incident's opening to the first person who takes it.",
            buckets=ACKNOWLEDGE_BUCKETS,
            registry=registry,
        )
        self.requests = RequestFigures(tables, registry)
        self.assistant = AssistantFigures(tables)
        self._success = tables.gauge(
            "source_last_success_timestamp_seconds", "When a source last answered; 0 is never.", "source"
        )
        self._stale = tables.gauge(
            "source_stale",
            "1 while a source is silent: its brands' scores are lower bounds, unknown below an alert.",
            "source",
        )
        self._failures = tables.gauge("source_failures", "How often a source has failed in a row.", "source")
        self._queue = _gauge(registry, "queue_mentions", "Mentions on disk that are not folded yet.")
        self._queue_limit = _gauge(registry, "queue_limit_mentions", "Queue from which the HTTP source answers 429.")
        self._reload = _gauge(
            registry, "config_last_reload_successful", "1 if the configuration was last read without a mistake."
        )
        self._reload.set(1)
        self._accuracy = tables.gauge("sentiment_accuracy", "Prequential, fading; NaN until a text was graded.", "lang")
        self._lessons = tables.counter(
            "sentiment_lessons", "Labels for the sentiment model, by who gave them.", "teacher", "outcome"
        )
        self._lessons.declare(
            product([teacher.value for teacher in Teacher], [outcome.value for outcome in LessonOutcome])
        )
        self._graded: dict[str, Prequential] = {}
        self._requests = tables.counter("http_requests", "Answers of the HTTP side.", "route", "code")
        self._alerts = tables.counter(
            "infrastructure_alerts", "Alerts that Alertmanager brought and that were new.", "status"
        )
        self._alerts.declare((status,) for status in ALERT_STATUSES)
        self._logins = tables.counter("logins", "Tries to sign in, by what became of them.", "way", "outcome")
        self._logins.declare((way, outcome) for way, outcomes in LOGINS.items() for outcome in outcomes)
        self._pages_at = tables.gauge("web_info", "Where people reach Sentinel's pages.", "external_url")
        self.calendars = CalendarFigures(tables)
        self._running = RunningFigures(registry)
        self.took = self._running.took
        self.secret_rotated = self._running.rotated
        self.send_took = self._running.answered
        self.follow = self._running.follow

    def declare(
        self,
        *,
        brands: Iterable[str],
        sources: Iterable[str],
        signals: Iterable[str],
        channels: Iterable[str],
        langs: Iterable[str],
        thresholds: Mapping[str, Thresholds] | None = None,
        contacts: Mapping[str, str] | None = None,
        queue_limit: float = math.nan,
        external_url: str = "",
    ) -> None:
        """Make every child that the configuration calls for; at the start and after each reload.

        Parameters
        ----------
        thresholds
            By brand.
        contacts
            Key to name.
        """
        brands, sources, channels = tuple(brands), tuple(sources), tuple(channels)
        self._received.declare((source,) for source in sources)
        self._refused.declare(product(sources, REFUSALS))
        self._success.declare((source,) for source in sources)
        self._stale.declare((source,) for source in sources)
        self._failures.declare((source,) for source in sources)
        self._mentions.declare_brands(brands, tuple((label.value,) for label in Label))
        self._brands.declare(brands, signals, thresholds or {}, contacts or {})
        self._verdicts.declare_brands(brands, tuple((verdict.value,) for verdict in Verdict))
        self._pages.declare(product(channels, OUTCOMES))
        self._running.declare(channels)
        self._accuracy.declare(((lang,) for lang in langs), start=math.nan)
        self.reached_at(external_url)
        self._queue_limit.set(queue_limit)

    def reached_at(self, external_url: str) -> None:
        """Where people reach the pages, which is not known before the web server listens."""
        self._pages_at.declare([(external_url,)] if external_url else [], start=1)

    def declare_routes(self, routes: Iterable[str]) -> None:
        """The HTTP side's routes, as patterns; told by the HTTP side."""
        self._requests.declare(product(routes, CLASSES))

    def follow_queue(self, depth: Callable[[], float]) -> None:
        """Ask ``depth`` for the queue's length whenever somebody reads the metrics."""
        self._queue.set_function(depth)

    def received(self, source: str, count: int = 1) -> None:
        """A source brought this many new mentions."""
        _add(self._received.get(source), count)

    def mention(self, brand: str, label: Label) -> None:
        """A mention of a brand was folded."""
        _add(self._mentions.get(brand, label.value))

    def graded(self, lang: str, hit: bool) -> None:
        """The model's word on a text was compared with its true label."""
        if (child := self._accuracy.get(lang)) is not None:
            child.set(self._graded.setdefault(lang, Prequential()).update(hit))

    @property
    def accuracy(self) -> dict[str, float]:
        """By language, of those in which a text was graded since the start."""
        return {lang: graded.share for lang, graded in sorted(self._graded.items())}

    def taught(self, taught: Iterable[Taught]) -> None:
        """Lessons came to the sentiment model."""
        for each in taught:
            if (child := self._lessons.get(each.by.value, each.outcome.value)) is not None:
                child.inc()

    def board(self, board: Board) -> None:
        """Scores, incidents and sources as they stand."""
        self._brands.board(board.brands)
        for source in board.sources:
            self._source(source)

    def _source(self, source: SourceCard) -> None:
        if source.last_success is not None:
            self.source_succeeded(source.name, source.last_success)
        for table, value in ((self._stale, source.stale), (self._failures, source.failures)):
            if (child := table.get(source.name)) is not None:
                child.set(value)

    def assessed(self, card: BrandCard) -> None:
        """One brand as it stands."""
        self._brands.assessed(card)

    def _acknowledged(self, seconds: float, incident: Incident) -> None:
        self._acknowledgement.observe(seconds, {"incident": incident.id})

    def source_succeeded(self, source: str, at: datetime) -> None:
        """A source answered."""
        if (child := self._success.get(source)) is not None:
            child.set(at.timestamp())

    def source_refused(self, source: str, reason: str, count: int) -> None:
        """Items of a source were no mentions, for one of `REFUSALS`."""
        _add(self._refused.get(source, reason), count)

    def verdict(self, brand: str, verdict: Verdict) -> None:
        """A person ended an incident and said what it was."""
        _add(self._verdicts.get(brand, verdict.value))

    def page(self, channel: str, outcome: str) -> None:
        """One send over one kind of channel came to one of `OUTCOMES`."""
        _add(self._pages.get(channel, outcome))

    def page_latency(self, seconds: float, incident: str | None = None) -> None:
        """A provider accepted a page this long after the mention that tipped the score."""
        self._latency.observe(seconds, {"incident": incident} if incident else None)

    def budget_exhausted(self, budget: str) -> None:
        """A message met an empty budget of this kind."""
        _add(self._budgets.get(budget))

    def reloaded(self, successful: bool) -> None:
        """The configuration was read again."""
        self._reload.set(successful)

    def alert(self, status: str) -> None:
        """Alertmanager brought word of an alert that was new to us."""
        _add(self._alerts.get(status))

    def login(self, way: str, outcome: str) -> None:
        """Somebody tried to sign in, with one of `LOGINS`."""
        _add(self._logins.get(way, outcome))

    def expose(self, accept: str, brands: Collection[str] | None = None) -> tuple[Iterator[bytes], str]:
        """All of it as text, in pieces, and its content type, as an ``Accept`` header wants it; where brands are named,
        what is of them alone.
        """
        return expose(self.registry if brands is None else NOTHING, self._tables, accept, brands)

    def answered(self, route: str, status: int) -> None:
        """The HTTP side answered."""
        _add(self._requests.get(route, f"{status // 100}xx"))


def _add(cell: Cell | None, count: float = 1.0) -> None:
    """So many more, of what was declared."""
    if cell is not None:
        cell.inc(count)


def _gauge(registry: CollectorRegistry, name: str, help_: str) -> Gauge:
    return Gauge(f"sentinel_{name}", help_, registry=registry)
