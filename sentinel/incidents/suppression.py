"""A silence begins or ends over an incident: pages are held back, with the reason, and go out when it ends with the
trouble still there.
"""

from sentinel.incidents.climbing import start_climb
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import Trigger


def suppress(draft: ChangeDraft) -> None:
    """Hold pages back from now on, if a silence says so; a crisis always passes, and so does an incident that people
    know already where only one signal is silenced.
    """
    i, silence = draft.incident, draft.silence
    if silence is None or silence.id == i.overruled or not silence.holds(i.level) or not i.live:
        return
    if silence.signal is not None and i.told:
        return
    if i.suppression is None:
        draft.move(Trigger.SILENCE)
        draft.suppress(silence)
        draft.note(What.SILENCED, Why.SILENCED, by=silence.by, detail=silence.reason)
    elif (i.suppression.silence, i.suppression.until) != (silence.id, silence.ends_at):
        draft.suppress(silence)
        draft.worth_saving = True


def end_suppression(draft: ChangeDraft) -> None:
    """The silence is over: whoever would have been paged is paged now."""
    i = draft.incident
    if i.suppression is None or (draft.silence is not None and draft.silence.holds(i.level)):
        return
    why = Why.TIME if draft.silence is None else Why.LEVEL_ROSE
    draft.move(Trigger.UNSILENCE)
    draft.end_suppression()
    draft.note(What.SILENCE_ENDED, why)
    if draft.incident.state is State.OPEN and draft.incident.snooze is None:
        start_climb(draft)
