"""Silences and changes of schedules for those who have some brands: what holds their own back, and who stands in for
whom; why, only of what is wholly theirs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.roster import Roster
from sentinel.escalation.silence import Silence
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.ports.duty import OnCallPort, SilencePort


class NarrowedSilences:
    """Implements `SilencePort`."""

    def __init__(self, silences: SilencePort, rights: BrandRights) -> None:
        self._silences = silences
        self._rights = rights

    def all(self) -> tuple[Silence, ...]:
        """Those of own brands, and those of every brand."""
        return tuple(
            self._shown(each) for each in self._silences.all() if not each.brands or self._rights.of(each.brands)
        )

    async def make(
        self, *, brands: tuple[str, ...], starts_at: datetime | None, lasts: timedelta, by: str, reason: str | None
    ) -> Silence:
        """Of own brands, named one by one."""
        if not self._rights.covers(brands):
            refuse()
        return await self._silences.make(brands=brands, starts_at=starts_at, lasts=lasts, by=by, reason=reason)

    async def end(self, name: str) -> Silence | None:
        """One of own brands alone; of others there is none of that name."""
        for each in self._silences.all():
            if each.id == name and self._rights.covers(each.brands):
                return await self._silences.end(name)
            if each.id == name and (not each.brands or self._rights.of(each.brands)):
                refuse()
        return None

    def _shown(self, silence: Silence) -> Silence:
        if self._rights.covers(silence.brands):
            return silence
        return msgspec.structs.replace(silence, brands=self._rights.of(silence.brands), reason=None)


class NarrowedOnCall:
    """Implements `OnCallPort`: schedules are the house's, and are changed by those who have every brand."""

    def __init__(self, changes: OnCallPort, roster: Callable[[], Roster]) -> None:
        self._changes = changes
        self._roster = roster

    def all(self) -> tuple[Override | Swap, ...]:
        """Of the schedules that page for own brands."""
        known = self._roster().schedules
        return tuple(
            msgspec.structs.replace(each, by="", reason="") for each in self._changes.all() if each.schedule in known
        )

    async def override(
        self, schedule: str, contacts: tuple[str, ...], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Override:
        """Not theirs to make."""
        refuse()

    async def swap(
        self, schedule: str, between: tuple[str, str], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Swap:
        """Not theirs to make."""
        refuse()

    async def take_back(self, name: str) -> Override | Swap | None:
        """Not theirs to undo."""
        refuse()
