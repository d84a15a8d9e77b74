"""How Sentinel itself is: how long each stage takes, what waits, when things were last done.

What ages is asked when somebody reads.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

STAGE_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds: from a commit on a good disk to a provider's time-out."""

ROTATED = ("links", "forms", "push")
"""Secrets that can be rotated."""


class Stage(StrEnum):
    """What takes time between a mention and a phone."""

    WAIT = "wait"
    """From being on disk to being folded."""
    FOLD = "fold"
    """Some hundred mentions folded."""
    ASSESS = "assess"
    """The scores of a tick, its decisions made and committed."""
    CHECKPOINT = "checkpoint"
    """State written down."""


class Watched(Protocol):
    """What the auditor knows."""

    @property
    def ticked_at(self) -> Callable[[], datetime | None]:
        """When scores were last computed."""
        ...

    @property
    def oldest_waiting(self) -> Callable[[], datetime | None]:
        """Since when the oldest message that may go has been waiting."""
        ...

    @property
    def checkpointed_at(self) -> Callable[[], datetime | None]:
        """When state was last written down ..."""
        ...

    @property
    def checkpoint_every(self) -> Callable[[], timedelta]:
        """... and how often it should be."""
        ...


class RunningFigures:
    """Stages, providers, and the instants at which things were last done."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        stages = Histogram(
            "sentinel_stage_seconds", "How long a stage takes.", ["stage"], buckets=STAGE_BUCKETS, registry=registry
        )
        self._stages = {stage: stages.labels(stage.value) for stage in Stage}
        self._sends = Histogram(
            "sentinel_send_seconds",
            "How long a provider takes to answer.",
            ["channel"],
            buckets=STAGE_BUCKETS,
            registry=registry,
        )
        self._channels: dict[str, Histogram] = {}
        rotated = Counter("sentinel_secrets_rotated", "Secrets that were rotated.", ["secret"], registry=registry)
        self._rotated = {name: rotated.labels(name) for name in ROTATED}

    def rotated(self, secret: str) -> None:
        """One of `ROTATED` is another one now."""
        self._rotated[secret].inc()

    def declare(self, channels: Iterable[str]) -> None:
        """Every kind of channel of the configuration."""
        wanted = tuple(channels)
        for gone in [channel for channel in self._channels if channel not in wanted]:
            self._sends.remove(gone)
            del self._channels[gone]
        for channel in wanted:
            self._channels[channel] = self._sends.labels(channel)

    def took(self, stage: Stage, seconds: float) -> None:
        """A stage ended."""
        self._stages[stage].observe(seconds)

    def answered(self, channel: str, seconds: float, incident: str | None) -> None:
        """A provider answered, or was left behind."""
        if (child := self._channels.get(channel)) is not None:
            child.observe(seconds, {"incident": incident} if incident else None)

    def follow(self, watched: Watched, now: Callable[[], datetime], complaints: Callable[[], int]) -> None:
        """Ask these whenever somebody reads the metrics; once a registry."""

        def waiting() -> float:
            since = watched.oldest_waiting()
            return max(0.0, (now() - since).total_seconds()) if since else 0.0

        def instant(of: Callable[[], datetime | None]) -> Callable[[], float]:
            return lambda: at.timestamp() if (at := of()) else 0.0

        self._gauge(
            "outbox_oldest_seconds", "How long the oldest message that may go has been waiting; 0 is none.", waiting
        )
        self._gauge(
            "tick_last_timestamp_seconds", "When scores were last computed; 0 is never.", instant(watched.ticked_at)
        )
        self._gauge(
            "checkpoint_last_success_timestamp_seconds",
            "When state was last written down; 0 is never.",
            instant(watched.checkpointed_at),
        )
        self._gauge(
            "checkpoint_interval_seconds",
            "How often state should be written down.",
            lambda: watched.checkpoint_every().total_seconds(),
        )
        self._gauge(
            "complaints",
            "What the auditor finds wrong with Sentinel; /-/healthy says what.",
            lambda: float(complaints()),
        )

    def _gauge(self, name: str, help_: str, ask: Callable[[], float]) -> None:
        Gauge(f"sentinel_{name}", help_, registry=self._registry).set_function(ask)
