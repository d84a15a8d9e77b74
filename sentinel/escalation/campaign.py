"""The campaign calendar: while a known campaign runs, the level of its brands goes no higher than agreed.

It caps, it does not mute.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sentinel.scoring.level import Level


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A launch, a sponsorship, a sale: people will talk.

    From ``starts_at`` until ``ends_at``, half-open; no brands is every brand.
    """

    name: str
    brands: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    cap: Level

    def runs(self, brand: str, at: datetime) -> bool:
        """Whether it caps this brand at this instant."""
        return self.starts_at <= at < self.ends_at and (not self.brands or brand in self.brands)


def campaign_over(campaigns: Iterable[Campaign], brand: str, at: datetime) -> Campaign | None:
    """The campaign that caps a brand now: of several, the one with the lowest cap."""
    return min(
        (each for each in campaigns if each.runs(brand, at)), key=lambda each: (each.cap.rank, each.name), default=None
    )


def next_edge(campaigns: Iterable[Campaign], brand: str, at: datetime) -> datetime | None:
    """The next instant at which a brand's cap may change."""
    own = (each for each in campaigns if not each.brands or brand in each.brands)
    return min((edge for each in own for edge in (each.starts_at, each.ends_at) if edge > at), default=None)
