"""Many brands, most of them quiet: they are kept as bytes, and nothing that is said or decided is another for it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sentinel.engine.due_brands import AT_ONCE, EACH_TICK
from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.packed_engine import packed_ahead, packed_in_slices, read_packed
from sentinel.mention import Mention
from sentinel.simulation.history import Story, history
from tests.builders import a_mention
from tests.daemon.setups import CONFIG, an_engine
from tests.fakes import START

HOUR = timedelta(hours=1)


def written(engine: Engine) -> bytes:
    """A checkpoint, after which quiet brands are bytes."""
    *_, last = packed_in_slices(engine)
    return msgspec.msgpack.encode(last)


def two_brands() -> Iterator[Mention]:
    """A day of one, a firestorm at its end, and the other, of which somebody speaks every seven hours."""
    stories = (
        Story(brand="Acme", language="es", end=START, calm=timedelta(hours=20), per_hour=2, storm_per_minute=20),
        Story(brand="Zeta", language="es", end=START - HOUR, seed=2, calm=timedelta(hours=30), per_hour=0.3,
              storm=timedelta(0)),
    )  # fmt: skip
    yield from sorted((each for story in stories for each in history(story)), key=lambda each: each.published_at)


def test_a_brand_that_was_bytes_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """One engine packs what is quiet every half hour, one never does; a source falls silent and comes back meanwhile,
    and a mention is deleted: the same decisions, and the same state to the byte.
    """
    engines = an_engine(tmp_path), an_engine(tmp_path)
    folds = [Fold(each, each.setup.tick) for each in engines]
    decided: list[list[object]] = [[], []]
    packed, number, looked = 0, 0, START - timedelta(hours=40)
    for mention in two_brands():
        at = mention.published_at
        if at - looked > HOUR / 2:
            looked, number = at, number + 1
            for engine in engines:
                engine.source_changed("prensa", number % 3 != 0, at)
                engine.forget(mention.key)
            written(engines[1])
            packed += sum(each.is_packed for each in engines[1].brands)
        for engine, fold, seen in zip(engines, folds, decided, strict=True):
            seen += [(tick, changes) for tick, changes in fold.before(at) if changes]
            engine.observe(mention, at)
    assert packed > 10
    assert decided[0] == decided[1]
    assert decided[0]
    assert msgspec.msgpack.encode(engines[0].snapshot()) == msgspec.msgpack.encode(engines[1].snapshot())


def test_a_checkpoint_is_taken_up_without_reading_what_is_quiet(tmp_path: Path) -> None:
    """A start makes objects of no brand; what it goes on from is what was written down."""
    engine, again = an_engine(tmp_path), an_engine(tmp_path)
    for mention in two_brands():
        engine.observe(mention, mention.published_at)
    body = written(engine)
    again.restore(read_packed(body))
    assert [each.is_packed for each in again.brands] == [True, True]
    assert written(again) == body
    assert msgspec.msgpack.encode(again.snapshot()) == msgspec.msgpack.encode(engine.snapshot())


def test_who_comes_back_makes_objects_only_of_what_has_a_level_to_leave(tmp_path: Path) -> None:
    """A look at all brands makes them due, and a start within it finds them so: the calm one stays bytes, and is what
    it would have been as objects, to the byte.
    """
    engine, again, objects = an_engine(tmp_path), an_engine(tmp_path), an_engine(tmp_path)
    fold = Fold(engine, engine.setup.tick)
    for mention in two_brands():
        for _ in fold.before(mention.published_at):
            pass
        engine.observe(mention, mention.published_at)
    engine.assess(START)
    engine.look_again(START)
    body = written(engine)
    for each in (again, objects):
        each.restore(read_packed(body))
    assert all(state.due is not None and state.watch for state in objects.brands)
    for each in (again, objects):
        each.come_back(away=True)
    assert {state.name: state.is_packed for state in again.brands} == {"Acme": False, "Zeta": True}
    assert msgspec.msgpack.encode(again.snapshot()) == msgspec.msgpack.encode(objects.snapshot())


def test_a_deleted_mention_leaves_the_bytes_as_well(tmp_path: Path) -> None:
    """What was said of a brand that is quiet by now is not kept either, once it was deleted where it stood."""
    engine = an_engine(tmp_path)
    said = a_mention("horrible, @acme me ha estafado", source="x", id='a"ñ/1')
    engine.observe(said, said.published_at)
    engine.assess(said.published_at + 3 * HOUR)
    assert b"me ha estafado" in written(engine)
    assert engine.brands[0].is_packed
    engine.forget(said.key)
    assert b"me ha estafado" not in written(engine)


def many(folder: Path, count: int) -> Engine:
    """So many brands."""
    rows = "".join(f"  - {{name: Marca {n}, match: {{any: [marca{n}]}}}}\n" for n in range(count))
    return an_engine(folder, "brands:\n" + rows)


def heard(engine: Engine, brands: int, at: datetime) -> None:
    for n in range(brands):
        engine.observe(a_mention(f"hoy marca{n} abre", source="x", id=f"{n} {at}", at=at - START), at)
    engine.assess(at)


def test_a_checkpoint_costs_what_changed_and_memory_what_is_spoken_of(tmp_path: Path) -> None:
    """Ten times as many brands, five of them spoken of: as many are written anew, and as many are objects."""
    for count in (30, 300):
        engine = many(tmp_path, count)
        heard(engine, 5, START)
        written(engine)
        before = {each.name: each.packed() for each in engine.brands}
        heard(engine, 5, START + 5 * timedelta(minutes=1))
        *pauses, _ = packed_in_slices(engine, 1)
        assert len(pauses) == 5
        assert sum(not each.is_packed for each in engine.brands) == 5
        same = [before[each.name] == each.packed() for each in engine.brands]
        assert same.count(False) == 5


def test_what_is_at_hand_when_a_checkpoint_begins_is_not_made_anew(tmp_path: Path) -> None:
    """Twenty brands changed, and their bytes were made while the fold went on: it waits for the three that changed
    since, and what is written is the state.
    """
    engine = many(tmp_path, 30)
    heard(engine, 20, START)
    for place, _ in enumerate(packed_ahead(engine, 5)):
        if place == 3:
            heard(engine, 3, START + 5 * timedelta(minutes=1))
    *pauses, last = packed_in_slices(engine, 1)
    assert len(pauses) == 3
    assert msgspec.msgpack.encode(last) == msgspec.msgpack.encode(engine.snapshot())


def test_memory_is_flat_in_time(tmp_path: Path) -> None:
    """Brands are spoken of one after the other for a day: those of the last hour are objects, a day is not more."""
    engine, most = many(tmp_path, 48), 0
    for n in range(48):
        at = START + n * HOUR / 2
        engine.observe(a_mention(f"hoy marca{n} abre", source="x", id=str(n), at=at - START), at)
        engine.assess(at)
        written(engine)
        most = max(most, sum(not each.is_packed for each in engine.brands))
    assert most <= 3


def test_a_look_at_very_many_brands_is_spread_over_ticks(tmp_path: Path) -> None:
    """Those that were heard of lately come first, whoever was silent for long some ticks later, nobody twice."""
    count = AT_ONCE + 2 * EACH_TICK + 1
    engine = many(tmp_path, count)
    late = engine.brands[-1]
    engine.observe(a_mention(f"hoy marca{count - 1} abre", source="x", id="1"), START)
    engine.look_again(START)
    fold, looks = Fold(engine, engine.setup.tick), list[int]()
    for _ in fold.through(START + timedelta(hours=1)):
        if not looks:
            assert late.assessment is not None
        looks.append(len(engine.assessments))
    assert looks == [AT_ONCE, EACH_TICK, EACH_TICK, 1]
    assert all(each.assessment is not None for each in engine.brands)


def test_whoever_breaks_off_in_the_middle_leaves_the_others_due(tmp_path: Path) -> None:
    """A daemon that is told to stop while it judges many brands: those that had no turn are due as before."""
    engine = many(tmp_path, 30)
    engine.look_again(START)
    fold = Fold(engine, engine.setup.tick)
    fold.slice = 10
    ticks = fold.through(START)
    next(ticks)
    ticks.close()
    assert engine.due() == START
    assert [changes for _, changes in fold.jump(START)][-1] == []
    assert all(each.assessment is not None for each in engine.brands)


def test_a_setting_that_changes_reaches_what_is_bytes(tmp_path: Path) -> None:
    """After a reload a quiet brand knows what it knew, under its new thresholds."""
    engine = an_engine(tmp_path)
    for mention in two_brands():
        engine.observe(mention, mention.published_at)
    engine.assess(START + 7 * HOUR)
    written(engine)
    before = engine.brands[1].snapshot()
    stricter = an_engine(tmp_path, CONFIG.replace('any: ["zeta"]}', 'any: ["zeta"]}, thresholds: {alert: 55}')).setup
    engine.reconfigure(stricter, START + 8 * HOUR)
    after = engine.brands[1].snapshot()
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {**after, "due": None} == {**before, "due": None}
