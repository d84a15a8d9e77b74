"""How questions to areas of the house are: how many wait, what became of them, how long answers take."""

from collections.abc import Iterable
from itertools import product

from prometheus_client import CollectorRegistry, Gauge, Histogram

from sentinel.metrics.table import Tables

ANSWER_BUCKETS = (60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400)
"""Seconds: from a minute to a day."""
OUTCOMES = ("asked", "answered", "overdue")
"""An answer that comes late counts as both."""


class ConsultationFigures:
    """Counters by area, a gauge of what waits, and a histogram of answers."""

    def __init__(self, tables: Tables, registry: CollectorRegistry) -> None:
        self._counts = tables.counter(
            "consultations", "Questions to areas of the house, by what became of them.", "area", "outcome"
        )
        self._open = Gauge(
            "sentinel_consultations_open", "Questions that wait for an area's answer, in time.", registry=registry
        )
        self._answers = Histogram(
            "sentinel_consultation_answer_seconds",
            "From a question to an area's answer, late ones among them.",
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )

    def declare(self, areas: Iterable[str]) -> None:
        """The areas in force; what a reload took away disappears."""
        self._counts.declare(product(areas, OUTCOMES))

    def asked(self, area: str) -> None:
        """A question went out."""
        self._count(area, "asked")

    def answered(self, area: str, seconds: float) -> None:
        """An area answered, so long after it was asked."""
        self._count(area, "answered")
        self._answers.observe(seconds)

    def overdue(self, area: str) -> None:
        """Nobody answered in time."""
        self._count(area, "overdue")

    def waiting(self, count: int) -> None:
        """So many questions wait for an answer."""
        self._open.set(count)

    def _count(self, area: str, outcome: str) -> None:
        if (cell := self._counts.get(area, outcome)) is not None:
            cell.inc()
