"""A look ahead along schedules and policies: what is no mistake today and leaves a page unread some night.

Pure; places are values.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sentinel.escalation.contact import QuietHours
from sentinel.escalation.policy import Policy, Step
from sentinel.escalation.restriction import Restriction, Window, windows
from sentinel.escalation.roster import Roster
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift
from sentinel.escalation.wall import wall_time
from sentinel.scoring.level import Level

AHEAD = timedelta(days=90)
WEEK = timedelta(days=8)
"""How far quiet hours are compared: they are the same every week."""
MOST_SHOWN = 3
"""Gaps that are told one by one."""
Place = tuple[str | int, ...]


class OnCallFlaw(StrEnum):
    """What can be wrong ahead."""

    GAP = "gap"
    UNKNOWN_PERSON = "unknown_person"
    NO_CHANNEL = "no_channel"
    REACHES_NOBODY = "reaches_nobody"
    UNREACHABLE = "unreachable"
    SAME_AGAIN = "same_again"
    ALL_QUIET = "all_quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One flaw, the place it is at (``("policies", "default", "steps", 1)``, as in the configuration), and a sentence
    on it.
    """

    flaw: OnCallFlaw
    place: Place
    said: str


def lint(
    roster: Roster,
    policies: Iterable[Policy],
    used: Collection[str],
    reachable: Collection[str],
    now: datetime,
    *,
    quiet: Mapping[str, QuietHours] = MappingProxyType({}),
) -> Iterator[LintFinding]:
    """Everything found from ``now`` to `AHEAD`.

    Parameters
    ----------
    used
        The policies that some brand has.
    reachable
        The contacts with a channel that wakes somebody.
    quiet
        The hours in which a contact is left alone, of those who have such hours.
    """
    shifts = {name: schedule.shifts(now, now + AHEAD) for name, schedule in roster.schedules.items()}
    for name, schedule in roster.schedules.items():
        yield from _gaps(schedule, shifts[name])
        yield from _people(roster, schedule, shifts[name], reachable)
        yield from _all_quiet(schedule, shifts[name], quiet, now)
    starts = {name: [each.starts_at for each in found] for name, found in shifts.items()}
    for policy in policies:
        yield from _policy(policy, used, _Ahead(roster, shifts, starts), now)


# -- schedules
# --------------------------------------------------------------------------------------------------------------


def _gaps(schedule: Schedule, shifts: Sequence[Shift]) -> Iterator[LintFinding]:
    gaps: list[tuple[datetime, datetime]] = []
    for shift in shifts:
        if shift.contacts:
            continue
        if gaps and gaps[-1][1] == shift.starts_at:
            gaps[-1] = (gaps[-1][0], shift.ends_at)
        else:
            gaps.append((shift.starts_at, shift.ends_at))
    if not gaps:
        return
    shown = [f"from {_wall(schedule, begins)} to {_wall(schedule, ends)}" for begins, ends in gaps[:MOST_SHOWN]]
    if len(gaps) > MOST_SHOWN:
        hours = sum((ends - begins for begins, ends in gaps), timedelta(0)) / timedelta(hours=1)
        shown.append(f"and {len(gaps) - MOST_SHOWN} more times, {hours:.0f} hours in all")
    said = f"nobody is on call in the next {AHEAD.days} days {', '.join(shown)} ({schedule.timezone})"
    yield LintFinding(flaw=OnCallFlaw.GAP, place=("schedules", schedule.name), said=said)


def _people(
    roster: Roster, schedule: Schedule, shifts: Sequence[Shift], reachable: Collection[str]
) -> Iterator[LintFinding]:
    first: dict[str, datetime] = {}
    for shift in shifts:
        for contact in shift.contacts:
            first.setdefault(contact, shift.starts_at)
    for contact, at in first.items():
        when = f"is on call from {_wall(schedule, at)} ({schedule.timezone})"
        if contact not in roster.contacts:
            flaw = OnCallFlaw.UNKNOWN_PERSON
            said = f"{contact!r} {when} and is no contact: nobody would be paged; add the contact, or put somebody else"
        elif contact not in reachable:
            flaw = OnCallFlaw.NO_CHANNEL
            said = f"{contact!r} {when} and has no channel that reaches a person; give contacts.{contact} one"
        else:
            continue
        yield LintFinding(flaw=flaw, place=("schedules", schedule.name), said=said)


def _all_quiet(
    schedule: Schedule, shifts: Sequence[Shift], quiet: Mapping[str, QuietHours], now: datetime
) -> Iterator[LintFinding]:
    """Hours in which whoever is on call is left alone, whoever that is."""
    people = list(dict.fromkeys(contact for shift in shifts for contact in shift.contacts))
    if not people or any(contact not in quiet for contact in people):
        return
    shared = [(now, now + WEEK)]
    for contact in people:
        hours = quiet[contact]
        alone = Restriction(weekdays=tuple(sorted(hours.days)), starts=hours.begins, ends=hours.ends)
        shared = _both(shared, windows([alone], ZoneInfo(hours.zone), now, now + WEEK))
    if not shared:
        return
    begins, ends = shared[0]
    who, verb = ", ".join(map(repr, people)), "is" if len(people) == 1 else "are all"
    said = (
        f"{who} {verb} in quiet hours from {_wall(schedule, begins)} to {_wall(schedule, ends)} "
        f"({schedule.timezone}) and such hours of every week: an alert then reaches nobody of this schedule and passes "
        "on at once; let somebody have other hours, or none"
    )
    yield LintFinding(flaw=OnCallFlaw.ALL_QUIET, place=("schedules", schedule.name), said=said)


def _both(some: Sequence[Window], others: Sequence[Window]) -> list[Window]:
    """When both are."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return sorted((begins, ends) for begins, ends in pairs if begins < ends)


def _wall(schedule: Schedule, at: datetime) -> str:
    return f"{wall_time(at, schedule.zone):%a %Y-%m-%d %H:%M}"


# -- policies
# ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Whom targets mean at each instant ahead, from shifts that are materialised once."""

    roster: Roster
    shifts: dict[str, tuple[Shift, ...]]
    starts: dict[str, list[datetime]]

    def edges(self, targets: Iterable[str]) -> Iterator[datetime]:
        """Where the answer may change."""
        for target in self._leaves(targets):
            yield from self.starts.get(target, ())

    def people(self, targets: Iterable[str], at: datetime) -> tuple[str, ...]:
        """As `Roster.everybody`."""
        found: list[str] = []
        for target in self._leaves(targets):
            if target in self.starts:
                found += self.shifts[target][bisect_right(self.starts[target], at) - 1].contacts
            else:
                found.append(target)
        return tuple(dict.fromkeys(each for each in found if each in self.roster.contacts))

    def nobody(self, targets: Sequence[str], now: datetime) -> bool:
        """Whether the targets mean nobody from ``now`` to the end."""
        return not any(self.people(targets, at) for at in {now, *self.edges(targets)})

    def _leaves(self, targets: Iterable[str]) -> Iterator[str]:
        for target in targets:
            yield from self.roster.roles.get(target, (target,))


def _policy(policy: Policy, used: Collection[str], ahead: _Ahead, now: datetime) -> Iterator[LintFinding]:
    place: Place = ("policies", policy.name)
    if policy.name not in used:
        said = (
            f"no brand uses policy {policy.name!r}: its steps can never be "
            "reached; name it in a brand's `policy`, or delete it"
        )
        yield LintFinding(flaw=OnCallFlaw.UNREACHABLE, place=place, said=said)
    elif {Level.ALERT, Level.CRISIS} <= policy.levels.keys():
        said = "alert and crisis have ladders of their own: these steps can never be reached"
        yield LintFinding(flaw=OnCallFlaw.UNREACHABLE, place=(*place, "steps"), said=said)
    yield from _steps(policy.steps, (*place, "steps"), ahead, now)
    for level, ladder in policy.levels.items():
        yield from _steps(ladder.steps, (*place, "levels", level.value, "steps"), ahead, now)
    if policy.catch_all != policy.steps[-1].notify and ahead.nobody(policy.catch_all, now):
        yield _reaches_nobody((*place, "catch_all"), policy.catch_all, "an unanswered crisis would end in silence")


def _steps(steps: Sequence[Step], place: Place, ahead: _Ahead, now: datetime) -> Iterator[LintFinding]:
    empty = {index for index, step in enumerate(steps) if ahead.nobody(step.notify, now)}
    for index in sorted(empty):
        yield _reaches_nobody((*place, index), steps[index].notify, "the step would be skipped")
    for index in range(1, len(steps)):
        before, then = steps[index - 1].notify, steps[index].notify
        meant = before == then and set(before) <= set(ahead.roster.contacts)  # the same person on purpose: a second try
        if {index - 1, index} & empty or meant:
            continue
        edges = sorted({now, *ahead.edges(before), *ahead.edges(then)})
        pairs = [(at, ahead.people(before, at), ahead.people(then, at)) for at in edges]
        alone = [(at, first[0]) for at, first, second in pairs if first == second and len(first) == 1]
        if alone:
            yield _same_again((*place, index), alone, always=len(alone) == len(edges))


def _reaches_nobody(place: Place, targets: Sequence[str], then: str) -> LintFinding:
    who = " and ".join(map(repr, targets)) or "this"
    return LintFinding(
        flaw=OnCallFlaw.REACHES_NOBODY, place=place, said=f"{who} means nobody in the next {AHEAD.days} days: {then}"
    )


def _same_again(place: Place, alone: Sequence[tuple[datetime, str]], *, always: bool) -> LintFinding:
    who = list(dict.fromkeys(contact for _, contact in alone))
    when = "" if always else f" at times, first on {alone[0][0]:%a %Y-%m-%d %H:%M} UTC"
    said = (
        f"pages only {' or '.join(map(repr, who[:3]))}{', …' if who[3:] else ''}, "
        f"whom the step before paged alone{when}; "
        "somebody who does not answer needs somebody else behind them"
    )
    return LintFinding(flaw=OnCallFlaw.SAME_AGAIN, place=place, said=said)
