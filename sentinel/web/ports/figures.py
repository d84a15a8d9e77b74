"""What the HTTP side asks of figures that move by themselves: metrics, the sentiment model, whether anything changed;
part of `Ports`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from sentinel.incidents.incident import Verdict
from sentinel.sentiment.label_trust import LabelTrusts
from sentinel.sentiment.learning_model import Version
from sentinel.sentiment.model import SentimentModel


class MetricsPort(Protocol):
    """What is measured."""

    @property
    def accuracy(self) -> dict[str, float]:
        """How right the model is, by language."""
        ...

    def expose(self, accept: str, brands: Collection[str] | None = None) -> tuple[Iterator[bytes], str]:
        """As text, and its content type; where brands are named, what is of them alone."""
        ...

    def verdict(self, brand: str, verdict: Verdict) -> None:
        """Somebody said what an incident was."""
        ...

    def login(self, way: str, outcome: str) -> None:
        """Somebody tried to sign in, and how."""
        ...

    def declare_routes(self, routes: Iterable[str]) -> None:
        """Every pattern there is."""
        ...

    def answered(self, route: str, status: int) -> None:
        """The HTTP side answered."""
        ...


class LearningPort(Protocol):
    """The sentiment model as it learns; only to be looked at."""

    @property
    def serving(self) -> SentimentModel:
        """What reads texts now."""
        ...

    @property
    def candidate(self) -> SentimentModel:
        """What has learnt since."""
        ...

    @property
    def versions(self) -> Sequence[Version]:
        """Those kept, the oldest first."""
        ...

    @property
    def failures(self) -> int:
        """Exams that were not passed."""
        ...

    @property
    def trusts(self) -> LabelTrusts:
        """Whose labels count."""
        ...


class ChangePort(Protocol):
    """A running number that moves when pages may have changed."""

    @property
    def version(self) -> int:
        """Where it is."""
        ...

    @property
    def closed(self) -> bool:
        """Whether the server stops."""
        ...

    def close(self) -> None:
        """The server stops."""
        ...

    async def wait(self, after: int) -> int:
        """The number once it is beyond ``after``."""
        ...

    async def rest(self, seconds: float) -> None:
        """So long, or until the server stops."""
        ...
