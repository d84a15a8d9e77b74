"""The carrier of a cluster in figures: whether its servers are heard, how full it is, and what waits in each partition.

What it holds is what its servers last said; who asks them is the process that carries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PUBLISH_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds: from three good disks to an election."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierStanding:
    """What the servers last said."""

    held: int = 0
    """Bytes that no partition has committed."""
    most: int = 0
    """Bytes that it may hold."""
    pending: Mapping[int, int] = field(default_factory=dict)
    """Partition to messages that its consumer has not had acknowledged."""

    @property
    def fullness(self) -> float:
        """The share of what it may hold."""
        return self.held / self.most if self.most else 0.0


class StandingCarrier(Protocol):
    """A carrier whose servers say how they are."""

    @property
    def reachable(self) -> bool:
        """Whether they are heard."""
        ...

    @property
    def reconnects(self) -> int:
        """How often the connection was lost and made anew."""
        ...

    @property
    def standing(self) -> CarrierStanding:
        """Their last word."""
        ...


class CarrierFigures(Collector):
    """Asked whenever somebody reads; each process shows what it heard itself."""

    def __init__(self, registry: CollectorRegistry, carrier: StandingCarrier) -> None:
        self._carrier = carrier
        self._publishes = Histogram(
            "sentinel_nats_publish_seconds",
            "Until most servers have a message on disk.",
            buckets=PUBLISH_BUCKETS,
            registry=registry,
        )
        registry.register(self)

    def published(self, seconds: float) -> None:
        """The servers have acknowledged a message."""
        self._publishes.observe(seconds)

    def collect(self) -> Iterator[Metric]:
        """As `Collector.collect`."""
        carrier, standing = self._carrier, self._carrier.standing
        for name, help, value in (
            ("sentinel_nats_connected", "1 while this process hears the servers.", float(carrier.reachable)),
            ("sentinel_nats_stream_bytes", "What no partition has committed yet.", standing.held),
            ("sentinel_nats_stream_limit_bytes", "From which on more is refused.", standing.most),
        ):
            yield GaugeMetricFamily(name, help, value=value)
        yield CounterMetricFamily("sentinel_nats_reconnects", "Connections made anew.", value=carrier.reconnects)
        pending = GaugeMetricFamily(
            "sentinel_nats_pending_messages", "Messages that are not acknowledged.", labels=["partition"]
        )
        for part, many in sorted(standing.pending.items()):
            pending.add_metric([str(part)], many)
        yield pending
