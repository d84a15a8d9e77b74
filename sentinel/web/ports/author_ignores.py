"""What the HTTP side may ask of ignored accounts; part of `Ports`."""

from datetime import timedelta
from typing import Protocol

from sentinel.matching.author_ignore import AuthorIgnore


class AuthorIgnorePort(Protocol):
    """Accounts that do not count; each counts, or does not, once that is on disk."""

    def all(self) -> tuple[AuthorIgnore, ...]:
        """The one that ends last first."""
        ...

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
        """From the next mention on."""
        ...

    async def end(self, name: str) -> AuthorIgnore | None:
        """Hear it again; ``None`` when there is none of that name."""
        ...
