"""Hours on their way into the baseline."""

from datetime import timedelta

import msgspec

from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.buckets import Buckets
from sentinel.signals.memory import LAG, MOST_EMPTY, Memory
from tests.fakes import START


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_an_hour_teaches_only_when_it_is_old() -> None:
    """What is going on now is not yet what is usual."""
    baseline, buckets = Baseline(), Buckets()
    memory = Memory(baseline)
    assert memory.roll(START, buckets) == []
    memory.start(START)
    assert memory.roll(START + hours(1), buckets) == [], "the hour settles for a few minutes first"
    assert memory.roll(START + hours(1.2), buckets) == [hour_of(START)]
    assert baseline.hours == 0
    memory.roll(START + hours(LAG + 1.2), buckets)
    assert baseline.hours == 1


def test_mentions_that_come_late_join_their_waiting_hour() -> None:
    """Late by half an hour: counted in its own hour once that teaches."""
    baseline, buckets = Baseline(), Buckets()
    memory = Memory(baseline)
    memory.start(START)
    memory.roll(START + hours(1.2), buckets)
    for _ in range(30):
        memory.late(START + hours(0.5), 0.0, "x")
    before = baseline.usual(START, 60)
    memory.roll(START + hours(LAG + 3), buckets)
    assert baseline.usual(START, 60) > before


def test_a_backfill_teaches_hour_by_hour_with_the_gaps_between() -> None:
    """Yesterday's mentions, in order, become hours; the empty ones count as empty, the out-of-order ones not at all."""
    baseline = Baseline()
    memory = Memory(baseline)
    for hour in (0, 1, 5):
        memory.late(START + hours(hour), 0.1, "x")
    assert baseline.hours == 5
    memory.late(START + hours(2), 0.1, "x")
    assert baseline.hours == 5


def test_a_long_silence_counts_as_a_week_at_most() -> None:
    """A brand unheard of for a year does not take a year to catch up with."""
    baseline, buckets = Baseline(), Buckets()
    memory = Memory(baseline)
    memory.start(START)
    closed = memory.roll(START + timedelta(days=365), buckets)
    assert len(closed) == MOST_EMPTY
    assert baseline.hours == MOST_EMPTY - LAG


def test_memory_survives_a_checkpoint() -> None:
    """Waiting hours, blindness and a backfill in progress come back as they were."""
    baseline, buckets = Baseline(), Buckets()
    memory = Memory(baseline)
    memory.start(START)
    memory.late(START - hours(30), 0.2, "x")
    memory.roll(START + hours(2.2), buckets)
    memory.flag(hour_of(START))
    memory.blind(True, START + hours(2.2))
    memory.blind(False, START + hours(2.5))
    again = Memory(Baseline())
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(memory.snapshot())))
    assert msgspec.msgpack.encode(again.snapshot()) == msgspec.msgpack.encode(memory.snapshot())
