"""What people say of an incident without moving it: notes, ticks, the first reply, what it was. Pure, like
`lifecycle.py`.

Unlike a command none of these pages anybody, and each may come after the end: a post-mortem is written when all is
quiet.
"""

from dataclasses import dataclass
from datetime import datetime

from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import Incident, Verdict
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Free text for the timeline."""

    incident: str
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The first public reply is out; ``link`` leads to it."""

    incident: str
    by: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """An item of the playbook's checklists is done, or is not after all.

    Parameters
    ----------
    item
        Names it over edits of the playbook (`sentinel.playbooks.checklist`).
    text
        As the timeline quotes it.
    """

    incident: str
    by: str
    item: str
    text: str
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What it was: real, or a false alarm; the latest one counts."""

    incident: str
    by: str
    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIgnored:
    """An account does not count from now on, or does again; ``name`` is what people call it."""

    incident: str
    by: str
    name: str
    ignored: bool = True


Annotation = Note | Reply | Tick | Judgement | AccountIgnored


def annotated(incident: Incident, annotation: Annotation, now: datetime) -> Change | Refusal:
    """Write down what a person says, or say why not. A change without a line: it had been said before."""
    draft = ChangeDraft(incident, now)
    match annotation:
        case Note():
            draft.note(What.NOTE, Why.PERSON, by=annotation.by, detail=annotation.text)
        case Tick():
            draft.note(
                What.TICKED if annotation.done else What.UNTICKED, Why.PERSON, by=annotation.by, detail=annotation.text
            )
        case AccountIgnored():
            draft.note(
                What.IGNORED if annotation.ignored else What.HEARD_AGAIN,
                Why.PERSON,
                by=annotation.by,
                detail=annotation.name,
            )
        case Reply():
            if incident.reply is not None:
                return Refusal.ALREADY_REPLIED
            draft.reply(annotation.by)
            draft.note(What.REPLIED, Why.PERSON, by=annotation.by, detail=annotation.link)
        case Judgement():
            if annotation.verdict is Verdict.FALSE_ALARM and incident.live:
                return Refusal.NOT_OVER  # whoever was paged must hear of it: that is what ending it as one is for
            if annotation.verdict is not incident.verdict:
                draft.move(Trigger.JUDGE)
                draft.judge(annotation.verdict, annotation.by)
                draft.note(
                    What.VERDICT, Why.PERSON, by=annotation.by, detail=annotation.reason, verdict=annotation.verdict
                )
    return Change(incident=draft.incident, timeline=tuple(draft.timeline), events=(), notices=())
