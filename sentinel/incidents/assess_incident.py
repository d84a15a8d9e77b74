"""Assessing an incident: what the score and the clock do to it."""

from datetime import datetime

from msgspec.structs import replace

from sentinel.incidents.change import EventName, NoticeKind
from sentinel.incidents.climbing import FLAP_WINDOW, FLAPS, REMIND_BEFORE, goes_on, resume_climb, start_climb
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import State, Verdict
from sentinel.incidents.notices import tell_all
from sentinel.incidents.rules import Rules
from sentinel.incidents.suppression import end_suppression, suppress
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import Trigger
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

SAVE_AFTER = 1.0
"""Points by which the peak must rise to be written down although nothing else happened."""


def take_over(draft: ChangeDraft, assessment: Assessment) -> None:
    """Let the incident show what the newest assessment found."""
    i = draft.incident
    if assessment.campaign != i.campaign:
        draft.cap(assessment.campaign)
        if assessment.campaign is not None:
            draft.note(What.CAPPED, Why.CAMPAIGN, detail=assessment.campaign)
    if assessment.score is not None and assessment.score >= i.peak_score + SAVE_AFTER and i.live:
        draft.worth_saving = True
    draft.show(assessment)


def follow(draft: ChangeDraft, rules: Rules, assessment: Assessment, tipped_at: datetime | None) -> None:
    """Follow the level of the brand: up always, down only while all of its sources are heard."""
    i, level = draft.incident, assessment.level
    partial = assessment.score is None or bool(assessment.unseen)
    if level is Level.CALM:
        _calm(draft, rules)
    elif i.state is State.RESOLVED:
        _flare(draft, level, tipped_at)
    elif level is not i.level:
        draft.set_calm_since(None)
        if level.rank > i.level.rank:
            if goes_on(i, level):
                _regain(draft, rules, level, tipped_at)
            else:
                _rise(draft, level, tipped_at)
        elif not partial:
            _fall(draft, rules, level)
    elif i.recurrence.calm_since:
        draft.set_calm_since(None)
        draft.worth_saving = True


def pass_time(draft: ChangeDraft, rules: Rules) -> None:
    """Do what the clock and the silences bring, except the ladder."""
    i, now = draft.incident, draft.now
    if (
        i.state is State.RESOLVED
        and i.resolution
        and i.resolution.holds_at is None
        and now >= i.resolution.at + rules.reopen_within
    ):
        draft.move(Trigger.CLOSE)
        draft.note(What.CLOSED, Why.TIME)
    if i.snooze and now >= i.snooze.until and draft.move(Trigger.UNSNOOZE):
        draft.end_snooze()
        draft.note(What.SNOOZE_ENDED, Why.TIME)
        if draft.incident.state is State.OPEN:
            start_climb(draft)
    _acknowledgement(draft, rules)
    end_suppression(draft)
    suppress(draft)
    calm_since = draft.incident.recurrence.calm_since
    if calm_since and now >= calm_since + FLAP_WINDOW and draft.incident.score is not None:
        end(draft, rules, Trigger.CALMED)
    due_at = draft.incident.updates.due_at
    if draft.incident.live and due_at and now >= due_at:
        _update(draft, rules, None)


def end(
    draft: ChangeDraft,
    rules: Rules,
    trigger: Trigger,
    *,
    by: str | None = None,
    reason: str | None = None,
    verdict: Verdict | None = None,
) -> None:
    """Resolve it: by itself (`CALMED`), or by a person (`RESOLVE`), whose verdict stands until the brand has been
    calm.
    """
    alarm = verdict is Verdict.FALSE_ALARM
    draft.move(trigger)
    draft.resolve(by)
    if verdict is not None:
        draft.judge(verdict, by)
    draft.note(What.FALSE_ALARM if alarm else What.RESOLVED, Why.PERSON if by else Why.QUIET, by=by, detail=reason)
    draft.tell(
        EventName.RESOLVED,
        by=by,
        reason=reason or (verdict.value if verdict and alarm else None if by else Why.QUIET.value),
    )
    tell_all(draft, NoticeKind.RESOLVED, rules.contacts, by=by)


def unacknowledge(draft: ChangeDraft, why: Why, by: str | None) -> None:
    """Nobody has it any more: the ladder resumes from its first step."""
    draft.move(Trigger.UNACKNOWLEDGE)
    draft.drop_acknowledgement()
    draft.note(What.ACKNOWLEDGEMENT_EXPIRED, why, by=by)
    start_climb(draft)


def _rise(draft: ChangeDraft, level: Level, tipped_at: datetime | None) -> None:
    """A higher level breaks an acknowledgement and a snooze."""
    i = draft.incident
    why = Why.LEVEL_ROSE if i.state is State.ACKNOWLEDGED or i.snooze else Why.SCORE
    draft.move(Trigger.ROSE)
    draft.set_level(level)
    draft.tip(tipped_at)
    draft.set_update_due(None)
    draft.drop_acknowledgement()
    draft.end_snooze()
    if i.suppression is not None and not (draft.silence is not None and draft.silence.holds(level)):
        draft.end_suppression()
        draft.note(What.SILENCE_ENDED, Why.LEVEL_ROSE)
    draft.note(What.LEVEL, why)
    draft.tell(EventName.LEVEL_CHANGED, previous=i.level)
    start_climb(draft)


def _regain(draft: ChangeDraft, rules: Rules, level: Level, tipped_at: datetime | None) -> None:
    """A level that the climb has reached before: whoever was paged is told, and whoever comes next is paged as if it
    had never fallen.
    """
    i = draft.incident
    draft.set_level(level)
    draft.tip(tipped_at)
    draft.note(What.LEVEL, Why.SCORE)
    draft.tell(EventName.LEVEL_CHANGED, previous=i.level)
    resume_climb(draft, i.level)
    _update_soon(draft, rules, i.level)


def _fall(draft: ChangeDraft, rules: Rules, level: Level) -> None:
    i = draft.incident
    draft.move(Trigger.FELL)
    draft.set_level(level)
    draft.note(What.LEVEL, Why.SCORE)
    draft.tell(EventName.LEVEL_CHANGED, previous=i.level)
    if i.climb is not None:
        climb = replace(i.climb, level=i.climb.level or i.level)
        if i.policy.ladder(level) is None:
            draft.pause_climb(climb)
            draft.void_promises()
            draft.note(What.NOT_SENT, Why.LEVEL_TOO_LOW)
        else:
            draft.climb(climb)
    suppress(draft)
    _update_soon(draft, rules, i.level)


def _update_soon(draft: ChangeDraft, rules: Rules, previous: Level) -> None:
    """Tell the people who were paged of a change of level that pages nobody anew, now or when the time is up."""
    i = draft.incident
    if not i.told:
        return
    earliest = i.updates.sent_at + rules.update_every if i.updates.sent_at else draft.now
    if draft.now >= earliest:
        _update(draft, rules, previous)
    else:
        draft.set_update_due(i.updates.due_at or earliest)


def _update(draft: ChangeDraft, rules: Rules, previous: Level | None) -> None:
    if draft.incident.suppression is not None:
        draft.set_update_due(None)
        draft.note(What.NOT_SENT, Why.SILENCED)
        return
    tell_all(draft, NoticeKind.UPDATE, rules.contacts, previous=previous)
    draft.updated_people()


def _calm(draft: ChangeDraft, rules: Rules) -> None:
    i = draft.incident
    if i.state is State.RESOLVED:
        if i.resolution and i.resolution.holds_at is not None:  # held long enough: the usual time to closing starts
            draft.release_resolution()
            draft.note(What.RESOLVED, Why.QUIET)
    elif not i.live:
        return
    elif i.score is None:  # who cannot see must not call it calm: the quiet begins when they see again
        if i.recurrence.calm_since:
            draft.set_calm_since(None)
            draft.worth_saving = True
    elif not i.recurrence.flapping:
        end(draft, rules, Trigger.CALMED)
    elif i.recurrence.calm_since is None:
        draft.set_calm_since(draft.now)
        draft.note(What.LEVEL, Why.FLAPPING)


def _flare(draft: ChangeDraft, level: Level, tipped_at: datetime | None) -> None:
    i = draft.incident
    held_at = i.resolution.holds_at if i.resolution else None
    if held_at is not None and level.rank <= held_at.rank:
        return  # resolved by a person: holds until the brand has been calm, unless it gets worse
    recent = (*(at for at in i.recurrence.reopened_at if draft.now - at < FLAP_WINDOW), draft.now)
    flapping = len(recent) > FLAPS
    draft.move(Trigger.FLARED)
    draft.reopen(recent, flapping=flapping)
    draft.set_level(level)
    draft.tip(tipped_at)
    draft.note(What.REOPENED, Why.SCORE)
    suppress(draft)
    if flapping:
        draft.note(What.FLAPPING, Why.FLAPPING)
    draft.tell(EventName.LEVEL_CHANGED, previous=Level.CALM if held_at is None else i.level)
    start_climb(draft)


def _acknowledgement(draft: ChangeDraft, rules: Rules) -> None:
    i = draft.incident
    taken = i.acknowledgement
    if i.state is not State.ACKNOWLEDGED or taken is None or taken.until is None or i.snooze is not None:
        return
    if draft.now >= taken.until:
        unacknowledge(draft, Why.TIME, taken.by)
    elif not taken.reminded and draft.now >= taken.until - REMIND_BEFORE:
        draft.remind()
        draft.note(What.REMINDED, Why.TIME, by=taken.by)
        tell_all(draft, NoticeKind.EXPIRING, rules.contacts, by=taken.by, only=taken.by)
