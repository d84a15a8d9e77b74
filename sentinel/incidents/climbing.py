"""Begins the climb of an incident's ladder, and writes down when the incident wants to be looked at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sentinel.escalation.ladder import Climb, go_on
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.notices import fire_steps, foretell
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level

REMIND_BEFORE = timedelta(minutes=5)
FLAP_WINDOW = timedelta(hours=1)
FLAPS = 3
"""More reopenings than this within the window: the incident is held open and pages once an hour."""


def start_climb(draft: ChangeDraft) -> None:
    """Page from the first step, now: unless nobody is paged at this level, a silence holds pages back, or it flaps and
    paged just now.
    """
    i = draft.incident
    if i.policy.ladder(i.level) is None:
        draft.climb(None)
        draft.note(What.NOT_SENT, Why.LEVEL_TOO_LOW)
        return
    if i.suppression is not None:
        draft.climb(None)
        draft.note(What.NOT_SENT, Why.SILENCED)
        return
    began_at = draft.now
    if i.recurrence.flapping and i.last_page_at and i.last_page_at + FLAP_WINDOW > began_at:
        began_at = i.last_page_at + FLAP_WINDOW
        draft.note(What.NOT_SENT, Why.FLAPPING)
    draft.begin_climb(Climb(began_at=began_at, since=draft.now))


def goes_on(i: Incident, level: Level) -> bool:
    """Whether a rise to this level only goes on with a climb that began no lower: nobody answered it, and it was not
    ended by anything but a fall.
    """
    known = i.climb or i.paused
    reached = (known.level or i.level) if known is not None else None
    free = i.state is State.OPEN and i.snooze is None and i.suppression is None and not i.recurrence.flapping
    return free and reached is not None and level.rank <= reached.rank and i.policy.ladder(level) is not None


def resume_climb(draft: ChangeDraft, before: Level) -> None:
    """Go on at the step at which the climb was, with whoever comes next."""
    i = draft.incident
    climb = i.climb or i.paused
    assert climb is not None, "what goes on was begun"
    draft.climb(go_on(i.policy, before, i.level, climb, draft.now))


def finish(draft: ChangeDraft, rules: Rules) -> None:
    """Fire the steps that are due, then set `next_at`."""
    i = draft.incident
    climbing = i.state is State.OPEN and i.snooze is None and i.suppression is None
    step_at = fire_steps(draft, rules) if climbing else None
    foretell(draft, rules, step_at)
    draft.wake_at(min((at for at in (step_at, *_deadlines(draft.incident, rules)) if at is not None), default=None))


def _deadlines(i: Incident, rules: Rules) -> Iterator[datetime | None]:
    """When the clock does something to it, except the ladder."""
    if i.live:
        yield i.updates.due_at
        yield i.snooze.until if i.snooze else None
        yield i.suppression.until if i.suppression else None
        yield i.recurrence.calm_since + FLAP_WINDOW if i.recurrence.calm_since else None
    taken = i.acknowledgement
    if i.state is State.ACKNOWLEDGED and taken and taken.until and i.snooze is None:
        yield taken.until if taken.reminded else taken.until - REMIND_BEFORE
    if i.state is State.RESOLVED and i.resolution and i.resolution.holds_at is None:
        yield i.resolution.at + rules.reopen_within
