"""What the HTTP side may ask of an incident's annotations and of past scores; part of `Ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sentinel.incidents.annotations import Annotation
from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal
from sentinel.store.annotations import Ticked


class AnnotationPort(Protocol):
    """Takes what people say of an incident; it counts once it is on disk."""

    async def say(self, annotation: Annotation) -> Change | Refusal:
        """Raises `StoreFailing` when it cannot be written; a change without a line had been said before."""
        ...

    async def ticked(self, incident_id: str) -> Sequence[Ticked]:
        """What of its checklists is done."""
        ...


class ScoreReader(Protocol):
    """Scores as they were, in points of five minutes."""

    async def between(self, brand: str, begin: datetime, end: datetime) -> Sequence[tuple[datetime, float | None]]:
        """A brand's points, oldest first; ``None`` while the score was unknown."""
        ...
