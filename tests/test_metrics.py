"""The figures that dashboards and rules rely on: there from the start, honest about what is unknown, bounded in their
labels.
"""

import math
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from sentinel.engine.classification import Taught, Teacher
from sentinel.metrics.metrics import Metrics
from sentinel.metrics.prequential import Prequential
from sentinel.scoring.level import Level
from sentinel.sentiment.learning_model import LessonOutcome
from sentinel.sentiment.sentiment import Label
from tests.fakes import START
from tests.web.stand import Stand, a_crisis, a_quiet_morning, an_assessment


def some_metrics(*brands: str) -> Metrics:
    metrics = Metrics(CollectorRegistry())
    declare(metrics, *(brands or ("Acme",)))
    return metrics


def declare(metrics: Metrics, *brands: str) -> None:
    metrics.declare(
        brands=brands,
        sources=("bluesky",),
        signals=("volume", "negativity"),
        channels=("ntfy", "mailto"),
        langs=("es", "en"),
    )


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"sentinel_{name}", labels)


def test_every_child_exists_before_anything_happens() -> None:
    """A rate exists before the first failure, and unknown scores are not 0."""
    metrics = some_metrics()
    assert value(metrics, "mentions_received_total", source="bluesky") == 0
    assert value(metrics, "mentions_total", brand="Acme", sentiment="negative") == 0
    assert value(metrics, "pages_total", channel="ntfy", outcome="dropped") == 0
    assert value(metrics, "incidents_open", brand="Acme", level="crisis") == 0
    assert value(metrics, "source_last_success_timestamp_seconds", source="bluesky") == 0
    assert value(metrics, "config_last_reload_successful") == 1
    assert value(metrics, "page_latency_seconds_count") == 0
    for name, labels in {
        "crisis_score": {"brand": "Acme"},
        "signal_points": {"brand": "Acme", "signal": "volume"},
        "sentiment_accuracy": {"lang": "en"},
    }.items():
        shown = value(metrics, name, **labels)
        assert shown is not None
        assert math.isnan(shown)


def test_lessons_are_counted_by_who_gave_them() -> None:
    """Every teacher and outcome is there from the start; each lesson counts once."""
    metrics = some_metrics()
    assert value(metrics, "sentiment_lessons_total", teacher="person", outcome="suspended") == 0
    metrics.taught(
        [
            Taught(Teacher.PERSON, LessonOutcome.TAKEN),
            Taught(Teacher.PERSON, LessonOutcome.PASSED),
            Taught(Teacher.STARS, LessonOutcome.TAKEN),
        ]
    )
    assert value(metrics, "sentiment_lessons_total", teacher="person", outcome="taken") == 1
    assert value(metrics, "sentiment_lessons_total", teacher="person", outcome="passed") == 1
    assert value(metrics, "sentiment_lessons_total", teacher="stars", outcome="taken") == 1
    assert value(metrics, "sentiment_lessons_total", teacher="stars", outcome="passed") == 0


def test_the_registry_holds_the_process_too_and_says_which_sentinel_it_is() -> None:
    """Process, garbage collector and build are there, on the registry that was handed in alone."""
    text = generate_latest(some_metrics().registry).decode()
    assert "sentinel_build_info{" in text
    assert "python_gc_objects_collected_total" in text
    assert "process_" in text


def test_what_is_counted_shows() -> None:
    """Mentions, pages, latency, the queue and a failed reload move their figures."""
    metrics = some_metrics()
    metrics.received("bluesky", 7)
    metrics.mention("Acme", Label.NEGATIVE)
    metrics.page("ntfy", "accepted")
    metrics.page_latency(4.0)
    metrics.reloaded(False)
    metrics.follow_queue(lambda: 12)
    metrics.source_succeeded("bluesky", datetime(2026, 1, 1, tzinfo=UTC))
    assert value(metrics, "mentions_received_total", source="bluesky") == 7
    assert value(metrics, "mentions_total", brand="Acme", sentiment="negative") == 1
    assert value(metrics, "pages_total", channel="ntfy", outcome="accepted") == 1
    assert value(metrics, "page_latency_seconds_bucket", le="5.0") == 1
    assert value(metrics, "page_latency_seconds_bucket", le="2.0") == 0
    assert value(metrics, "config_last_reload_successful") == 0
    assert value(metrics, "queue_mentions") == 12
    assert value(metrics, "source_last_success_timestamp_seconds", source="bluesky") == 1767225600


def test_labels_that_nobody_declared_are_not_counted() -> None:
    """Neither a source named by a stranger nor a language nobody asked for becomes a time series."""
    metrics = some_metrics()
    before = generate_latest(metrics.registry).count(b"\n")
    metrics.received("evil")
    metrics.mention("Nobody", Label.NEGATIVE)
    metrics.page("carrier-pigeon", "accepted")
    metrics.graded("xx", True)
    metrics.source_succeeded("evil", START)
    metrics.answered("/evil", 200)
    metrics.board(Stand().board())
    assert generate_latest(metrics.registry).count(b"\n") == before


def test_a_reload_takes_away_what_is_gone_and_keeps_the_counts_of_the_rest() -> None:
    """A brand that left the configuration disappears; one that stays goes on counting."""
    metrics = some_metrics("Acme", "Gone")
    metrics.mention("Acme", Label.POSITIVE)
    declare(metrics, "Acme", "New")
    metrics.mention("Gone", Label.POSITIVE)
    assert value(metrics, "mentions_total", brand="Gone", sentiment="positive") is None
    assert value(metrics, "crisis_score", brand="Gone") is None
    assert value(metrics, "mentions_total", brand="Acme", sentiment="positive") == 1
    assert value(metrics, "mentions_total", brand="New", sentiment="positive") == 0


def test_the_board_sets_scores_points_incidents_and_sources() -> None:
    """A crisis shows its score, where it comes from, and one open incident at its level; a blind brand shows NaN."""
    stand = Stand()
    a_crisis(stand)
    a_quiet_morning(stand)
    metrics = some_metrics("Acme", "Nube Telecom")
    metrics.board(stand.board())
    assert value(metrics, "crisis_score", brand="Acme") == 87.4
    assert value(metrics, "signal_points", brand="Acme", signal="volume") == 41.95
    assert value(metrics, "incidents_open", brand="Acme", level="crisis") == 1
    assert value(metrics, "incidents_open", brand="Acme", level="alert") == 0
    assert math.isnan(value(metrics, "crisis_score", brand="Nube Telecom") or 0)
    assert math.isnan(value(metrics, "signal_points", brand="Nube Telecom", signal="volume") or 0)
    assert value(metrics, "source_last_success_timestamp_seconds", source="bluesky") == START.timestamp() - 2


def test_an_incident_that_is_over_is_not_open() -> None:
    """The gauge goes back to 0 when the incident is resolved."""
    stand = Stand()
    incident = a_crisis(stand)
    metrics = some_metrics()
    metrics.board(stand.board())
    over = type(incident)(
        **{name: getattr(incident, name) for name in incident.__struct_fields__} | {"state": "resolved"}
    )
    card = stand.cards[0]
    metrics.assessed(
        type(card)(name="Acme", assessment=an_assessment("Acme", Level.CALM, 3.0), incident=over, blind=(), history=())
    )
    assert value(metrics, "incidents_open", brand="Acme", level="crisis") == 0
    assert value(metrics, "crisis_score", brand="Acme") == 3


def test_accuracy_is_prequential_and_forgets() -> None:
    """Each grade counts less with every one after it, so that a model that got worse shows."""
    metrics = some_metrics()
    metrics.graded("es", True)
    assert value(metrics, "sentiment_accuracy", lang="es") == 1
    metrics.graded("es", False)
    assert value(metrics, "sentiment_accuracy", lang="es") == pytest.approx(0.4987, abs=1e-3)
    assert math.isnan(value(metrics, "sentiment_accuracy", lang="en") or 0)
    accuracy = Prequential(fading=0.9)
    for _ in range(100):
        accuracy.update(True)
    for _ in range(30):
        worse = accuracy.update(False)
    assert worse < 0.05


def test_answers_are_counted_by_route_and_class() -> None:
    """The HTTP side's routes are patterns; a status becomes its class."""
    metrics = some_metrics()
    metrics.declare_routes(["/", "/incidents/{id}"])
    metrics.answered("/incidents/{id}", 404)
    assert value(metrics, "http_requests_total", route="/incidents/{id}", code="4xx") == 1
    assert value(metrics, "http_requests_total", route="/", code="2xx") == 0
