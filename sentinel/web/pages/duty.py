"""Who is on call now and next: of each schedule, and of each policy for the brands that have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.config.schema import Config
from sentinel.escalation.roster import Roster
from sentinel.web.pages.card import person

OPEN_END = timedelta(days=300)
"""Somebody who is on call for longer than this is so without an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who has it, and who after them; ``until`` and ``then_at`` are ``None`` where no change is in sight."""

    name: str
    now: tuple[str, ...]
    until: datetime | None
    then: tuple[str, ...]
    then_at: datetime | None
    brands: tuple[str, ...] = ()


def schedule_duties(roster: Roster, config: Config, at: datetime) -> list[Duty]:
    """Of every schedule, in the configuration's order."""
    found = []
    for schedule in roster.schedules.values():
        shift, following = schedule.shift_at(at), schedule.next_after(at)
        found.append(
            Duty(
                name=schedule.name,
                now=_names(shift.contacts, config),
                until=_soon(shift.ends_at, at),
                then=_names(following.contacts, config) if following else (),
                then_at=following.starts_at if following else None,
            )
        )
    return found


def policy_duties(roster: Roster, config: Config, at: datetime) -> list[Duty]:
    """Whom the first step of an alert would page, for every policy that some brand has."""
    brands: dict[str, list[str]] = {}
    for brand in config.brands:
        brands.setdefault(brand.policy, []).append(brand.name)
    return [_policy_duty(roster, config, name, tuple(of), at) for name, of in brands.items() if name in config.policies]


def _policy_duty(roster: Roster, config: Config, name: str, brands: tuple[str, ...], at: datetime) -> Duty:
    policy = config.policies[name]
    targets = (policy.levels["alert"].steps if "alert" in policy.levels else policy.steps)[0].notify
    until = _next_change(roster, targets, at)
    then = roster.everybody(targets, until) if until else ()
    return Duty(
        name=name,
        now=_names(roster.everybody(targets, at), config),
        until=until,
        then=_names(then, config),
        then_at=until,
        brands=brands,
    )


def _next_change(roster: Roster, targets: Iterable[str], at: datetime) -> datetime | None:
    """The first end of a shift of the schedules that the targets mean."""
    leaves = {leaf for target in targets for leaf in roster.roles.get(target, (target,))}
    ends = [_soon(roster.schedules[leaf].shift_at(at).ends_at, at) for leaf in leaves if leaf in roster.schedules]
    return min((end for end in ends if end is not None), default=None)


def _soon(end: datetime, at: datetime) -> datetime | None:
    return end if end - at < OPEN_END else None


def _names(contacts: Iterable[str], config: Config) -> tuple[str, ...]:
    return tuple(person(config, each) or each for each in contacts)
