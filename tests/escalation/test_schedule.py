"""Schedules as timelines: who is on call when, over handoffs, changed clocks, midnights, overrides and swaps."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.restriction import Restriction
from sentinel.escalation.rotation import FIRST_MONDAY, Rotation, Unit
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import OnCallReason
from sentinel.escalation.wall import ends_at, starts_at, wall_time
from tests.escalation.rotas import (
    FRI,
    MADRID,
    MON,
    SAT,
    SUN,
    TUE,
    a_rotation,
    a_schedule,
    a_swap,
    an_override,
    hours,
    told,
    utc,
)


def test_a_weekly_handoff_is_at_nine_all_year() -> None:
    """Nine in Madrid is eight in UTC in winter and seven in summer; the week in which the clocks change has an hour
    less.
    """
    schedule = a_schedule(a_rotation("ana luis"))
    assert told(schedule.shifts(utc("2026-03-23 08:00"), utc("2026-04-06 12:00"))) == [
        ("03-23 08:00", "luis"),
        ("03-30 07:00", "ana"),
        ("04-06 07:00", "luis"),
        ("04-06 12:00", ""),
    ]


def test_a_weekly_handoff_at_half_past_two_when_there_is_no_half_past_two() -> None:
    """On the last Sunday of March the handoff is at the first instant after the gap."""
    schedule = a_schedule(a_rotation("ana luis", handoff="02:30", weekday=SUN, starts="2026-01-04"))
    assert told(schedule.shifts(utc("2026-03-28 12:00"), utc("2026-03-29 12:00"))) == [
        ("03-28 12:00", "luis"),
        ("03-29 01:00", "ana"),
        ("03-29 12:00", ""),
    ]


def test_a_weekly_handoff_at_half_past_two_when_there_are_two() -> None:
    """On the last Sunday of October the one who comes starts at the first, the one who goes ends at the last: both are
    on call.
    """
    schedule = a_schedule(a_rotation("ana luis", handoff="02:30", weekday=SUN, starts="2026-01-04"))
    assert told(schedule.shifts(utc("2026-10-24 12:00"), utc("2026-10-25 12:00"))) == [
        ("10-24 12:00", "luis"),
        ("10-25 00:30", "luis+ana"),
        ("10-25 01:30", "ana"),
        ("10-25 12:00", ""),
    ]


def test_nights_over_both_changes_of_the_clocks() -> None:
    """Twelve hours on the wall are eleven in March and thirteen in October; handoffs stay at nine and twenty-one."""
    schedule = a_schedule(a_rotation("day night", "12 hour"))
    march = schedule.shifts(utc("2026-03-28 08:00"), utc("2026-03-29 19:00"))
    assert [(each.contacts[0], (each.ends_at - each.starts_at) / timedelta(hours=1)) for each in march] == [
        ("day", 12),
        ("night", 11),
        ("day", 12),
    ]
    october = schedule.shifts(utc("2026-10-24 07:00"), utc("2026-10-25 20:00"))
    assert [(each.ends_at - each.starts_at) / timedelta(hours=1) for each in october] == [12, 13, 12]


def test_hourly_turns_over_both_changes_of_the_clocks() -> None:
    """The turn of the hour that is skipped is skipped; the hour that is there twice is one turn, and the one before
    stays on as well.
    """
    schedule = a_schedule(a_rotation("zero one two three", "1 hour", "00:00"))
    assert told(schedule.shifts(utc("2026-03-28 23:00"), utc("2026-03-29 02:00"))) == [
        ("03-28 23:00", "zero"),
        ("03-29 00:00", "one"),
        ("03-29 01:00", "three"),
        ("03-29 02:00", ""),
    ]
    assert told(schedule.shifts(utc("2026-10-24 22:00"), utc("2026-10-25 03:00"))) == [
        ("10-24 22:00", "zero"),
        ("10-24 23:00", "one"),
        ("10-25 00:00", "one+two"),
        ("10-25 01:00", "two"),
        ("10-25 02:00", "three"),
        ("10-25 03:00", ""),
    ]


def test_midnight_handoffs_in_santiago() -> None:
    """In Chile the clocks change at midnight: in September there is none, in April there are two hours before it."""
    schedule = a_schedule(a_rotation("ana luis", "1 day", "00:00"), zone="America/Santiago")
    assert told(schedule.shifts(utc("2026-09-05 12:00"), utc("2026-09-07 12:00"))) == [
        ("09-05 12:00", "luis"),
        ("09-06 04:00", "ana"),
        ("09-07 03:00", "luis"),
        ("09-07 12:00", ""),
    ]
    lengths = [
        each.ends_at - each.starts_at for each in schedule.shifts(utc("2026-04-04 03:00"), utc("2026-04-06 04:00"))
    ]
    assert lengths == [timedelta(hours=25), timedelta(hours=24)]


def test_a_day_that_samoa_never_had() -> None:
    """On the 30th of December 2011 there was nobody's turn, because there was no such day."""
    schedule = a_schedule(a_rotation("ana luis marta", "1 day", "00:00", starts="2011-12-28"), zone="Pacific/Apia")
    assert told(schedule.shifts(utc("2011-12-28 10:00"), utc("2012-01-01 10:00"))) == [
        ("12-28 10:00", "ana"),
        ("12-29 10:00", "luis"),
        ("12-30 10:00", "ana"),
        ("12-31 10:00", "luis"),
        ("01-01 10:00", ""),
    ]


def test_a_first_turn_is_cut_short_by_its_weekday() -> None:
    """From a Wednesday on, handing off on Mondays: the first turn lasts until Monday, and before it there is nobody."""
    schedule = a_schedule(a_rotation("ana luis", weekday=MON, starts="2026-03-04"))
    assert told(schedule.shifts(utc("2026-03-03 00:00"), utc("2026-03-17 00:00"))) == [
        ("03-03 00:00", "nobody"),
        ("03-04 08:00", "ana"),
        ("03-09 08:00", "luis"),
        ("03-16 08:00", "ana"),
        ("03-17 00:00", ""),
    ]


def test_hours_across_midnight() -> None:
    """Friday's night belongs to Friday and ends on Saturday; hours that touch are one stretch."""
    layer = a_rotation("ana", only=(hours("22:00-06:00", FRI), hours("06:00-08:00", SAT), hours("00:00-00:00", TUE)))
    assert told(a_schedule(layer).shifts(utc("2026-03-06 12:00"), utc("2026-03-12 00:00"))) == [
        ("03-06 12:00", "nobody"),
        ("03-06 21:00", "ana"),
        ("03-07 07:00", "nobody"),
        ("03-09 23:00", "ana"),
        ("03-10 23:00", "nobody"),
        ("03-12 00:00", ""),
    ]


def test_hours_that_end_in_a_doubled_hour_end_with_it() -> None:
    """Until 02:30 is until the last 02:30; from 02:30 is from the first."""
    until = a_schedule(a_rotation("ana", only=(hours("20:00-02:30", SAT),)))
    assert told(until.shifts(utc("2026-10-24 20:00"), utc("2026-10-25 06:00")))[1] == ("10-25 01:30", "nobody")
    since = a_schedule(a_rotation("ana", only=(hours("02:30-08:00", SUN),)))
    assert told(since.shifts(utc("2026-10-24 20:00"), utc("2026-10-25 06:00")))[1] == ("10-25 00:30", "ana")


def test_a_later_layer_wins_where_it_has_somebody() -> None:
    """Office hours over a rotation; outside them the rotation shows."""
    schedule = a_schedule(a_rotation("ana luis"), a_rotation("desk+marta", only=(hours("09:00-18:00", MON, TUE),)))
    assert told(schedule.shifts(utc("2026-03-09 00:00"), utc("2026-03-10 10:00"))) == [
        ("03-09 00:00", "ana"),
        ("03-09 08:00", "desk+marta"),
        ("03-09 17:00", "luis"),
        ("03-10 08:00", "desk+marta"),
        ("03-10 10:00", ""),
    ]


def test_an_override_over_a_change_of_the_clocks() -> None:
    """It lies over the handoff and over the doubled hour, from instant to instant; nobody is a choice as well."""
    override = an_override("boss", "2026-10-25 00:00", "2026-10-25 01:00")
    nobody = an_override("", "2026-10-25 01:15", "2026-10-25 01:20")
    schedule = a_schedule(
        a_rotation("ana luis", handoff="02:30", weekday=SUN, starts="2026-01-04"), overrides=(override, nobody)
    )
    assert told(schedule.shifts(utc("2026-10-24 20:00"), utc("2026-10-25 04:00"))) == [
        ("10-24 20:00", "luis"),
        ("10-25 00:00", "boss"),
        ("10-25 01:00", "luis+ana"),
        ("10-25 01:15", "nobody"),
        ("10-25 01:20", "luis+ana"),
        ("10-25 01:30", "ana"),
        ("10-25 04:00", ""),
    ]
    assert [each.why for each in schedule.shifts(utc("2026-10-25 00:30"), utc("2026-10-25 01:10"))] == [
        OnCallReason.OVERRIDE,
        OnCallReason.ROTATION,
    ]


def test_the_later_of_two_overrides_wins() -> None:
    """An override of an override is one that was made later."""
    longer = an_override("boss", "2026-03-02 00:00", "2026-03-04 00:00")
    later = an_override("luis", "2026-03-03 00:00", "2026-03-03 12:00")
    schedule = a_schedule(a_rotation("ana"), overrides=(longer, later))
    assert [who for _, who in told(schedule.shifts(utc("2026-03-02 00:00"), utc("2026-03-04 12:00")))[:-1]] == [
        "boss",
        "luis",
        "boss",
        "ana",
    ]


def test_a_swap_exchanges_whatever_the_two_have_in_it() -> None:
    """Half a week of each, and a shift of a third is left alone; who is on with the other anyway gains nothing."""
    schedule = a_schedule(
        a_rotation("ana luis marta ana+luis"), swaps=(a_swap("ana", "luis", "2026-03-05 08:00", "2026-03-26 08:00"),)
    )
    assert told(schedule.shifts(utc("2026-03-02 08:00"), utc("2026-03-30 07:00"))) == [
        ("03-02 08:00", "ana"),
        ("03-05 08:00", "luis"),
        ("03-09 08:00", "ana"),
        ("03-16 08:00", "marta"),
        ("03-23 08:00", "ana+luis"),
        ("03-30 07:00", ""),
    ]
    swapped = schedule.shifts(utc("2026-03-06 00:00"), utc("2026-03-07 00:00"))[0]
    assert (swapped.why, swapped.reason) == (OnCallReason.SWAP, "wedding")


def test_now_and_next() -> None:
    """Shifts are whole whenever one asks; gaps are passed over to find who is next; who is always on has nobody after
    them.
    """
    weekly = a_schedule(a_rotation("ana luis"))
    now, following = weekly.shift_at(utc("2026-03-04 12:00")), weekly.next_after(utc("2026-03-04 12:00"))
    assert (now.starts_at, now.ends_at) == (utc("2026-03-02 08:00"), utc("2026-03-09 08:00"))
    assert following is not None
    assert (following.contacts, following.starts_at, following.ends_at) == (
        ("luis",),
        utc("2026-03-09 08:00"),
        utc("2026-03-16 08:00"),
    )
    assert weekly.whole_shifts(utc("2026-03-04 12:00"), utc("2026-03-09 08:00")) == (now,)
    office = a_schedule(a_rotation("ana", only=(hours("09:00-18:00", MON),)))
    after = office.next_after(utc("2026-03-02 12:00"))
    assert after is not None
    assert after.starts_at == utc("2026-03-09 08:00")
    forever = a_schedule(a_rotation("ana", starts="2001-01-01"))
    assert forever.next_after(utc("2026-03-02 12:00")) is None
    assert forever.shift_at(utc("2026-03-02 12:00")).starts_at == utc("2025-01-01 00:00")
    assert a_schedule(a_rotation("ana", starts="2036-01-01")).next_after(utc("2026-03-02 12:00")) is None


def test_nothing_lasts_no_time() -> None:
    """A range without length has no shifts."""
    schedule, at = a_schedule(a_rotation("ana")), utc("2026-03-02 00:00")
    assert schedule.shifts(at, at) == schedule.whole_shifts(at, at) == ()


@pytest.mark.parametrize(
    ("wall", "first", "last"),
    [
        ("2026-03-29 01:59", "2026-03-29 00:59", "2026-03-29 00:59"),
        ("2026-03-29 02:00", "2026-03-29 01:00", "2026-03-29 01:00"),
        ("2026-03-29 02:59", "2026-03-29 01:00", "2026-03-29 01:00"),
        ("2026-03-29 03:00", "2026-03-29 01:00", "2026-03-29 01:00"),
        ("2026-10-25 02:00", "2026-10-25 00:00", "2026-10-25 01:00"),
        ("2026-10-25 02:59", "2026-10-25 00:59", "2026-10-25 01:59"),
        ("2026-10-25 03:00", "2026-10-25 02:00", "2026-10-25 02:00"),
    ],
)
def test_wall_time_to_instants(wall: str, first: str, last: str) -> None:
    """To the minute, around both changes."""
    naive = datetime.fromisoformat(wall)
    assert (starts_at(naive, MADRID), ends_at(naive, MADRID)) == (utc(first), utc(last))


# -- what holds for every schedule
# ------------------------------------------------------------------------------------------

PEOPLE = ("ana", "luis", "marta", "boss")
ZONES = ("Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "UTC")
quarters = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
instants = st.builds(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n), st.integers(0, 60 * 24 * 365))
spans = st.tuples(instants, st.integers(1, 60 * 24 * 20)).map(
    lambda each: (each[0], each[0] + timedelta(minutes=each[1]))
)
restrictions = st.builds(
    Restriction,
    weekdays=st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
    starts=quarters,
    ends=quarters,
)
turns = st.lists(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=3
).map(tuple)
rotations = st.builds(
    Rotation,
    people=turns,
    every=st.integers(1, 9),
    unit=st.sampled_from(Unit),
    handoff=quarters,
    weekday=st.none() | st.integers(0, 6),
    starts=st.dates(FIRST_MONDAY, date(2026, 6, 1)),
    restrictions=st.lists(restrictions, max_size=2).map(tuple),
)
overrides = st.builds(
    lambda span, contacts: Override(id="o", schedule="s", contacts=contacts, starts_at=span[0], ends_at=span[1]),
    spans,
    st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
)
swaps = st.builds(
    lambda span: Swap(id="w", schedule="s", between=("ana", "luis"), starts_at=span[0], ends_at=span[1]), spans
)
schedules = st.builds(
    Schedule,
    name=st.just("s"),
    timezone=st.sampled_from(ZONES),
    layers=st.lists(rotations, min_size=1, max_size=3).map(tuple),
    overrides=st.lists(overrides, max_size=3).map(tuple),
    swaps=st.lists(swaps, max_size=2).map(tuple),
)


@given(schedules, spans, st.floats(0, 1))
def test_shifts_tile_any_stretch_of_time(schedule: Schedule, span: tuple[datetime, datetime], part: float) -> None:
    """No hole, no overlap, no two neighbours alike; who is on call at an instant is who the shift that covers it says,
    whole or cut.
    """
    start, end = span
    shifts = schedule.shifts(start, end)
    assert (shifts[0].starts_at, shifts[-1].ends_at) == (start, end)
    assert all(each.starts_at < each.ends_at for each in shifts)
    assert all(one.ends_at == other.starts_at and not one.like(other) for one, other in pairwise(shifts))
    at = start + (end - start) * part
    for shift in shifts:
        if shift.starts_at <= at < shift.ends_at:
            assert schedule.on_call(at) == shift.contacts
            whole = schedule.shift_at(at)
            assert whole.like(shift)
            assert whole.starts_at <= shift.starts_at
            assert whole.ends_at >= shift.ends_at
    middle = schedule.shifts(start, at) + schedule.shifts(at, end)
    assert {each.contacts for each in middle} == {each.contacts for each in shifts}


@given(schedules)
def test_schedules_survive_storage(schedule: Schedule) -> None:
    """To JSON and back."""
    assert msgspec.json.decode(msgspec.json.encode(schedule), type=Schedule) == schedule


@given(rotations, st.sampled_from(ZONES), instants)
def test_a_rotation_is_what_the_clock_on_the_wall_says(rotation: Rotation, zone: str, at: datetime) -> None:
    """Counted on the wall alone, without a zone, the answer is the same; in an hour that is there twice others may be
    on as well.
    """
    wall = wall_time(at, ZoneInfo(zone))
    expected = on_the_wall(rotation, wall)
    found = a_schedule(rotation, zone=zone).on_call(at)
    if starts_at(wall, ZoneInfo(zone)) == ends_at(wall, ZoneInfo(zone)):
        assert found == expected
    else:
        assert set(expected) <= set(found)


def on_the_wall(rotation: Rotation, wall: datetime) -> tuple[str, ...]:
    """The rule as a person would say it, on wall times alone."""
    first = datetime.combine(rotation.starts, rotation.handoff)
    if wall < first or not (not rotation.restrictions or any(counts(each, wall) for each in rotation.restrictions)):
        return ()
    while rotation.unit is Unit.WEEK and rotation.weekday is not None and first.weekday() != rotation.weekday:
        first -= timedelta(days=1)
    length = timedelta(**{f"{rotation.unit}s": rotation.every})
    return rotation.people[(wall - first) // length % len(rotation.people)]


def counts(restriction: Restriction, wall: datetime) -> bool:
    """Whether a window that began today or yesterday holds the wall time."""
    over = restriction.ends <= restriction.starts
    today = (
        wall.weekday() in restriction.weekdays
        and restriction.starts <= wall.time()
        and (over or wall.time() < restriction.ends)
    )
    yesterday = (wall.weekday() - 1) % 7 in restriction.weekdays and over and wall.time() < restriction.ends
    return today or yesterday
