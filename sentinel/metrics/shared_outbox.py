"""Sharing of the outbox in figures: what was taken over from notifiers that are gone, and whose word came too late."""

from prometheus_client import CollectorRegistry, Counter


class SharedOutboxFigures:
    """Of one process that sends among several."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._taken = Counter(
            "sentinel_outbox_taken_over",
            "Messages taken over from a notifier that is gone: it was sending them, or had them waiting.",
            ("was",),
            registry=registry,
        )
        self._refused = Counter(
            "sentinel_outbox_results_refused",
            "Results of sends not written, for another notifier had taken the message over meanwhile.",
            registry=registry,
        )
        for was in ("sending", "waiting"):
            self._taken.labels(was)

    def took_over(self, sending: int, waiting: int) -> None:
        """These were another's."""
        self._taken.labels("sending").inc(sending)
        self._taken.labels("waiting").inc(waiting)

    def refused(self) -> None:
        """One result was not ours to write any more."""
        self._refused.inc()
