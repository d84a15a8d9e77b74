"""A silence begins or ends over an incident: pages are held back, with the reason, and go out when it ends with the
trouble still there.
"""

from sentinel.incidents.change import Draft
from sentinel.incidents.climbing import start_climb
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import Trigger
from sentinel.scoring.level import Level

LOUD: dict[str, object] = {"suppressed_by": None, "suppressed_until": None}


def hush(draft: Draft) -> None:
    """Hold pages back from now on, if a silence says so; a crisis always passes."""
    i, silence = draft.incident, draft.silence
    if silence is None or silence.id == i.defied or i.level is Level.CRISIS or not i.live:
        return
    if i.suppressed_by is None:
        draft.move(Trigger.SILENCE, climb=None, suppressed_by=silence.id, suppressed_until=silence.ends_at)
        draft.note(What.SILENCED, Why.SILENCED, by=silence.by, detail=silence.reason)
    elif i.suppressed_by != silence.id or i.suppressed_until != silence.ends_at:
        draft.to(suppressed_by=silence.id, suppressed_until=silence.ends_at)
        draft.worth_saving = True


def unhush(draft: Draft) -> None:
    """The silence is over: whoever would have been paged is paged now."""
    i = draft.incident
    if i.suppressed_by is None or (draft.silence is not None and i.level is not Level.CRISIS):
        return
    why = Why.TIME if draft.silence is None else Why.LEVEL_ROSE
    draft.move(Trigger.UNSILENCE, **LOUD)
    draft.note(What.SILENCE_ENDED, why)
    if draft.incident.state is State.OPEN and draft.incident.snoozed_until is None:
        start_climb(draft)
