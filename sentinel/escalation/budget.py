"""How much a person or a provider is sent in a while, as values: a token bucket, a group's window, a night's count.

Nothing runs and nothing is timed here: each value holds an instant, answers for the `now` it is asked about, and is
made again from what was sent when the daemon starts.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

PATIENCE = timedelta(seconds=60)
"""A page is held back for others' sake this long at most, counted from when it was due."""


class BudgetKind(StrEnum):
    """Whose budget: the metric's label and the log's word."""

    CONTACT = "contact"
    PROVIDER = "provider"
    NIGHT = "night"


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """So many ``messages`` at once and so many ``per`` while; the last ``first_pages`` of them are kept for first
    pages.
    """

    messages: int
    per: timedelta
    first_pages: int = 0

    @property
    def refill(self) -> timedelta:
        """How long one message takes to come back."""
        return self.per // self.messages


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A token bucket, kept as the instant at which it will be full again: what is missing now is the time until then.

    Examples
    --------
    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> bucket = Bucket(budget=Budget(messages=3, per=timedelta(minutes=3), first_pages=1),
    ...     full_at=nine).take(nine).take(nine)
    >>> bucket.room(nine), bucket.room(nine, first=True), bucket.wait(nine), bucket.room(nine + timedelta(minutes=1))
    (False, True, datetime.timedelta(seconds=60), True)
    """

    budget: Budget
    full_at: datetime

    def take(self, now: datetime) -> "Bucket":
        """One message goes, whether there was room or not; an empty bucket stays empty."""
        owed = max(self.full_at, now) + self.budget.refill
        return msgspec.structs.replace(self, full_at=min(owed, now + self.budget.per))

    def give_back(self) -> "Bucket":
        """One message that was taken for did not go after all."""
        return msgspec.structs.replace(self, full_at=self.full_at - self.budget.refill)

    def wait(self, now: datetime, *, first: bool = False) -> timedelta:
        """How long until there is room for one more; nothing when there is."""
        missing = min(max(self.full_at - now, timedelta(0)), self.budget.per)
        kept = 0 if first else self.budget.first_pages
        return max(timedelta(0), missing + self.budget.refill * (1 + kept) - self.budget.refill * self.budget.messages)

    def room(self, now: datetime, *, first: bool = False) -> bool:
        """Whether one more may go now."""
        return not self.wait(now, first=first)


def group_ends(paged_at: datetime | None, group_wait: timedelta, now: datetime) -> datetime | None:
    """Until when pages wait to go together with others, after one went at ``paged_at``; ``None`` when they need not.

    A page in the future is one from before the clock was set back: it groups nothing.
    """
    if paged_at is None or not paged_at <= now < paged_at + group_wait:
        return None
    return paged_at + group_wait


class NightBudget(msgspec.Struct, frozen=True, kw_only=True):
    """At most ``pages`` a night, between two wall times in the contact's zone; ``begins`` after ``ends`` crosses
    midnight.

    Examples
    --------
    >>> from datetime import UTC
    >>> nights = NightBudget(zone="Europe/Madrid", begins=time(22), ends=time(8), pages=3)
    >>> [str(nights.night(datetime(2026, 3, 2, hour, tzinfo=UTC))) for hour in (6, 7, 21, 23)]
    ['2026-03-01', 'None', '2026-03-02', '2026-03-02']
    """

    zone: str
    begins: time
    ends: time
    pages: int

    def night(self, at: datetime) -> date | None:
        """The day on whose evening this night began; ``None`` by day."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock, today = local.time(), local.date()
        if self.begins < self.ends:
            return today if self.begins <= clock < self.ends else None
        if clock >= self.begins:
            return today
        return today - timedelta(days=1) if clock < self.ends else None


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What one contact was sent, as far as it still counts."""

    bucket: Bucket | None = None
    paged_at: datetime | None = None
    """When the last page below a crisis went."""
    night: date | None = None
    pages: int = 0
    """How many of those went in ``night``."""

    def sent(self, now: datetime, *, page: bool, nights: NightBudget | None) -> "Spending":
        """One message more; ``page`` when it is a page below a crisis."""
        spent = msgspec.structs.replace(self, bucket=self.bucket.take(now) if self.bucket else None)
        if not page:
            return spent
        night = nights.night(now) if nights else None
        pages = self.pages + 1 if night == self.night else 1
        return msgspec.structs.replace(spent, paged_at=now, night=night, pages=pages if night else 0)

    def withdrawn(self, at: datetime, *, page: bool) -> "Spending":
        """The message that `sent` counted at ``at`` never arrived."""
        spent = msgspec.structs.replace(self, bucket=self.bucket.give_back() if self.bucket else None)
        if not page:
            return spent
        paged_at = None if self.paged_at == at else self.paged_at
        return msgspec.structs.replace(spent, paged_at=paged_at, pages=max(0, self.pages - 1))

    def is_over(self, nights: NightBudget | None, now: datetime) -> bool:
        """Whether the contact has had its pages for this night."""
        night = nights.night(now) if nights else None
        return nights is not None and night is not None and (self.pages if night == self.night else 0) >= nights.pages
