"""How people's requests are: how many wait, how many are late, how long answers take."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Histogram

from sentinel.metrics.consultations import ConsultationFigures
from sentinel.metrics.table import Tables
from sentinel.requests.priority import Priority

ANSWER_BUCKETS = (300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200)
"""Seconds: from five minutes to three days."""
WAITING = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)
"""Priorities that wait for an answer."""


class RequestFigures:
    """Gauges by priority, and a histogram of answers; what areas of the house are asked, in `consultations`."""

    def __init__(self, tables: Tables, registry: CollectorRegistry) -> None:
        self._waiting = tables.gauge("requests_waiting", "Requests that nobody has taken, 1000 at most.", "priority")
        self._late = tables.gauge(
            "requests_late", "Those of them whose time for an answer is over, 1000 at most.", "priority"
        )
        for table in (self._waiting, self._late):
            table.declare((each.value,) for each in WAITING)
        self._answers = Histogram(
            "sentinel_request_answer_seconds",
            "From when a mention was heard, or opened again, to somebody answering it.",
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )
        self.consultations = ConsultationFigures(tables, registry)

    def waiting(self, priority: Priority, found: int, late: int) -> None:
        """So many wait now, and so many of them for too long."""
        for table, count in ((self._waiting, found), (self._late, late)):
            if (cell := table.get(priority.value)) is not None:
                cell.set(count)

    def answered(self, after: timedelta) -> None:
        """Somebody answered."""
        self._answers.observe(after.total_seconds())
