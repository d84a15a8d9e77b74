"""Absence: afterwards whoever was to be woken meanwhile is woken once the score has been looked at, not before."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from sentinel.escalation.ladder import OVERDUE, climb_on
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry, What, Why


@dataclass(slots=True)
class Absence:
    """Which brands' pages wait for the score, and until when.

    A page that came due while nobody looked, for a level that the score no longer bears out, wakes a person for
    nothing: it waits for as long as the level takes to be left. Should the score come back within that time, it goes at
    once. Where sources are silent and the others show nothing, it waits as long, and then goes and says that the score
    is unknown. What is not overdue never waits.
    """

    _back: bool = False
    _held: dict[str, datetime] = field(default_factory=dict)

    def come_back(self) -> None:
        """The next assessment is the first after an absence."""
        self._back = True

    def over(self) -> None:
        """That assessment was made."""
        self._back = False

    def holds(
        self, brand: str, incident: Incident | None, leaves_at: datetime | None, now: datetime, *, seen: bool = True
    ) -> "Change | bool":
        """Whether the brand's incident is left alone for now; the change that says so when that begins.

        Parameters
        ----------
        leaves_at
            When the level is left should nothing more be heard; ``None`` while the score bears it out.
        seen
            Whether the score is; where it is not, it is ``leaves_at`` that somebody is paged all the same.
        """
        until = self._held.pop(brand, None)
        if incident is None or not incident.live or leaves_at is None:
            return False
        if until is not None and seen:
            until = max(until, leaves_at)  # its sources are back, and the level is left later for that
        if until is not None and now < until:
            self._held[brand] = until
            return True
        if not self._back or leaves_at <= now or not _overdue(incident, now):
            return False
        if not seen and incident.next_at is not None and incident.next_at > now:
            leaves_at = min(leaves_at, incident.next_at)  # it waited already when the daemon was killed
        self._held[brand] = leaves_at
        line = TimelineEntry(
            at=now,
            what=What.NOT_SENT,
            why=Why.UNSEEN,
            level=incident.level,
            score=incident.score,
            epoch=incident.epoch,
        )
        waits = msgspec.structs.replace(incident, next_at=leaves_at, updated_at=now)
        return Change(incident=waits, timeline=(line,), events=(), notices=())


def _overdue(incident: Incident, now: datetime) -> bool:
    """Whether the incident was to be looked at, a rung to be climbed, or somebody's time was up while nobody looked.

    That it is to be looked at later may come of this very wait, before the daemon was killed in it.
    """
    taken = incident.acknowledgement if incident.state is State.ACKNOWLEDGED else None
    times = (incident.next_at, taken.until if taken else None, incident.snooze.until if incident.snooze else None)
    if any(at is not None and now - at > OVERDUE for at in times):
        return True
    if incident.state is not State.OPEN or incident.climb is None:
        return False
    climbed = climb_on(incident.policy, incident.level, incident.climb, now)
    return any(now - rung.due_at > OVERDUE for rung in (*climbed.missed, *climbed.fire))
