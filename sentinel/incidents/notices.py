"""Notices to whoever is told: the steps of the ladder that are due, and word to everybody who was paged before."""

from dataclasses import replace
from datetime import datetime

from sentinel.escalation.contact import Occasion
from sentinel.escalation.ladder import Climb, DueStep, climb_on, skip_step
from sentinel.incidents.change import EventName, Notice, NoticeKind
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import OpenPage
from sentinel.incidents.rules import Contacts, Rules
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level


def fire_steps(draft: ChangeDraft, rules: Rules) -> datetime | None:
    """Page whom the ladder says, now; gives the instant of the next step.

    A step with nobody in it advances at once and tells the catch-all; a catch-all with nobody is written down every
    hour.
    """
    i = draft.incident
    if i.climb is None:
        return None
    climb: Climb = i.climb
    for _ in range(_steps(draft) + 1):
        climbed = climb_on(i.policy, i.level, climb, draft.now)
        climb = climbed.climb
        for missed in climbed.missed:
            draft.note(What.NOT_SENT, Why.OVERDUE, step=missed.step)
        if climbed.fire:
            draft.set_ringing(())
        empty = [due for due in climbed.fire if not _page(draft, rules, due)]
        if not empty or any(due.catch_all for due in empty):
            break
        climb = pass_on(draft, rules, climb, step=empty[-1].step, round_=empty[-1].round)
    else:
        climbed = climb_on(i.policy, i.level, climb, draft.now)
    if climb != i.climb:
        draft.climb(climb)
        draft.worth_saving = True
    return climbed.next_at


def pass_on(
    draft: ChangeDraft,
    rules: Rules,
    climb: Climb,
    *,
    step: int,
    round_: int,
    but: str | None = None,
    quietly: bool = False,
) -> Climb:
    """A step reached nobody: the next one is due at once, and the last resort hears of it, unless that is who comes
    next anyway, or ``but`` whom nothing reaches. ``quietly``: nothing is broken, somebody has had enough, and the last
    resort is left in peace.
    """
    i = draft.incident
    climb = skip_step(i.policy, i.level, climb, draft.now)
    if quietly:
        return climb
    soon = _people_of(climb_on(i.policy, i.level, climb, draft.now).fire, rules, draft.now)
    last_resort = tuple(each for target in i.policy.catch_all for each in rules.people(target, draft.now) or (target,))
    targets = tuple(each for each in last_resort if each not in soon and each != but)
    if targets:
        _page(draft, rules, DueStep(step=step, round=round_, due_at=draft.now, targets=targets, catch_all=False))
        draft.set_ringing(i.ringing)
    return climb


def page_again(draft: ChangeDraft, rules: Rules, ring: OpenPage) -> None:
    """The same page to the same contact once more, unless these are their quiet hours."""
    due = DueStep(step=ring.step, round=ring.round, due_at=draft.now, targets=(ring.contact,), catch_all=False)
    _page(draft, rules, due)


def foretell(draft: ChangeDraft, rules: Rules, next_at: datetime | None) -> None:
    """Let the pages of this change say who is next, if nobody acknowledges."""
    i = draft.incident
    if next_at is None or i.climb is None or all(each.kind is not NoticeKind.PAGE for each in draft.notices):
        return
    following = _people_of(climb_on(i.policy, i.level, i.climb, next_at).fire, rules, next_at)
    draft.notices = [
        replace(each, following=following, following_at=next_at) if each.kind is NoticeKind.PAGE else each
        for each in draft.notices
    ]


def tell_all(
    draft: ChangeDraft,
    kind: NoticeKind,
    contacts: Contacts,
    *,
    by: str | None = None,
    but: str | None = None,
    only: str | None = None,
    previous: Level | None = None,
) -> None:
    """Word to everybody paged before: to all, to all ``but`` one, or to ``only`` one."""
    i = draft.incident
    for contact in i.told if only is None else (only,):
        if contact == but or contact not in contacts:
            continue
        kinds = contacts[contact].kinds(Occasion.ALERT if kind is NoticeKind.EXPIRING else Occasion.NEWS)
        if not kinds:
            draft.note(What.NOT_SENT, Why.NO_CHANNEL, contact=contact, by=by)
        else:
            draft.notices.append(
                Notice(kind=kind, contact=contact, step=0, round=0, due_at=draft.now, previous=previous, by=by)
            )
            draft.note(What.UPDATE, Why.SCORE if by is None else Why.PERSON, contact=contact, by=by)
            shown = NoticeKind.RESOLVED if kind is NoticeKind.RESOLVED else NoticeKind.UPDATE
            draft.tell(EventName.PAGE, contact=contact, step=0, kind=shown.value, channels=kinds)


def _steps(draft: ChangeDraft) -> int:
    ladder = draft.incident.policy.ladder(draft.incident.level)
    return len(ladder.steps) if ladder else 0


def occasion(level: Level) -> Occasion:
    """What a page at this level is to the person paged."""
    return Occasion.CRISIS if level is Level.CRISIS else Occasion.ALERT


def _people_of(steps: tuple[DueStep, ...], rules: Rules, at: datetime) -> tuple[str, ...]:
    people = (contact for due in steps for target in due.targets for contact in rules.people(target, at))
    return tuple(dict.fromkeys(people))


def _page(draft: ChangeDraft, rules: Rules, due: DueStep) -> bool:
    """Page whom a step's targets mean now; False when there was nobody to page."""
    if due.catch_all and not draft.incident.exhausted:
        draft.exhaust()
        draft.note(What.EXHAUSTED, Why.LADDER)
    reached = False
    for contact in _people(draft, rules, due):
        if rules.contacts[contact].leaves_alone(occasion(draft.incident.level), draft.now):
            draft.note(What.NOT_SENT, Why.QUIET_HOURS, contact=contact, step=due.step)
        else:
            _send(draft, rules.contacts, due, contact)
            reached = True
    if not reached:
        draft.note(What.NOT_SENT, Why.NOBODY, step=due.step)
    return reached


def _people(draft: ChangeDraft, rules: Rules, due: DueStep) -> tuple[str, ...]:
    """Contacts, each once; a target that means nobody is written down."""
    found: list[str] = []
    for target in due.targets:
        people = rules.people(target, draft.now)
        if not people:
            why = Why.NOBODY_ON_CALL if rules.is_known(target) else Why.UNKNOWN_CONTACT
            draft.note(What.NOT_SENT, why, contact=target, step=due.step)
        found += people
    return tuple(dict.fromkeys(found))


def _send(draft: ChangeDraft, contacts: Contacts, due: DueStep, contact: str) -> None:
    i = draft.incident
    draft.page(OpenPage(contact, due.step, due.round), due.authority)
    unanswered = draft.now - i.climb.since if due.authority and i.climb and i.climb.since else None
    draft.notices.append(
        Notice(
            kind=NoticeKind.PAGE,
            contact=contact,
            step=due.step,
            round=due.round,
            due_at=due.due_at,
            authority=due.authority,
            unanswered=unanswered,
        )
    )
    draft.note(What.PAGE, Why.CATCH_ALL if due.catch_all else Why.LADDER, contact=contact, step=due.step)
    if due.authority:
        draft.note(What.DELEGATED, Why.LADDER, contact=contact, step=due.step, detail=due.authority.value)
    kinds = contacts[contact].kinds(occasion(i.level))
    draft.tell(EventName.PAGE, contact=contact, step=due.step, kind=NoticeKind.PAGE.value, channels=kinds)
