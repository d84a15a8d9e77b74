"""Silences of every week: hours on a wall, right on the two nights a year on which the clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest

from sentinel.escalation.recurring_silence import RecurringSilence, strongest
from sentinel.escalation.restriction import EVERY_DAY, Restriction
from sentinel.escalation.silence import Silence, silence_over
from sentinel.scoring.level import Level


def weekly(days: tuple[int, ...], begins: str, ends: str, zone: str = "Europe/Madrid") -> RecurringSilence:
    hours = Restriction(weekdays=days, starts=time.fromisoformat(begins), ends=time.fromisoformat(ends))
    return RecurringSilence(
        id="r-1", brands=("Acme",), hours=hours, zone=zone, level=Level.ALERT, signal=None, by="boss", reason="night"
    )


def span(silence: Silence | None) -> tuple[str, str] | None:
    """Its ends, as day and hour of UTC."""
    return (f"{silence.starts_at:%d %H:%M}", f"{silence.ends_at:%d %H:%M}") if silence else None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-06 23:59", None),  # a Friday
        ("2026-03-07 00:00", ("07 00:00", "07 04:00")),
        ("2026-03-07 03:59", ("07 00:00", "07 04:00")),
        ("2026-03-07 04:00", None),
        ("2026-03-08 02:00", ("08 00:00", "08 04:00")),
        ("2026-03-09 02:00", None),
        ("2026-03-29 00:30", ("29 00:00", "29 03:00")),  # an hour is skipped
        ("2026-10-25 03:30", ("24 23:00", "25 04:00")),  # an hour is there twice
    ],
)
def test_weekend_nights_in_madrid(at: str, expected: tuple[str, str] | None) -> None:
    """From one to five on the wall, three hours long in March and five in October."""
    silence = weekly((5, 6), "01:00", "05:00").silence(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert span(silence) == expected


def test_past_midnight_and_the_next_one() -> None:
    """It ends on the day after that on which it began; the next begins a week later."""
    matches = weekly((0,), "22:00", "02:00", "America/Bogota")
    at = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)  # half past one on Tuesday there
    assert span(matches.silence(at)) == ("03 03:00", "03 07:00")
    assert matches.next_start(at) == datetime(2026, 3, 10, 3, tzinfo=UTC)


def test_hours_that_a_change_of_clocks_skips_come_a_week_later() -> None:
    """Half an hour that is not there that Sunday is silent on the next one."""
    skipped = weekly((6,), "02:15", "02:45")
    assert skipped.next_start(datetime(2026, 3, 22, 12, tzinfo=UTC)) == datetime(2026, 4, 5, 0, 15, tzinfo=UTC)


def test_days_that_touch_are_one_silence() -> None:
    """A whole weekend does not end at midnight, which would page people for a second."""
    weekend = weekly((5, 6), "00:00", "00:00", "UTC").silence(datetime(2026, 3, 7, 23, tzinfo=UTC))
    assert span(weekend) == ("07 00:00", "09 00:00")
    assert weekly(EVERY_DAY, "20:00", "08:00", "UTC").next_start(datetime(2026, 3, 7, 9, tzinfo=UTC)).hour == 20


def test_of_several_the_one_that_holds_most_counts() -> None:
    """A silence of alerts goes before a longer one of what is on watch."""
    at = datetime(2026, 3, 7, 2, tzinfo=UTC)
    alerts = weekly((5,), "01:00", "05:00").silence(at)
    assert alerts is not None
    watch = Silence(
        id="r-2",
        brands=(),
        starts_at=at,
        ends_at=at + timedelta(days=9),
        by="boss",
        reason=None,
        made_at=at,
        level=Level.WATCH,
    )
    assert silence_over([watch, alerts], "Acme", at) == alerts
    assert [watch.holds(level) for level in (Level.WATCH, Level.ALERT, Level.CRISIS)] == [True, False, False]
    assert [alerts.holds(level) for level in (Level.WATCH, Level.ALERT, Level.CRISIS)] == [True, True, False]


def test_the_strongest_reason() -> None:
    """The signal with the most points."""
    assert strongest({"volume": 30.0, "severity": 31.5}) == "severity"
    assert strongest({}) is None
