"""What the web asks of silences and of who is on call."""

from datetime import datetime, timedelta
from typing import Protocol

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence


class SilencePort(Protocol):
    """Silences in force; they count once they are on disk."""

    def all(self) -> tuple[Silence, ...]:
        """The one that ends last first."""
        ...

    async def make(
        self, *, brands: tuple[str, ...], starts_at: datetime | None, lasts: timedelta, by: str, reason: str | None
    ) -> Silence:
        """Begin one now, or later."""
        ...

    async def end(self, name: str) -> Silence | None:
        """End one now; ``None`` when there is none of that name."""
        ...


class OnCallPort(Protocol):
    """Changes of schedules; they count once they are on disk."""

    def all(self) -> tuple[Override | Swap, ...]:
        """The oldest first."""
        ...

    async def override(
        self, schedule: str, contacts: tuple[str, ...], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Override:
        """These contacts instead of the rotation; none of them: nobody."""
        ...

    async def swap(
        self, schedule: str, between: tuple[str, str], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Swap:
        """Two people do each other's shifts."""
        ...

    async def take_back(self, name: str) -> Override | Swap | None:
        """Undo one; ``None`` when there is none of that name."""
        ...
