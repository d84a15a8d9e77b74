"""Every metric Sentinel shows, on a registry that is handed in; beside the flow, told by whoever sees something worth counting.

Labels come from closed sets or from the configuration. Every child exists from the start, so that a rate exists before the first
failure; what a reload takes away disappears.
"""

import math
import platform
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import product
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector, ProcessCollector

from sentinel import __version__
from sentinel.engine.board import Board, BrandCard
from sentinel.escalation.budget import BudgetKind
from sentinel.incidents.incident import Verdict
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label

OUTCOMES = ("accepted", "retry", "failed", "unknown", "dropped")
"""What can become of a page."""
OPEN_LEVELS = (Level.WATCH, Level.ALERT, Level.CRISIS)
LATENCY_BUCKETS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds: from a page within one tick to one that was an hour late."""
BUDGETS = tuple(kind.value for kind in BudgetKind)
CLASSES = ("2xx", "3xx", "4xx", "5xx")
FADING = 0.995
"""Weight that a graded text keeps with each one after it: the last few hundred make the figure."""

M = TypeVar("M", Counter, Gauge)


class Children(Generic[M]):
    """The declared children of one metric. A label nobody declared has none: what a reload took away must not come back."""

    def __init__(self, metric: M) -> None:
        self._metric: M = metric
        self._known: dict[tuple[str, ...], M] = {}

    def declare(self, wanted: Iterable[tuple[str, ...]], start: float | None = None) -> None:
        """Make what is new, at ``start`` where that is not 0, and remove what is no longer wanted."""
        kept = dict.fromkeys(wanted)
        for labels in [labels for labels in self._known if labels not in kept]:
            self._metric.remove(*labels)
            del self._known[labels]
        for labels in kept:
            if labels not in self._known:
                child = self._known[labels] = self._metric.labels(*labels)
                if start is not None and isinstance(child, Gauge):
                    child.set(start)

    def get(self, *labels: str) -> M | None:
        """The child of these labels, if it was declared."""
        return self._known.get(labels)


class Prequential:
    """Accuracy on texts that are graded before they are learnt from, older ones fading (Gama, Sebastião & Rodrigues 2013).

    Examples
    --------
    >>> accuracy = Prequential(fading=0.5)
    >>> accuracy.update(True), accuracy.update(True), round(accuracy.update(False), 3)
    (1.0, 1.0, 0.429)
    """

    def __init__(self, fading: float = FADING) -> None:
        self._fading = fading
        self._hits = 0.0
        self._seen = 0.0

    def update(self, hit: bool) -> float:
        """Take one grade; gives the accuracy with it."""
        self._hits = hit + self._fading * self._hits
        self._seen = 1 + self._fading * self._seen
        return self._hits / self._seen


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
        self._received = Children(_counter(registry, "mentions_received", "Mentions a source brought that were new.", "source"))
        self._mentions = Children(_counter(registry, "mentions", "Mentions of a brand, by what was felt.", "brand", "sentiment"))
        self._score = Children(_gauge(registry, "crisis_score", "0 to 100; NaN is unknown.", "brand"))
        self._points = Children(_gauge(registry, "signal_points", "What a signal adds to the score; NaN is unknown.", "brand", "signal"))
        self._signals: tuple[str, ...] = ()
        self._open = Children(_gauge(registry, "incidents_open", "Incidents that are not over.", "brand", "level"))
        self._verdicts = Children(
            _counter(registry, "incident_verdicts", "Incidents that a person ended, by what they were.", "brand", "verdict")
        )
        self._pages = Children(_counter(registry, "pages", "Sends to people, by what became of them.", "channel", "outcome"))
        self._budgets = Children(_counter(registry, "budget_exhausted", "Messages met an empty budget, once a window.", "budget"))
        self._budgets.declare((budget,) for budget in BUDGETS)
        self._latency = Histogram(
            "sentinel_page_latency_seconds",
            "From the newest mention that tipped the score to a provider that accepted the page.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._success = Children(
            _gauge(registry, "source_last_success_timestamp_seconds", "When a source last answered; 0 is never.", "source")
        )
        self._queue = _gauge(registry, "queue_mentions", "Mentions on disk that are not folded yet.")
        self._reload = _gauge(registry, "config_last_reload_successful", "1 if the configuration was last read without a mistake.")
        self._reload.set(1)
        self._accuracy = Children(_gauge(registry, "sentiment_accuracy", "Prequential, fading; NaN until a text was graded.", "lang"))
        self._graded: dict[str, Prequential] = {}
        self._requests = Children(_counter(registry, "http_requests", "Answers of the HTTP side.", "route", "code"))

    def declare(
        self,
        *,
        brands: Iterable[str],
        sources: Iterable[str],
        signals: Iterable[str],
        channels: Iterable[str],
        langs: Iterable[str],
    ) -> None:
        """Make every child that the configuration calls for; at the start and after each reload."""
        brands, sources, self._signals = tuple(brands), tuple(sources), tuple(signals)
        self._received.declare((source,) for source in sources)
        self._success.declare((source,) for source in sources)
        self._mentions.declare(product(brands, [label.value for label in Label]))
        self._score.declare(((brand,) for brand in brands), start=math.nan)
        self._points.declare(product(brands, self._signals), start=math.nan)
        self._open.declare(product(brands, [level.value for level in OPEN_LEVELS]))
        self._verdicts.declare(product(brands, [verdict.value for verdict in Verdict]))
        self._pages.declare(product(channels, OUTCOMES))
        self._accuracy.declare(((lang,) for lang in langs), start=math.nan)

    def declare_routes(self, routes: Iterable[str]) -> None:
        """The HTTP side's routes, as patterns; told by the HTTP side."""
        self._requests.declare(product(routes, CLASSES))

    def follow_queue(self, depth: Callable[[], float]) -> None:
        """Ask ``depth`` for the queue's length whenever somebody reads the metrics."""
        self._queue.set_function(depth)

    def received(self, source: str, count: int = 1) -> None:
        """A source brought this many new mentions."""
        if (child := self._received.get(source)) is not None:
            child.inc(count)

    def mention(self, brand: str, label: Label) -> None:
        """A mention of a brand was folded."""
        if (child := self._mentions.get(brand, label.value)) is not None:
            child.inc()

    def graded(self, lang: str, hit: bool) -> None:
        """The model's word on a text was compared with its true label."""
        if (child := self._accuracy.get(lang)) is not None:
            child.set(self._graded.setdefault(lang, Prequential()).update(hit))

    def board(self, board: Board) -> None:
        """Scores, incidents and sources as they stand."""
        for card in board.brands:
            self.assessed(card)
        for source in board.sources:
            if source.last_success is not None:
                self.source_succeeded(source.name, source.last_success)

    def assessed(self, card: BrandCard) -> None:
        """One brand as it stands."""
        score = card.assessment.score if card.assessment is not None else None
        if (child := self._score.get(card.name)) is not None:
            child.set(math.nan if score is None else score)
        for signal in self._signals:
            if (child := self._points.get(card.name, signal)) is not None:
                child.set(math.nan if score is None or card.assessment is None else card.assessment.contributions.get(signal, 0.0))
        level = card.incident.level if card.incident is not None and card.incident.live else None
        for each in OPEN_LEVELS:
            if (child := self._open.get(card.name, each.value)) is not None:
                child.set(each is level)

    def source_succeeded(self, source: str, at: datetime) -> None:
        """A source answered."""
        if (child := self._success.get(source)) is not None:
            child.set(at.timestamp())

    def verdict(self, brand: str, verdict: Verdict) -> None:
        """A person ended an incident and said what it was."""
        if (child := self._verdicts.get(brand, verdict.value)) is not None:
            child.inc()

    def page(self, channel: str, outcome: str) -> None:
        """One send over one kind of channel came to one of `OUTCOMES`."""
        if (child := self._pages.get(channel, outcome)) is not None:
            child.inc()

    def page_latency(self, seconds: float) -> None:
        """A provider accepted a page this long after the mention that tipped the score."""
        self._latency.observe(seconds)

    def budget_exhausted(self, budget: str) -> None:
        """A message met an empty budget of this kind."""
        if (child := self._budgets.get(budget)) is not None:
            child.inc()

    def reloaded(self, successful: bool) -> None:
        """The configuration was read again."""
        self._reload.set(successful)

    def answered(self, route: str, status: int) -> None:
        """The HTTP side answered."""
        if (child := self._requests.get(route, f"{status // 100}xx")) is not None:
            child.inc()


def _counter(registry: CollectorRegistry, name: str, help_: str, *labels: str) -> Counter:
    return Counter(f"sentinel_{name}", help_, labels, registry=registry)


def _gauge(registry: CollectorRegistry, name: str, help_: str, *labels: str) -> Gauge:
    return Gauge(f"sentinel_{name}", help_, labels, registry=registry)
