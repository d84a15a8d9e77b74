"""Ignored accounts for those who have some brands: those that do not count for their own; why, only of what is wholly
theirs.
"""

from datetime import timedelta

import msgspec

from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.ports.author_ignores import AuthorIgnorePort


class NarrowedAuthorIgnores:
    """Implements `AuthorIgnorePort`."""

    def __init__(self, ignores: AuthorIgnorePort, rights: BrandRights) -> None:
        self._ignores = ignores
        self._rights = rights

    def all(self) -> tuple[AuthorIgnore, ...]:
        """Of own brands, and of every brand."""
        return tuple(
            self._shown(each) for each in self._ignores.all() if not each.brands or self._rights.of(each.brands)
        )

    async def make(
        self,
        who: str,
        *,
        name: str,
        brands: tuple[str, ...],
        lasts: timedelta,
        by: str,
        source: str | None = None,
        reason: str | None = None,
        incident: str | None = None,
    ) -> AuthorIgnore:
        """For own brands, named one by one."""
        if not self._rights.covers(brands):
            refuse()
        return await self._ignores.make(
            who, name=name, brands=brands, lasts=lasts, by=by, source=source, reason=reason, incident=incident
        )

    async def end(self, name: str) -> AuthorIgnore | None:
        """One for own brands alone; of others there is none of that name."""
        for each in self._ignores.all():
            if each.id == name and self._rights.covers(each.brands):
                return await self._ignores.end(name)
            if each.id == name and (not each.brands or self._rights.of(each.brands)):
                refuse()
        return None

    def _shown(self, ignore: AuthorIgnore) -> AuthorIgnore:
        if self._rights.covers(ignore.brands):
            return ignore
        return msgspec.structs.replace(ignore, brands=self._rights.of(ignore.brands), reason=None, incident=None)
