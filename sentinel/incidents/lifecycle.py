"""The life of an incident, as pure functions: an incident, what happened and the instant give the change to commit, or
nothing.
"""

from datetime import datetime, timedelta

from sentinel.escalation.ladder import Climb, next_step
from sentinel.escalation.policy import Policy
from sentinel.escalation.silence import Silence
from sentinel.incidents.assess_incident import end, follow, pass_time, take_over, unacknowledge
from sentinel.incidents.change import Change, EventName, NoticeKind
from sentinel.incidents.climbing import finish, start_climb
from sentinel.incidents.command import Action, Command, Refusal, StepFailed
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import Incident, State, Verdict, incident_id
from sentinel.incidents.notices import pass_on, tell_all
from sentinel.incidents.rules import Rules
from sentinel.incidents.suppression import suppress
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import TRANSITIONS, Trigger
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

_ASKS = {
    Action.ACKNOWLEDGE: Trigger.ACKNOWLEDGE,
    Action.UNACKNOWLEDGE: Trigger.UNACKNOWLEDGE,
    Action.SNOOZE: Trigger.SNOOZE,
    Action.ESCALATE: Trigger.ESCALATE,
    Action.RESOLVE: Trigger.RESOLVE,
    Action.FALSE_ALARM: Trigger.RESOLVE,
}


def assessed(
    incident: Incident | None,
    assessment: Assessment,
    rules: Rules,
    policy: Policy,
    tipped_at: datetime | None,
    *,
    silence: Silence | None = None,
) -> Change | None:
    """Follow the score and the clock to ``assessment.at``.

    Parameters
    ----------
    incident
        The brand's latest incident, if it ever had one.
    policy
        For an incident that opens now; a running one keeps its copy.
    tipped_at
        When the brand's newest mention was observed.
    silence
        What holds the brand's pages back now, if anything does.
    """
    if incident is None or incident.state is State.CLOSED:
        return (
            opened(assessment, rules, policy, tipped_at, silence=silence)
            if assessment.level is not Level.CALM
            else None
        )
    draft = ChangeDraft(incident, assessment.at, silence)
    take_over(draft, assessment)
    pass_time(draft, rules)
    if draft.incident.state is State.CLOSED:
        draft.wake_at(None)
        return draft.done()
    follow(draft, rules, assessment, tipped_at)
    finish(draft, rules)
    return draft.done()


def commanded(
    incident: Incident, command: Command, rules: Rules, now: datetime, *, silence: Silence | None = None
) -> Change | Refusal:
    """Do what a person asks, or say why not: first what is true of the incident, then that the link is from before it
    moved on.
    """
    trigger = Trigger.RENEW if _renews(incident, command) else _ASKS[command.action]
    follows = TRANSITIONS[incident.state, trigger]
    if isinstance(follows, Refusal):
        return follows
    if command.epoch is not None and command.epoch != incident.epoch:
        return Refusal.STALE_LINK
    if command.action is Action.SNOOZE and (command.snooze is None or command.snooze <= timedelta(0)):
        return Refusal.NEEDS_DURATION
    draft = ChangeDraft(incident, now, silence)
    match command.action:
        case Action.ACKNOWLEDGE:
            _acknowledge(draft, rules, command, trigger)
        case Action.UNACKNOWLEDGE:
            unacknowledge(draft, Why.PERSON, command.by)
        case Action.SNOOZE:
            _snooze(draft, rules, command)
        case Action.ESCALATE:
            _escalate(draft, command)
        case Action.RESOLVE:
            end(draft, rules, Trigger.RESOLVE, by=command.by, reason=command.reason, verdict=Verdict.REAL)
        case Action.FALSE_ALARM:
            end(draft, rules, Trigger.RESOLVE, by=command.by, reason=command.reason, verdict=Verdict.FALSE_ALARM)
    finish(draft, rules)
    change = draft.done()
    assert change is not None, "a command that is not refused always leaves a line on the timeline"
    return change


def step_failed(incident: Incident, failed: StepFailed, rules: Rules, now: datetime) -> Change | None:
    """A page reached nobody: the timeline says why.

    Once that is so of everybody on the step, the catch-all is told and the next step is due at once.
    """
    draft = ChangeDraft(incident, now)
    draft.note(What.NOT_SENT, failed.why, contact=failed.contact, step=failed.step)
    climb, ladder = incident.climb, incident.policy.ladder(incident.level)
    current = incident.state is State.OPEN and failed.epoch == incident.epoch and failed.ring in incident.ringing
    if current:
        draft.set_ringing(tuple(each for each in incident.ringing if each != failed.ring))
    if current and not draft.incident.ringing and climb and ladder and failed.step <= len(ladder.steps):
        enough = failed.why is Why.BUDGET
        climb = pass_on(draft, rules, climb, step=failed.step, round_=failed.round, but=failed.contact, quietly=enough)
        draft.climb(climb)
    finish(draft, rules)
    return draft.done()


def opened(
    assessment: Assessment,
    rules: Rules,
    policy: Policy,
    tipped_at: datetime | None,
    *,
    silence: Silence | None = None,
    drill: bool = False,
) -> Change:
    """A brand leaves calm, or a drill pretends that it does."""
    incident = Incident(
        id=incident_id(assessment.brand, assessment.at, drill=drill),
        brand=assessment.brand,
        state=State.OPEN,
        level=assessment.level,
        peak_level=assessment.level,
        score=assessment.score,
        peak_score=assessment.score or 0.0,
        contributions=assessment.contributions,
        opened_at=assessment.at,
        updated_at=assessment.at,
        policy=policy,
        tipped_at=tipped_at,
        drill=drill,
    )
    draft = ChangeDraft(incident, assessment.at, silence)
    take_over(draft, assessment)
    draft.note(What.OPENED, Why.PERSON if drill else Why.SCORE)
    draft.tell(EventName.INCIDENT_OPENED)
    suppress(draft)
    start_climb(draft)
    finish(draft, rules)
    change = draft.done()
    assert change is not None, "an incident that opens always leaves a line on the timeline"
    return change


def _renews(incident: Incident, command: Command) -> bool:
    """Whether whoever has it says so again after the reminder; a press from before the incident moved on does not count
    as one.
    """
    asked = command.action is Action.ACKNOWLEDGE and command.epoch in (None, incident.epoch)
    return asked and renewable(incident, command.by)


def renewable(incident: Incident, by: str) -> bool:
    """Whether this person has it and was reminded that it is about to run out."""
    taken = incident.acknowledgement
    return incident.state is State.ACKNOWLEDGED and taken is not None and taken.reminded and taken.by == by


def _acknowledge(draft: ChangeDraft, rules: Rules, command: Command, trigger: Trigger) -> None:
    until = draft.now + rules.acknowledgement_expires if draft.incident.level is Level.CRISIS else None
    draft.move(trigger)
    draft.acknowledge(command.by, until)
    draft.note(What.ACKNOWLEDGED, Why.PERSON, by=command.by, detail=command.reason)
    draft.tell(EventName.ACKNOWLEDGED, by=command.by, reason=command.reason)
    if trigger is Trigger.ACKNOWLEDGE:  # that the same person still has it is news to nobody
        tell_all(draft, NoticeKind.ACKNOWLEDGED, rules.contacts, by=command.by, but=command.by)


def _snooze(draft: ChangeDraft, rules: Rules, command: Command) -> None:
    assert command.snooze is not None
    until = draft.now + min(command.snooze, rules.max_snooze)
    draft.move(Trigger.SNOOZE)
    draft.snooze(command.by, until)
    draft.note(What.SNOOZED, Why.PERSON, by=command.by, detail=command.reason)
    draft.tell(EventName.SNOOZED, by=command.by, reason=command.reason)


def _escalate(draft: ChangeDraft, command: Command) -> None:
    """Page the next people now, whoever has it: the step after the last that fired, or the second one after an
    acknowledgement.
    """
    i = draft.incident
    draft.move(Trigger.ESCALATE)
    if draft.silence:
        draft.overrule(draft.silence.id)
    draft.drop_acknowledgement()
    draft.end_snooze()
    draft.end_suppression()
    draft.note(What.ESCALATED, Why.PERSON, by=command.by, detail=command.reason)
    ladder = i.policy.ladder(i.level)
    if ladder is None:
        draft.note(What.NOT_SENT, Why.LEVEL_TOO_LOW)
        return
    climb = i.climb or Climb(began_at=draft.now, step=min(1, len(ladder.steps)), since=draft.now)
    draft.climb(next_step(i.policy, i.level, climb, draft.now))
