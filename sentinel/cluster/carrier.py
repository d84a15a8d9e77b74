"""The carrier: takes bodies from whoever heard them and hands them, in order, to the worker that owns their partition.

What it took is kept until that worker says that it is committed. The carrier owns nothing: who folds a partition is
decided in the store, and there alone.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One thing to carry."""

    part: int
    """The partition it belongs to."""
    id: str
    """The same whenever it is published again."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedBatch:
    """Bodies of one partition in their order, whole as they were published: a worker commits them together."""

    first: int
    """Where it begins in the stream."""
    last: int
    """Where it ends: what the worker commits with it, and goes on after."""
    bodies: tuple[bytes, ...]


class Carrier(Protocol):
    """What ingest and workers are handed."""

    @property
    def reachable(self) -> bool:
        """Whether its servers are heard. A worker that does not hear them claims no partition."""
        ...

    async def publish(self, items: Sequence[Carried]) -> None:
        """Return once all of it is kept, whatever one server does.

        Raises
        ------
        CarrierError
            When some of it is not, or may not be. Published again it is still carried once.
        """
        ...

    def take(self, part: int, after: int) -> AsyncIterator[CarriedBatch]:
        """What was published to a partition beyond ``after``, for the one who owns it; never ends by itself.

        Parameters
        ----------
        after
            Where the last committed batch ended; 0 for a partition that never had one.

        Raises
        ------
        PinLost
            When another one takes from the partition.
        CarrierAway
            When nothing is heard for seconds; another worker may be nearer.
        """
        ...

    async def accepted(self, part: int, seq: int) -> None:
        """Everything of a partition up to there is committed, and need not be kept."""
        ...

    @property
    def fullness(self) -> float:
        """How much of what it may hold is taken, from 0 to 1, as last known; 0 where it has no bound."""
        ...

    async def waiting(self) -> int:
        """About how many bodies it holds that no partition has committed; as last known where nobody answers."""
        ...
