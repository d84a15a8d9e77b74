"""Hours on their way into the baseline."""

from datetime import timedelta

import msgspec

from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.memory import LAG, MOST_EMPTY, Memory
from sentinel.signals.people import People
from tests.fakes import START
from tests.signals.test_people import said


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_an_hour_teaches_only_when_it_is_old() -> None:
    """What is going on now is not yet what is usual."""
    baseline, people = Baseline(), People()
    memory = Memory(baseline)
    assert memory.roll(START, people) == []
    memory.start(START)
    assert memory.roll(START + hours(1), people) == [], "the hour settles for a few minutes first"
    assert [hour for hour, _ in memory.roll(START + hours(1.2), people)] == [hour_of(START)]
    memory.teach()
    assert baseline.hours == 0
    memory.roll(START + hours(LAG + 0.2), people)
    memory.teach()
    assert baseline.hours == 0, "six hours must have passed"
    memory.roll(START + hours(LAG + 1.2), people)
    memory.teach()
    assert baseline.hours == 1


def test_mentions_that_come_late_join_their_waiting_hour() -> None:
    """Late by half an hour: counted in its own hour once that teaches."""
    baseline, people = Baseline(), People()
    memory = Memory(baseline)
    memory.start(START)
    memory.roll(START + hours(1.2), people)
    for _ in range(30):
        memory.late(START + hours(0.5), said(0.3), "x")
    before = baseline.usual(START, 60)
    memory.roll(START + hours(LAG + 3), people)
    memory.teach()
    assert baseline.usual(START, 60) > before


def test_a_backfill_teaches_hour_by_hour_with_the_gaps_between() -> None:
    """Yesterday's mentions, in order, become hours; the empty ones count as empty, the out-of-order ones not at all."""
    baseline = Baseline()
    memory = Memory(baseline)
    for hour in (0, 1, 5):
        memory.late(START + hours(hour), said(0.3), "x")
    assert baseline.hours == 5
    memory.late(START + hours(2), said(0.3), "x")
    assert baseline.hours == 5


def test_a_long_silence_counts_as_a_week_at_most() -> None:
    """A brand unheard of for a year does not take a year to catch up with."""
    baseline, people = Baseline(), People()
    memory = Memory(baseline)
    memory.start(START)
    closed = memory.roll(START + timedelta(days=365), people)
    memory.teach()
    assert len(closed) == MOST_EMPTY
    assert baseline.hours == MOST_EMPTY - LAG


def test_memory_survives_a_checkpoint() -> None:
    """Waiting hours, blindness and a backfill in progress come back as they were."""
    baseline, people = Baseline(), People()
    memory = Memory(baseline)
    memory.start(START)
    memory.late(START - hours(30), said(0.3), "x")
    memory.roll(START + hours(2.2), people)
    memory.flag(hour_of(START), sour=True, loud=False)
    memory.blind(True, START + hours(2.2))
    memory.blind(False, START + hours(2.5))
    again = Memory(Baseline())
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(memory.snapshot())))
    assert msgspec.msgpack.encode(again.snapshot()) == msgspec.msgpack.encode(memory.snapshot())
