"""What the engine is built from: the configuration as the core sees it, plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sentinel.escalation.campaign import Campaign
from sentinel.escalation.policy import Policy
from sentinel.escalation.recurring_silence import RecurringSilence, SourceMaintenance
from sentinel.incidents.rules import Rules
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.matching.brand import Brand
from sentinel.scoring.event_calendar import CalendarVersion, EventCalendar
from sentinel.scoring.settings import ScoringSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSetup:
    """One brand: what matches it, how it is scored, who is paged, whose silence blinds it (empty: any source's), its
    competitors.
    """

    brand: Brand
    was: tuple[str, ...] = ()
    """Its earlier names."""
    scoring: ScoringSettings
    policy: Policy
    sources: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The present one, then the earlier ones."""
        return (self.brand.name, *self.was)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSetup:
    """Everything the fold depends on besides the mentions and the clock."""

    brands: tuple[BrandSetup, ...]
    rules: Rules
    tick: timedelta
    grace: timedelta
    lags: Mapping[str, timedelta]
    """Sources whose mentions normally arrive later than the grace, with how much later (feeds that are polled)."""
    campaigns: tuple[Campaign, ...] = ()
    """The calendar of what will be talked about anyway."""
    calendars: tuple[EventCalendar, ...] = ()
    """Calendars of known events."""
    calendar_versions: tuple[CalendarVersion, ...] = ()
    """What they held and when, of a daemon whose history is folded or where files say it; a daemon tells while it runs.
    """
    author_ignores: tuple[AuthorIgnore, ...] = ()
    """Accounts that people chose to ignore while a daemon ran whose history is folded."""
    recurring: tuple[RecurringSilence, ...] = ()
    """Hours of the week in which pages are held back."""
    elsewhere: tuple[BrandSetup, ...] = ()
    """Brands that other engines fold; what stars teach about them is learnt here as well."""
    maintenance: tuple[SourceMaintenance, ...] = ()
    """Hours of the week in which a source may be silent."""

    @property
    def names_elsewhere(self) -> frozenset[str]:
        """What brands are or were called that other engines fold."""
        return frozenset(name for each in self.elsewhere for name in each.names)

    @property
    def renamed(self) -> dict[str, str]:
        """Earlier names of brands to present ones."""
        return {old: each.brand.name for each in self.brands for old in each.was}
