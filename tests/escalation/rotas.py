"""Writes schedules and instants as short as people say them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.restriction import EVERY_DAY, Restriction
from sentinel.escalation.rotation import Rotation, Unit
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift

MADRID = ZoneInfo("Europe/Madrid")
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def utc(text: str) -> datetime:
    """``utc("2026-03-29 01:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(text: str) -> time:
    return time.fromisoformat(text)


def a_rotation(
    people: str,
    every: str = "1 week",
    handoff: str = "09:00",
    *,
    weekday: int | None = None,
    starts: str = "2026-01-05",
    only: tuple[Restriction, ...] = (),
) -> Rotation:
    """``a_rotation("ana luis+marta")``: turns apart by spaces, people of one turn by a plus."""
    count, unit = every.split()
    return Rotation(
        people=tuple(tuple(turn.split("+")) for turn in people.split()),
        every=int(count),
        unit=Unit(unit),
        handoff=clock(handoff),
        weekday=weekday,
        starts=date.fromisoformat(starts),
        restrictions=only,
    )


def hours(text: str, *days: int) -> Restriction:
    """``hours("22:00-06:00", FRI)``."""
    starts, _, ends = text.partition("-")
    return Restriction(weekdays=days or EVERY_DAY, starts=clock(starts), ends=clock(ends))


def a_schedule(
    *layers: Rotation,
    name: str = "guardia",
    zone: str = "Europe/Madrid",
    overrides: tuple[Override, ...] = (),
    swaps: tuple[Swap, ...] = (),
) -> Schedule:
    return Schedule(name=name, timezone=zone, layers=layers, overrides=overrides, swaps=swaps)


def an_override(
    who: str, start: str, end: str, *, schedule: str = "guardia", id: str = "o", made: str | None = None
) -> Override:
    made_at = utc(made) if made else None
    return Override(
        id=id,
        schedule=schedule,
        contacts=tuple(who.split()),
        starts_at=utc(start),
        ends_at=utc(end),
        by="boss",
        made_at=made_at,
    )


def a_swap(one: str, other: str, start: str, end: str, *, id: str = "s") -> Swap:
    return Swap(
        id=id, schedule="guardia", between=(one, other), starts_at=utc(start), ends_at=utc(end), reason="wedding"
    )


def told(shifts: tuple[Shift, ...]) -> list[tuple[str, str]]:
    """Each as (when it starts in UTC, who), the end of the last as (when, "")."""
    lines = [(f"{each.starts_at:%m-%d %H:%M}", "+".join(each.contacts) or "nobody") for each in shifts]
    return [*lines, (f"{shifts[-1].ends_at:%m-%d %H:%M}", "")]
