"""Preview: who would be paged, when and over what, if a brand reached a level now and nobody answered: the incident's
own code, run ahead.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sentinel.escalation.budget import Spending
from sentinel.escalation.policy import Policy
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, NoticeKind
from sentinel.incidents.command import StepFailed
from sentinel.incidents.lifecycle import assessed, opened, step_failed
from sentinel.incidents.notices import occasion
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

MOST = 200
"""Looks ahead at most: a ladder that never ends must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One page that would go out, or would not: then ``why`` says the reason and ``contact`` may be nobody.

    Parameters
    ----------
    after
        Since the level was reached.
    channels
        Schemes, in the order in which they are tried.
    """

    after: timedelta
    at: datetime
    step: int
    round: int
    contact: str | None
    channels: tuple[str, ...]
    catch_all: bool = False
    authority: str | None = None
    why: Why | None = None


def rehearse(
    brand: str,
    level: Level,
    policy: Policy,
    rules: Rules,
    at: datetime,
    *,
    silence: Silence | None = None,
    spent: Callable[[str], Spending] = lambda _: Spending(),
    horizon: timedelta = timedelta(hours=4),
) -> tuple[Call, ...]:
    """Every page from ``at`` on, in order, until the first one of the catch-all or the horizon.

    Examples
    --------
    >>> from datetime import UTC
    >>> from sentinel.escalation.contact import Contact
    >>> from sentinel.escalation.policy import Step
    >>> ten = timedelta(minutes=10)
    >>> steps = (Step(notify=("ana",), after=0 * ten), Step(notify=("boss",), after=ten))
    >>> policy = Policy(name="x", steps=steps, repeat=0, repeat_after=ten, crisis_pace=2.0, catch_all=("boss",))
    >>> contacts = {name: Contact(channels=("ntfys",)) for name in ("ana", "boss")}
    >>> rules = Rules(acknowledgement_expires=ten, max_snooze=ten, reopen_within=ten, update_every=ten,
    ...     contacts=contacts)
    >>> [(str(call.after), call.contact) for call in rehearse("Acme", Level.ALERT, policy, rules, datetime(2026, 3, 2,
    ...     tzinfo=UTC))]
    [('0:00:00', 'ana'), ('0:10:00', 'boss'), ('0:20:00', 'boss')]
    """
    pretended = _pretended(brand, level, at)
    change: Change | None = opened(pretended, rules, policy, at, silence=silence)
    calls: list[Call] = []
    nights = _Nights(rules, spent)
    now = at
    for _ in range(MOST):
        while change is not None:
            incident = change.incident
            refused = nights.refuse(change, now)
            calls += _calls(change, at, now, rules, {each.contact for each in refused})
            change = None
            for each in refused:
                change = step_failed(incident, each, rules, now)
                incident = change.incident if change is not None else incident
        if incident.next_at is None or incident.next_at > at + horizon or any(call.catch_all for call in calls):
            break
        now = max(now, incident.next_at)
        over = silence if silence is not None and silence.covers(brand, now) else None
        change = assessed(incident, replace(pretended, at=now), rules, policy, at, silence=over)
    return tuple(calls)


@dataclass(slots=True)
class _Nights:
    """What contacts would have had by then, for those who have a budget for the night."""

    rules: Rules
    spent: Callable[[str], Spending]
    account: dict[str, Spending] = field(default_factory=dict)

    def refuse(self, change: Change, now: datetime) -> list[StepFailed]:
        """Pages of a change that would be passed on: their contacts have had enough."""
        i = change.incident
        if i.level is Level.CRISIS:
            return []
        refused = []
        for notice in change.notices:
            nights = self.rules.contacts[notice.contact].nights
            if notice.kind is not NoticeKind.PAGE or nights is None:
                continue
            spending = self.account.get(notice.contact) or self.spent(notice.contact)
            if spending.is_over(nights, now):
                refused.append(
                    StepFailed(
                        incident=i.id,
                        epoch=i.epoch,
                        step=notice.step,
                        round=notice.round,
                        contact=notice.contact,
                        why=Why.BUDGET,
                    )
                )
            else:
                self.account[notice.contact] = spending.sent(now, page=True, nights=nights)
        return refused


def _calls(change: Change, began: datetime, now: datetime, rules: Rules, refused: Collection[str]) -> list[Call]:
    """In the order of the timeline: whom the change pages, and why it does not page others."""
    incident, after = change.incident, now - began
    pages = {(notice.contact, notice.step): notice for notice in change.notices if notice.kind is NoticeKind.PAGE}
    silent = _not_sent(change)
    calls: list[Call] = []
    for line in change.timeline:
        notice = pages.get((line.contact or "", line.step)) if line.what is What.PAGE else None
        reason = (line.step, line.contact, line.why)
        if notice is not None and notice.contact not in refused:
            channels = rules.contacts[notice.contact].kinds(occasion(incident.level))
            authority = notice.authority.value if notice.authority else None
            calls.append(
                Call(
                    after=after,
                    at=now,
                    step=notice.step,
                    round=notice.round,
                    contact=notice.contact,
                    channels=channels,
                    catch_all=line.why is Why.CATCH_ALL,
                    authority=authority,
                )
            )
        elif line.what is What.NOT_SENT and reason in silent:
            silent.remove(reason)
            calls.append(
                Call(after=after, at=now, step=line.step, round=0, contact=line.contact, channels=(), why=line.why)
            )
    return calls


def _not_sent(change: Change) -> list[tuple[int, str | None, Why]]:
    """Each reason once; that nobody was reached is said only where nothing says why."""
    lines = [(line.step, line.contact, line.why) for line in change.timeline if line.what is What.NOT_SENT]
    told = {step for step, contact, _ in lines if contact is not None}
    return [each for each in dict.fromkeys(lines) if each[1] is not None or each[0] not in told]


def _pretended(brand: str, level: Level, at: datetime) -> Assessment:
    return Assessment(
        brand=brand,
        at=at,
        score=100.0,
        contributions={},
        level=level,
        evidence=(),
        gates=(),
        warming=False,
        samples=(),
        mentions=0,
        negatives=0,
        authors=0,
    )
