"""Transitions of an incident, every one in one table: what each trigger does in each state was decided on purpose."""

from enum import StrEnum

from sentinel.incidents.command import Refusal
from sentinel.incidents.incident import State


class Trigger(StrEnum):
    """What can happen to an incident."""

    ROSE = "rose"
    FELL = "fell"
    CALMED = "calmed"
    FLARED = "flared"
    ACKNOWLEDGE = "acknowledge"
    RENEW = "renew"
    UNACKNOWLEDGE = "unacknowledge"
    SNOOZE = "snooze"
    UNSNOOZE = "unsnooze"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    SILENCE = "silence"
    UNSILENCE = "unsilence"
    CLOSE = "close"
    JUDGE = "judge"


_O, _A, _R, _C = State.OPEN, State.ACKNOWLEDGED, State.RESOLVED, State.CLOSED
_T = Trigger
TRANSITIONS: dict[tuple[State, Trigger], State | Refusal | None] = {
    # What follows from the score; None: nothing, on purpose.
    (_O, _T.ROSE): _O,
    (_A, _T.ROSE): _O,
    (_R, _T.ROSE): None,
    (_C, _T.ROSE): None,
    (_O, _T.FELL): _O,
    (_A, _T.FELL): _A,
    (_R, _T.FELL): None,
    (_C, _T.FELL): None,
    (_O, _T.CALMED): _R,
    (_A, _T.CALMED): _R,
    (_R, _T.CALMED): None,
    (_C, _T.CALMED): None,
    (_O, _T.FLARED): None,
    (_A, _T.FLARED): None,
    (_R, _T.FLARED): _O,
    (_C, _T.FLARED): None,
    # What a person asks.
    (_O, _T.ACKNOWLEDGE): _A,
    (_A, _T.ACKNOWLEDGE): Refusal.ALREADY_ACKNOWLEDGED,
    (_R, _T.ACKNOWLEDGE): Refusal.ALREADY_RESOLVED,
    (_C, _T.ACKNOWLEDGE): Refusal.CLOSED,
    (_O, _T.RENEW): None,
    (_A, _T.RENEW): _A,
    (_R, _T.RENEW): None,
    (_C, _T.RENEW): None,
    (_O, _T.UNACKNOWLEDGE): Refusal.NOT_ACKNOWLEDGED,
    (_A, _T.UNACKNOWLEDGE): _O,
    (_R, _T.UNACKNOWLEDGE): Refusal.ALREADY_RESOLVED,
    (_C, _T.UNACKNOWLEDGE): Refusal.CLOSED,
    (_O, _T.SNOOZE): _O,
    (_A, _T.SNOOZE): _A,
    (_R, _T.SNOOZE): Refusal.ALREADY_RESOLVED,
    (_C, _T.SNOOZE): Refusal.CLOSED,
    (_O, _T.ESCALATE): _O,
    (_A, _T.ESCALATE): _O,
    (_R, _T.ESCALATE): Refusal.ALREADY_RESOLVED,
    (_C, _T.ESCALATE): Refusal.CLOSED,
    (_O, _T.RESOLVE): _R,
    (_A, _T.RESOLVE): _R,
    (_R, _T.RESOLVE): Refusal.ALREADY_RESOLVED,
    (_C, _T.RESOLVE): Refusal.CLOSED,
    (_O, _T.JUDGE): _O,
    (_A, _T.JUDGE): _A,
    (_R, _T.JUDGE): _R,
    (_C, _T.JUDGE): _C,
    # What time brings.
    (_O, _T.UNSNOOZE): _O,
    (_A, _T.UNSNOOZE): _A,
    (_R, _T.UNSNOOZE): None,
    (_C, _T.UNSNOOZE): None,
    (_O, _T.SILENCE): _O,
    (_A, _T.SILENCE): _A,
    (_R, _T.SILENCE): None,
    (_C, _T.SILENCE): None,
    (_O, _T.UNSILENCE): _O,
    (_A, _T.UNSILENCE): _A,
    (_R, _T.UNSILENCE): None,
    (_C, _T.UNSILENCE): None,
    (_O, _T.CLOSE): None,
    (_A, _T.CLOSE): None,
    (_R, _T.CLOSE): _C,
    (_C, _T.CLOSE): None,
}
"""Where each trigger leads from each state: a state, a refusal told to the person who asked, or nothing."""

RAISES_EPOCH = frozenset(
    {
        _T.ROSE,
        _T.FLARED,
        _T.ACKNOWLEDGE,
        _T.RENEW,
        _T.UNACKNOWLEDGE,
        _T.SNOOZE,
        _T.UNSNOOZE,
        _T.ESCALATE,
        _T.RESOLVE,
        _T.CALMED,
        _T.SILENCE,
        _T.UNSILENCE,
    }
)
"""After these, what was promised before is void: timers, deliveries and links of the older epoch do nothing."""
