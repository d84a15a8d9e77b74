"""What dashboards and alerting rules learn of the watch itself, asked anew whenever somebody reads the metrics."""

from collections.abc import Callable
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge

from sentinel.clock import Clock


class SelfCheckFigures:
    """Figures of store, heartbeat and self-test. An instant of 0 is never.

    Parameters
    ----------
    failing
        Whether the store takes no writes.
    tested
        When a self-test was last accepted.
    beats
        How often the heartbeat should arrive; ``None`` where none is configured.
    behind
        How far the wall clock stands behind the journal.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        failing: Callable[[], bool],
        tested: Callable[[], datetime | None],
        beats: Callable[[], timedelta | None],
        clock: Clock,
        behind: Callable[[], timedelta] = lambda: timedelta(0),
    ) -> None:
        self._clock = clock
        wall = Gauge(
            "sentinel_clock_behind_seconds",
            "How far the wall clock stands behind the journal; 0 where it does not.",
            registry=registry,
        )
        wall.set_function(lambda: behind().total_seconds())
        store = Gauge(
            "sentinel_store_failing",
            "1 while the store takes no writes and pages leave from memory.",
            registry=registry,
        )
        store.set_function(lambda: float(failing()))
        self._beat = Gauge(
            "sentinel_heartbeat_last_success_timestamp_seconds",
            "When the heartbeat last arrived; 0 is never.",
            registry=registry,
        )
        every = Gauge(
            "sentinel_heartbeat_interval_seconds",
            "How often the heartbeat should arrive; 0 is none.",
            registry=registry,
        )
        every.set_function(lambda: span.total_seconds() if (span := beats()) else 0.0)
        self._missed = Counter("sentinel_heartbeat_failures", "Heartbeats that did not arrive.", registry=registry)
        test = Gauge(
            "sentinel_self_test_last_success_timestamp_seconds",
            "When a self-test was last accepted; 0 is never.",
            registry=registry,
        )
        test.set_function(lambda: at.timestamp() if (at := tested()) else 0.0)

    def heartbeat(self, arrived: bool) -> None:
        """One heartbeat was tried."""
        if arrived:
            self._beat.set(self._clock.now().timestamp())
        else:
            self._missed.inc()
