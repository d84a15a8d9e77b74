"""The order of mentions and ticks, and which mentions are late: the two boundaries that a recovery depends on."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.engine.fold import Fold
from sentinel.engine.packed_engine import packed_in_slices
from sentinel.scoring.level import Level
from sentinel.simulation.history import Story, history
from tests.builders import a_mention
from tests.daemon.setups import CONFIG, an_engine
from tests.daemon.watchhouse import storm
from tests.fakes import START

MINUTE = timedelta(minutes=1)
TICK = timedelta(seconds=5)


def test_a_mention_of_the_very_instant_of_a_tick_comes_before_it(tmp_path: Path) -> None:
    """A storm stamped exactly at a tick is judged by that tick, not by the next one."""
    engine = an_engine(tmp_path)
    fold = Fold(engine, TICK)
    for mention in storm(START):
        assert list(fold.before(START)) == []
        engine.observe(mention, START)
    ((at, (change,)),) = fold.through(START)
    assert at == START
    assert change.incident.level is Level.CRISIS
    assert change.incident.opened_at == START


def test_a_tick_earlier_than_a_mention_comes_before_it(tmp_path: Path) -> None:
    """One microsecond after the tick: the tick knows nothing of it."""
    engine = an_engine(tmp_path)
    fold = Fold(engine, TICK)
    engine.observe(a_mention("hola @acme"), START)
    ((at, changes),) = fold.before(START + timedelta(microseconds=1))
    assert (at, changes) == (START, [])


@pytest.mark.parametrize(
    ("source", "minutes", "late"),
    [("prensa", 30, False), ("prensa", 59, False), ("prensa", 61, True), ("buzon", 1, False), ("buzon", 30, True)],
)
def test_late_is_what_is_later_than_its_source_is_by_nature(
    tmp_path: Path, source: str, minutes: int, late: bool
) -> None:
    """A feed is an hour behind what it tells of, and alarms all the same; a post that is half an hour old does not."""
    engine = an_engine(tmp_path)
    mention = a_mention("hola @acme", source=source, at=-minutes * MINUTE)
    (observation,) = engine.observe(mention, START)
    assert observation.late is late


@pytest.mark.parametrize("behind", [60 * MINUTE, 24 * 60 * MINUTE])
def test_late_by_the_wall_that_stands_behind(tmp_path: Path, behind: timedelta) -> None:
    """Dated by a wall clock that was set back, it is as old as that clock says; dated by a right one, as old as ours
    says; one that is old by both is late.
    """
    engine = an_engine(tmp_path)
    fresh = a_mention("hola @acme", source="buzon", at=-behind - MINUTE)
    right = a_mention("hola @acme", source="buzon", at=-MINUTE)
    old = a_mention("hola @acme", source="buzon", at=-behind - 30 * MINUTE)
    seen = [engine.observe(each, START, behind)[0] for each in (fresh, right, old)]
    assert [each.late for each in seen] == [False, False, True]
    assert [START - each.at for each in seen] == [MINUTE, MINUTE, 30 * MINUTE]


def test_brands_in_slices_are_judged_as_at_once(tmp_path: Path) -> None:
    """The same changes at the same ticks, with breaks at which nothing is decided; a snapshot in slices is the same."""
    text = CONFIG.replace("sources: [buzon]", "sources: []")
    whole, sliced = an_engine(tmp_path, text), an_engine(tmp_path, text)
    folds = Fold(whole, whole.setup.tick), Fold(sliced, sliced.setup.tick)
    folds[1].slice = 1
    story = Story(brand="Acme", language="es", end=START, calm=timedelta(hours=9), storm_per_minute=20)
    decided: list[list[object]] = [[], []]
    breaks = 0
    for mention in history(story):
        for engine, fold, seen in zip((whole, sliced), folds, decided, strict=True):
            for at, changes in fold.before(mention.published_at):
                breaks += fold.slice == 1 and not changes
                seen += [(at, change) for change in changes]
            engine.observe(mention, mention.published_at)
            if mention.id.endswith("0"):
                engine.look_again(mention.published_at)
    assert decided[0] == decided[1] != []
    assert breaks > 10
    *pauses, last = packed_in_slices(sliced, 1)
    assert pauses == [None, None]
    assert msgspec.msgpack.encode(last) == msgspec.msgpack.encode(whole.snapshot())
