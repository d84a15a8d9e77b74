"""What the score and the clock do to an incident."""

from datetime import datetime

from sentinel.incidents.change import Draft, EventName, NoticeKind
from sentinel.incidents.climbing import FLAP_WINDOW, FLAPS, REMIND_BEFORE, start_climb
from sentinel.incidents.incident import State, Verdict
from sentinel.incidents.notices import tell_all
from sentinel.incidents.rules import Rules
from sentinel.incidents.suppression import LOUD, hush, unhush
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import Trigger
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

UNACKNOWLEDGED: dict[str, object] = {
    "acknowledged_by": None,
    "acknowledged_at": None,
    "acknowledged_until": None,
    "reminded": False,
}
AWAKE: dict[str, object] = {"snoozed_until": None, "snoozed_by": None}
UNJUDGED: dict[str, object] = {"verdict": None, "judged_by": None, "judged_at": None}
"""Whoever judged it had not seen all of it."""
SAVE_AFTER = 1.0
"""Points by which the peak must rise to be written down although nothing else happened."""


def picture(draft: Draft, assessment: Assessment) -> None:
    """Keep the incident's picture of the brand fresh; when the score is unknown the last known reasons stay."""
    i = draft.incident
    if assessment.campaign != i.campaign:
        draft.to(campaign=assessment.campaign)
        if assessment.campaign is not None:
            draft.note(What.CAPPED, Why.CAMPAIGN, detail=assessment.campaign)
    if assessment.score is None:
        draft.to(score=None)
        return
    if assessment.score >= i.peak_score + SAVE_AFTER and i.live:
        draft.worth_saving = True
    draft.to(
        score=assessment.score,
        peak_score=max(i.peak_score, assessment.score),
        contributions=assessment.contributions,
        evidence=assessment.evidence,
        gates=assessment.gates,
        warming=assessment.warming,
        samples=assessment.samples or i.samples,
        mentions=assessment.mentions,
        negatives=assessment.negatives,
        authors=assessment.authors,
    )


def follow(draft: Draft, rules: Rules, level: Level, tipped_at: datetime | None) -> None:
    """Follow the level of the brand."""
    i = draft.incident
    if level is Level.CALM:
        _calm(draft, rules)
    elif i.state is State.RESOLVED:
        _flare(draft, level, tipped_at)
    elif level is not i.level:
        draft.to(calm_since=None)
        if level.rank > i.level.rank:
            _rise(draft, level, tipped_at)
        else:
            _fall(draft, rules, level)
    elif i.calm_since:
        draft.to(calm_since=None)
        draft.worth_saving = True


def pass_time(draft: Draft, rules: Rules) -> None:
    """Do what the clock and the silences bring, except the ladder."""
    i, now = draft.incident, draft.now
    if (
        i.state is State.RESOLVED
        and i.resolved_at
        and i.resolved_level is None
        and now >= i.resolved_at + rules.reopen_within
    ):
        draft.move(Trigger.CLOSE)
        draft.note(What.CLOSED, Why.TIME)
    if i.snoozed_until and now >= i.snoozed_until and draft.move(Trigger.WAKE, **AWAKE):
        draft.note(What.SNOOZE_ENDED, Why.TIME)
        if draft.incident.state is State.OPEN:
            start_climb(draft)
    _acknowledgement(draft, rules)
    unhush(draft)
    hush(draft)
    calm_since = draft.incident.calm_since
    if calm_since and now >= calm_since + FLAP_WINDOW and draft.incident.score is not None:
        end(draft, rules, Trigger.CALMED)
    if draft.incident.live and draft.incident.update_due and now >= draft.incident.update_due:
        _update(draft, rules, None)


def end(
    draft: Draft,
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
    level = draft.incident.level
    draft.move(
        trigger,
        climb=None,
        resolved_by=by,
        resolved_at=draft.now,
        resolved_level=level if by else None,
        update_due=None,
        calm_since=None,
        flapping=False,
        **(_judged(draft, verdict, by) if verdict else {}),
        **AWAKE,
        **LOUD,
    )
    draft.note(What.FALSE_ALARM if alarm else What.RESOLVED, Why.PERSON if by else Why.QUIET, by=by, detail=reason)
    draft.tell(
        EventName.RESOLVED,
        by=by,
        reason=reason or (verdict.value if verdict and alarm else None if by else Why.QUIET.value),
    )
    tell_all(draft, NoticeKind.RESOLVED, rules.contacts, by=by)


def _judged(draft: Draft, verdict: Verdict, by: str | None) -> dict[str, object]:
    return {"verdict": verdict, "judged_by": by, "judged_at": draft.now}


def unacknowledge(draft: Draft, why: Why, by: str | None) -> None:
    """Nobody has it any more: the ladder resumes from its first step."""
    draft.move(Trigger.UNACKNOWLEDGE, **UNACKNOWLEDGED)
    draft.note(What.ACKNOWLEDGEMENT_EXPIRED, why, by=by)
    start_climb(draft)


def _rise(draft: Draft, level: Level, tipped_at: datetime | None) -> None:
    """A higher level breaks an acknowledgement and a snooze."""
    i = draft.incident
    why = Why.LEVEL_ROSE if i.state is State.ACKNOWLEDGED or i.snoozed_until else Why.SCORE
    peak = max(i.peak_level, level, key=lambda each: each.rank)
    loud = LOUD if level is Level.CRISIS else {}
    draft.move(
        Trigger.ROSE,
        level=level,
        peak_level=peak,
        tipped_at=tipped_at,
        update_due=None,
        **UNACKNOWLEDGED,
        **AWAKE,
        **loud,
    )
    if loud and i.suppressed_by is not None:
        draft.note(What.SILENCE_ENDED, Why.LEVEL_ROSE)
    draft.note(What.LEVEL, why)
    draft.tell(EventName.LEVEL_CHANGED, previous=i.level)
    start_climb(draft)


def _fall(draft: Draft, rules: Rules, level: Level) -> None:
    i = draft.incident
    draft.move(Trigger.FELL, level=level)
    draft.note(What.LEVEL, Why.SCORE)
    draft.tell(EventName.LEVEL_CHANGED, previous=i.level)
    if i.policy.ladder(level) is None and i.climb is not None:
        draft.to(climb=None, epoch=draft.incident.epoch + 1)
        draft.note(What.NOT_SENT, Why.LEVEL_TOO_LOW)
    hush(draft)
    if i.told:
        earliest = i.updated_people_at + rules.update_every if i.updated_people_at else draft.now
        if draft.now >= earliest:
            _update(draft, rules, i.level)
        else:
            draft.to(update_due=i.update_due or earliest)


def _update(draft: Draft, rules: Rules, previous: Level | None) -> None:
    if draft.incident.suppressed_by is not None:
        draft.to(update_due=None)
        draft.note(What.NOT_SENT, Why.SILENCED)
        return
    tell_all(draft, NoticeKind.UPDATE, rules.contacts, previous=previous)
    draft.to(update_due=None, updated_people_at=draft.now)


def _calm(draft: Draft, rules: Rules) -> None:
    i = draft.incident
    if i.state is State.RESOLVED:
        if i.resolved_level is not None:  # the manual resolve has held long enough: the usual time to closing starts
            draft.to(resolved_level=None, resolved_at=draft.now)
            draft.note(What.RESOLVED, Why.QUIET)
    elif not i.live:
        return
    elif i.score is None:  # who cannot see must not call it calm: the quiet begins when they see again
        if i.calm_since:
            draft.to(calm_since=None)
            draft.worth_saving = True
    elif not i.flapping:
        end(draft, rules, Trigger.CALMED)
    elif i.calm_since is None:
        draft.to(calm_since=draft.now)
        draft.note(What.LEVEL, Why.FLAPPING)


def _flare(draft: Draft, level: Level, tipped_at: datetime | None) -> None:
    i = draft.incident
    if i.resolved_level is not None and level.rank <= i.resolved_level.rank:
        return  # resolved by a person: holds until the brand has been calm, unless it gets worse
    recent = (*(at for at in i.reopenings if draft.now - at < FLAP_WINDOW), draft.now)
    flapping = len(recent) > FLAPS
    draft.move(
        Trigger.FLARED,
        level=level,
        tipped_at=tipped_at,
        reopenings=recent,
        flapping=flapping,
        calm_since=None,
        resolved_by=None,
        resolved_at=None,
        resolved_level=None,
        **UNJUDGED,
        exhausted=False,
        peak_level=max(i.peak_level, level, key=lambda each: each.rank),
        **UNACKNOWLEDGED,
    )
    draft.note(What.REOPENED, Why.SCORE)
    hush(draft)
    if flapping:
        draft.note(What.FLAPPING, Why.FLAPPING)
    draft.tell(EventName.LEVEL_CHANGED, previous=Level.CALM if i.resolved_level is None else i.level)
    start_climb(draft)


def _acknowledgement(draft: Draft, rules: Rules) -> None:
    i = draft.incident
    if i.state is not State.ACKNOWLEDGED or i.acknowledged_until is None or i.snoozed_until is not None:
        return
    if draft.now >= i.acknowledged_until:
        unacknowledge(draft, Why.TIME, i.acknowledged_by)
    elif not i.reminded and draft.now >= i.acknowledged_until - REMIND_BEFORE:
        draft.to(reminded=True)
        draft.note(What.REMINDED, Why.TIME, by=i.acknowledged_by)
        tell_all(draft, NoticeKind.EXPIRING, rules.contacts, by=i.acknowledged_by, only=i.acknowledged_by)
