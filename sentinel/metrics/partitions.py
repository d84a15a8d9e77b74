"""Partitions in figures: which of them this process owns, under which epoch, and how much waits in each."""

from collections.abc import Callable, Mapping
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge


def _as_float(queue: Callable[[int], int], part: int) -> float:
    return float(queue(part))


class PartitionFigures:
    """Every partition has its series in every worker: what nobody owns sums to 0."""

    def __init__(self, registry: CollectorRegistry, count: int) -> None:
        label = ("partition",)
        self._owner = Gauge("sentinel_partition_owner", "1 where this process owns it.", label, registry=registry)
        self._epoch = Gauge("sentinel_partition_epoch", "Under which it is owned here.", label, registry=registry)
        self._queue = Gauge("sentinel_partition_queue", "Entries not folded here yet.", label, registry=registry)
        self._taken = Counter("sentinel_partition_taken", "Times it was taken up here.", label, registry=registry)
        self._epochs: Mapping[int, int] = {}
        self._count = count
        for part in range(1, count + 1):
            for each in (self._owner, self._epoch, self._queue, self._taken):
                each.labels(str(part))

    def follow(self, queue: Callable[[int], int]) -> None:
        """Ask how much waits in a partition whenever somebody reads."""
        for part in range(1, self._count + 1):
            self._queue.labels(str(part)).set_function(partial(_as_float, queue, part))

    def owned(self, epochs: Mapping[int, int]) -> None:
        """These are owned here now, each under its epoch."""
        for part in range(1, self._count + 1):
            self._owner.labels(str(part)).set(part in epochs)
            if part in epochs and self._epochs.get(part) != epochs[part]:
                self._epoch.labels(str(part)).set(epochs[part])
                self._taken.labels(str(part)).inc()
        self._epochs = dict(epochs)
