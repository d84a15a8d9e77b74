"""Contacts as the core knows them: over which kinds of channel a person may be told what, and when they want to be left
alone.

Addresses are secrets and stay in the configuration; here a channel is only its place in the contact's list and its
scheme.
"""

from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.budget import NightBudget
from sentinel.escalation.digest import DailyDigest


class Occasion(StrEnum):
    """What a message is to the person who gets it."""

    CRISIS = "crisis"
    ALERT = "alert"
    NEWS = "news"


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """Wall time, half-open, in the contact's zone; ``begins`` after ``ends`` crosses midnight and belongs to the day it
    begins on.

    Examples
    --------
    >>> from datetime import UTC
    >>> night = QuietHours(zone="Europe/Madrid", begins=time(22), ends=time(7, 30), days=frozenset(range(7)))
    >>> [night.hold(datetime(2026, 3, 2, hour, 0, tzinfo=UTC)) for hour in (20, 21, 6, 7)]
    [False, True, True, False]
    """

    zone: str
    begins: time
    ends: time
    days: frozenset[int]
    """Weekdays on which they begin, Monday is 0."""

    def hold(self, at: datetime) -> bool:
        """Whether the contact is to be left alone at this instant."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock, today = local.time(), local.weekday()
        if self.begins < self.ends:
            return today in self.days and self.begins <= clock < self.ends
        evening = today in self.days and clock >= self.begins
        return evening or ((today - 1) % 7 in self.days and clock < self.ends)


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """One person, or a team's channel.

    Parameters
    ----------
    channels
        Schemes of the contact's channels, in the order of the configuration.
    use
        For an occasion, the schemes to try, in order; an occasion that is missing tries every channel in order.
    quiet
        Hours in which only a crisis gets through.
    nights
        How many pages below a crisis a night may bring.
    digest
        When the contact reads once a day what happened.
    """

    channels: tuple[str, ...]
    use: dict[Occasion, tuple[str, ...]] = {}
    quiet: QuietHours | None = None
    nights: NightBudget | None = None
    digest: DailyDigest | None = None

    def route(self, occasion: Occasion) -> tuple[int, ...]:
        """Places of the channels to try, in order.

        Examples
        --------
        >>> ana = Contact(channels=("ntfys", "mailtos"), use={Occasion.CRISIS: ("mailtos", "ntfys"),
        ...     Occasion.NEWS: ("mailtos",)})
        >>> [ana.route(occasion) for occasion in Occasion]
        [(1, 0), (0, 1), (1,)]
        """
        if occasion not in self.use:
            return tuple(range(len(self.channels)))
        return tuple(
            place for scheme in self.use[occasion] for place, each in enumerate(self.channels) if each == scheme
        )

    def kinds(self, occasion: Occasion) -> tuple[str, ...]:
        """Schemes that `route` gives, in order."""
        return tuple(self.channels[place] for place in self.route(occasion))

    def leaves_alone(self, occasion: Occasion, at: datetime) -> bool:
        """Whether a page of this occasion must wait; a crisis never does."""
        return occasion is not Occasion.CRISIS and self.quiet is not None and self.quiet.hold(at)
