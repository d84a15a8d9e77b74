"""Which brands are looked at when something changes that all of them are judged by: nobody is put off for good, no
tick looks at all of very many, and what is remembered of turns does not grow.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.engine.due_brands import AT_ONCE, EACH_TICK, DueBrands
from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.packed_engine import packed_in_slices, read_packed
from sentinel.escalation.silence import Silence
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START

HOUR = timedelta(hours=1)
MANY = AT_ONCE + 2 * EACH_TICK


def many(folder: Path, count: int = MANY) -> Engine:
    """So many brands, all of which were looked at once."""
    rows = "".join(f"  - {{name: Marca {n}, match: {{any: [marca{n}]}}}}\n" for n in range(count))
    engine = an_engine(folder, "brands:\n" + rows)
    engine.assess(START)
    return engine


def a_silence(number: int, at: datetime) -> Silence:
    return Silence(
        id=str(number), brands=("Marca 0",), starts_at=at, ends_at=at + HOUR, by="ana", reason="sale", made_at=at
    )


def silenced(engine: Engine, number: int, at: datetime) -> None:
    engine.set_silences([a_silence(number, at)], at)


def source_turned(engine: Engine, number: int, at: datetime) -> None:
    engine.source_changed("prensa", fresh=number % 2 == 1, now=at)


def reloaded(engine: Engine, _: int, at: datetime) -> None:
    engine.reconfigure(engine.setup, at)


@pytest.mark.parametrize("changed", [silenced, source_turned, reloaded])
def test_changes_at_every_tick_put_nobody_off(tmp_path: Path, changed: Callable[[Engine, int, datetime], None]) -> None:
    """Something that all brands are judged by changes before each tick: every brand is looked at within a hundredth of
    their number in ticks, however long it goes on.
    """
    engine, tick = many(tmp_path), timedelta(seconds=5)
    fold, within = Fold(engine, tick), MANY // EACH_TICK
    looked: dict[str, int] = dict.fromkeys((each.name for each in engine.brands), 0)
    for number in range(1, 2 * within):
        changed(engine, number, START + (number - 1) * tick + tick / 2)
        for _ in fold.through(START + number * tick):
            for each in engine.assessments:
                looked[each.brand] = number
            assert len(engine.assessments) <= AT_ONCE + 2 * EACH_TICK
        assert min(looked.values()) >= number - within - 1


def test_brands_are_told_of_a_silent_source_a_part_of_them_at_a_time(tmp_path: Path) -> None:
    """Of very many brands no step tells more than so many, and all is as if they had been told at once."""
    whole, sliced = many(tmp_path), many(tmp_path)
    at, told = START + HOUR, whole.source_changed("prensa", False, START + HOUR)
    steps = list(sliced.source_changed_in_slices("prensa", False, at, EACH_TICK))
    assert max(map(len, steps)) == EACH_TICK
    assert [event for step in steps for event in step] == told
    assert len(told) == MANY
    assert [each.due for each in sliced.brands] == [each.due for each in whole.brands]
    assert all(each.is_blind for each in sliced.brands)
    assert list(sliced.source_changed_in_slices("prensa", False, at, EACH_TICK)) == []


def test_changes_put_quiet_brands_off_no_longer_where_hundreds_are_spoken_of_at_every_tick(tmp_path: Path) -> None:
    """More brands than a look begins with are due each time it begins anew: some of the quiet ones come with them."""
    engine, tick = many(tmp_path), timedelta(seconds=5)
    for _ in packed_in_slices(engine):
        pass
    spoken_of = range(AT_ONCE)
    for index in spoken_of:
        assert engine.brands[index].voices is not None  # it is objects now
    due, looked = DueBrands(engine.brands), set[int]()
    for number in range(2 * MANY // EACH_TICK):
        at = START + number * tick
        for index in spoken_of:
            due.add(index, at)
        due.add_all(at, tick)
        taken = due.take(at)
        assert len(taken) <= AT_ONCE + EACH_TICK
        looked.update(taken)
    assert looked == set(range(MANY))


def test_a_source_that_falls_silent_is_seen_by_very_many_brands_over_ticks(tmp_path: Path) -> None:
    """All listen to it: those heard of lately are unknown at the next tick, the others some ticks later."""
    engine = many(tmp_path)
    engine.source_changed("prensa", fresh=False, now=START)
    looks = [len(engine.assessments) for _ in Fold(engine, timedelta(seconds=5)).through(START + HOUR)]
    assert looks == [AT_ONCE, EACH_TICK, EACH_TICK]
    assert all(each.assessment is not None and each.assessment.unseen == ("prensa",) for each in engine.brands)


def test_turns_that_came_earlier_than_they_stood_leave_nothing_behind(tmp_path: Path) -> None:
    """A brand that wants to be looked at next week is spoken of every five seconds until then."""
    due = DueBrands(many(tmp_path, 3).brands)
    for number in range(5_000):
        at = START + number * timedelta(seconds=5)
        due.add(1, START + 100 * 24 * HOUR)
        due.add(1, at)
        assert due.take(at) == [1]
    assert len(due._entries) < 2_000
    due.add(1, START + 100 * 24 * HOUR)
    assert due.first() == START + 100 * 24 * HOUR


def test_reloads_while_a_source_is_silent_leave_quiet_brands_as_they_are(tmp_path: Path) -> None:
    """However many there are: what is kept as bytes stays so, and is as blind, and since when, as it was."""
    engine, other = many(tmp_path, 20), many(tmp_path, 20)
    for each in (engine, other):
        each.source_changed("prensa", fresh=False, now=START)
        for _ in packed_in_slices(each):
            pass
    for number in range(40):
        engine.reconfigure(engine.setup, START + number * timedelta(minutes=1))
    assert all(each.is_packed and each.is_blind for each in engine.brands)
    at = START + 3 * HOUR
    for each in (engine, other):
        each.source_changed("prensa", fresh=True, now=at)
        each.assess(at)
    assert [each.snapshot() for each in engine.brands] == [each.snapshot() for each in other.brands]


def test_who_starts_in_the_middle_of_a_look_makes_objects_of_no_more_than_its_part(tmp_path: Path) -> None:
    """A daemon is stopped before the look at all brands came to the quiet ones, and starts an hour later: they wait for
    a look again, and are not looked at all at once.
    """
    engine, again = many(tmp_path), many(tmp_path)
    engine.look_again(START)
    *_, state = packed_in_slices(engine)
    again.restore(read_packed(msgspec.msgpack.encode(state)))
    again.put_off_quiet()
    assert again.due() is None
    fold = Fold(again, timedelta(seconds=5))
    looks = [len(again.assessments) for _ in fold.jump(START + HOUR)]
    looks += [len(again.assessments) for _ in fold.through(START + 2 * HOUR)]
    assert looks == [AT_ONCE, EACH_TICK, EACH_TICK]


def test_what_was_heard_before_a_stop_is_judged_at_the_tick_it_waited_for(tmp_path: Path) -> None:
    """A checkpoint between a mention and its tick: the brand is due as it was, bytes or not."""
    engine, again = many(tmp_path, 3), many(tmp_path, 3)
    engine.observe(a_mention("marca1 me ha estafado", source="x", id="1", at=timedelta(0)), START)
    *_, state = packed_in_slices(engine)
    again.restore(read_packed(msgspec.msgpack.encode(state)))
    again.put_off_quiet()
    assert again.due() == START


def test_after_a_time_in_which_nothing_ran_missed_turns_are_not_made_up_for_at_once(tmp_path: Path) -> None:
    """A look at all brands, and then a machine that slept for an hour: what was missed is spread anew."""
    engine = many(tmp_path)
    for _ in packed_in_slices(engine):
        pass
    engine.look_again(START)
    fold = Fold(engine, timedelta(seconds=5))
    looks = [len(engine.assessments) for _ in fold.jump(START + HOUR)]
    looks += [len(engine.assessments) for _ in fold.through(START + 2 * HOUR)]
    assert looks == [AT_ONCE, EACH_TICK, EACH_TICK]
