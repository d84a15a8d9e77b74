"""The rules of paging once more, written by another hand and much smaller: what state an incident is in and whom it may
page now.

A new rule is added in three places: what changes it (an attribute), when (`look` or `ask`), and what it forbids
(`may_page`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sentinel.escalation.silence import Silence
from sentinel.incidents.command import Action
from sentinel.scoring.level import Level

HOUR, HALF, REMINDER = timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=5)


@dataclass
class Model:
    """One incident as its people see it."""

    level: Level
    pages_watch: bool
    night: frozenset[str]
    """Who is left alone below a crisis from ten in the evening until seven."""
    state: str = "open"
    owner: str | None = None
    owned_until: datetime | None = None
    reminded: bool = False
    snoozed_until: datetime | None = None
    silence: Silence | None = None
    defied: str | None = None
    held_at: Level | None = None
    resolved_at: datetime | None = None
    flares: list[datetime] = field(default_factory=list)
    flapping: bool = False
    calm_since: datetime | None = None

    # -- what happens
    # -------------------------------------------------------------------------------------------------------

    def look(self, level: Level, now: datetime, silence: Silence | None) -> None:
        """The clock says ``now``, the score says ``level``."""
        self.silence = silence
        if (
            self.state == "resolved"
            and self.held_at is None
            and self.resolved_at
            and now >= self.resolved_at + 2 * HOUR
        ):
            self.state = "closed"
        if self.state == "closed":
            return
        if self.snoozed_until and now >= self.snoozed_until:
            self.snoozed_until = None
        self._ownership(now)
        if self.calm_since and now >= self.calm_since + HOUR:
            self._end(now, None)
        if level is Level.CALM:
            self._calm(now)
        elif self.state == "resolved":
            self._flare(level, now)
        else:
            self.calm_since = None
            if level.rank > self.level.rank:
                self._wake()
            self.level = level

    def ask(self, action: Action, by: str, now: datetime, snooze: timedelta, silence: Silence | None) -> None:
        """A person asked, and was not refused."""
        match action:
            case Action.ACKNOWLEDGE:
                taken = self.state == "acknowledged"
                assert not taken or (self.owner == by and self.reminded), "only whoever has it may take it once more"
                self.state, self.owner, self.reminded = "acknowledged", by, False
                self.owned_until = now + HALF if self.level is Level.CRISIS else None
            case Action.UNACKNOWLEDGE:
                self._disown()
            case Action.SNOOZE:
                self.snoozed_until = now + min(snooze, 12 * HOUR)
            case Action.ESCALATE:
                self._wake()
                self.defied = silence.id if silence else self.defied
            case Action.RESOLVE | Action.FALSE_ALARM:
                self._end(now, self.level)

    # -- what follows
    # -------------------------------------------------------------------------------------------------------

    @property
    def paging(self) -> bool:
        """Somebody must be reached: it is open, nobody has it, nothing holds it back."""
        quiet = self.silence is not None and self.level is not Level.CRISIS and self.silence.id != self.defied
        return self.state == "open" and self.snoozed_until is None and not quiet and self._level_pages

    def may_page(self, contact: str, now: datetime) -> bool:
        """Whether this person may be paged now."""
        asleep = contact in self.night and not 7 <= now.hour < 22 and self.level is not Level.CRISIS
        return self.paging and not asleep

    @property
    def _level_pages(self) -> bool:
        return self.level in (Level.ALERT, Level.CRISIS) or (self.level is Level.WATCH and self.pages_watch)

    def _ownership(self, now: datetime) -> None:
        if self.state != "acknowledged" or self.owned_until is None or self.snoozed_until is not None:
            return
        if now >= self.owned_until:
            self._disown()
        elif now >= self.owned_until - REMINDER:
            self.reminded = True

    def _calm(self, now: datetime) -> None:
        if self.state == "resolved" and self.held_at is not None:
            self.held_at, self.resolved_at = None, now
        elif self.state != "resolved" and self.flapping:
            self.calm_since = self.calm_since or now
        elif self.state != "resolved":
            self._end(now, None)

    def _flare(self, level: Level, now: datetime) -> None:
        if self.held_at is not None and level.rank <= self.held_at.rank:
            return
        self.flares = [at for at in self.flares if now - at < HOUR] + [now]
        self.flapping = len(self.flares) > 3
        self._wake()
        self.state, self.level, self.held_at, self.resolved_at = "open", level, None, None

    def _end(self, now: datetime, held_at: Level | None) -> None:
        self.state, self.held_at, self.resolved_at = "resolved", held_at, now
        self.snoozed_until = self.calm_since = None
        self.flapping = False

    def _wake(self) -> None:
        self._disown()
        self.snoozed_until = None

    def _disown(self) -> None:
        self.state, self.owner, self.owned_until, self.reminded = "open", None, None, False
