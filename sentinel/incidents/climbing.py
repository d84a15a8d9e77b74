"""Begins the climb of an incident's ladder, and writes down when the incident wants to be looked at again."""

from datetime import timedelta

from sentinel.escalation.ladder import Climb
from sentinel.incidents.change import Draft
from sentinel.incidents.incident import State
from sentinel.incidents.notices import fire_rungs, foretell
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why

REMIND_BEFORE = timedelta(minutes=5)
FLAP_WINDOW = timedelta(hours=1)
FLAPS = 3
"""More reopenings than this within the window: the incident is held open and pages once an hour."""


def start_climb(draft: Draft) -> None:
    """Page from the first step, now: unless nobody is paged at this level, a silence holds pages back, or it flaps
    and paged just now.
    """
    i = draft.incident
    if i.policy.ladder(i.level) is None:
        draft.to(climb=None)
        draft.note(What.NOT_SENT, Why.LEVEL_TOO_LOW)
        return
    if i.suppressed_by is not None:
        draft.to(climb=None)
        draft.note(What.NOT_SENT, Why.SILENCED)
        return
    began_at = draft.now
    if i.flapping and i.last_page_at and i.last_page_at + FLAP_WINDOW > began_at:
        began_at = i.last_page_at + FLAP_WINDOW
        draft.note(What.NOT_SENT, Why.FLAPPING)
    draft.to(climb=Climb(began_at=began_at, since=draft.now), exhausted=False)


def finish(draft: Draft, rules: Rules) -> None:
    """Fire the rungs that are due, then set `next_at`."""
    i = draft.incident
    climbing = i.state is State.OPEN and i.snoozed_until is None and i.suppressed_by is None
    rung_at = fire_rungs(draft, rules) if climbing else None
    foretell(draft, rules, rung_at)
    i = draft.incident
    times = [rung_at]
    if i.live:
        times += [i.update_due, i.snoozed_until, i.suppressed_until]
        times.append(i.calm_since + FLAP_WINDOW if i.calm_since else None)
    if i.state is State.ACKNOWLEDGED and i.acknowledged_until and i.snoozed_until is None:
        times.append(i.acknowledged_until if i.reminded else i.acknowledged_until - REMIND_BEFORE)
    if i.state is State.RESOLVED and i.resolved_at and i.resolved_level is None:
        times.append(i.resolved_at + rules.reopen_within)
    draft.to(next_at=min((t for t in times if t is not None), default=None))
