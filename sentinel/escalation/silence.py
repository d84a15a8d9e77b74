"""Silences: for a while, pages below a crisis are not sent. Everything is still evaluated and written down."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b

import msgspec

from sentinel.scoring.level import Level


class Silence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From ``starts_at`` until ``ends_at``, half-open, for these brands; no brands is every brand.

    A silence has an owner, ``by``, and an end: one that nobody remembers cannot hide anything for long.
    """

    id: str
    brands: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    by: str
    reason: str | None
    made_at: datetime
    level: Level = Level.ALERT
    """The highest level that it holds back."""
    signal: str | None = None
    """It holds back only what this signal is the strongest reason of."""

    def renamed(self, names: Mapping[str, str]) -> "Silence":
        """The same for brands that are called otherwise now."""
        return msgspec.structs.replace(self, brands=tuple(names.get(brand, brand) for brand in self.brands))

    def ended(self, at: datetime) -> "Silence":
        """The same, over at this instant; one that is over stays as it was."""
        if self.ends_at <= at:
            return self
        return msgspec.structs.replace(self, starts_at=min(self.starts_at, at), ends_at=at)

    def covers(self, brand: str, at: datetime) -> bool:
        """Whether it holds pages of this brand back at this instant."""
        return self.starts_at <= at < self.ends_at and (not self.brands or brand in self.brands)

    def holds(self, level: Level) -> bool:
        """Whether it holds pages of this level back; a crisis it never does."""
        return level.rank <= self.level.rank and level is not Level.CRISIS


def silence_over(silences: Iterable[Silence], brand: str, at: datetime) -> Silence | None:
    """The silence that holds a brand's pages back now: of several, the one that holds most, whatever the reason, and
    lasts longest.
    """
    return max(
        (each for each in silences if each.covers(brand, at)),
        key=lambda each: (each.level.rank, each.signal is None, each.ends_at, each.id),
        default=None,
    )


def silence_id(brands: tuple[str, ...], by: str, made_at: datetime) -> str:
    """The stable name of a silence.

    Examples
    --------
    >>> from datetime import UTC
    >>> silence_id(("Acme",), "ana", datetime(2026, 3, 9, tzinfo=UTC))
    's-36cce3cc'
    """
    return "s-" + blake2b("\x00".join((*brands, by, made_at.isoformat())).encode(), digest_size=4).hexdigest()
