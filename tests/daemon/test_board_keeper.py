"""The board: one picture of one instant, never a silent source of now beside a score of before."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sentinel.daemon.board_keeper import AT_ONCE, EVERY, BoardKeeper
from sentinel.incidents.incident import Incident
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.web.pages.card import CardStatus, shown_score, standing_of
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.daemon.watchhouse import Watchhouse, calm, storm
from tests.fakes import START, FakeClock, settle
from tests.web.stand import an_assessment

TICK = timedelta(seconds=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_a_source_that_falls_silent_between_two_ticks(clock: FakeClock, tmp_path: Path) -> None:
    """Until the next tick the board says what the last one saw; from then on it says unknown and why, at once."""
    engine = an_engine(tmp_path)
    board = BoardKeeper(engine, lambda: (), lambda: 0, clock.now())
    engine.look_again(START)
    engine.assess(START)
    board.note(START)
    engine.source_changed("feeds", False, START + TICK / 2)
    acme = board.board().brands[0]
    assert acme.assessment is not None
    assert (acme.assessment.score, acme.assessment.level, acme.blind) == (0.0, Level.CALM, ())
    engine.assess(START + TICK)
    board.note(START + TICK)
    acme = board.board().brands[0]
    assert acme.assessment is not None
    assert (acme.assessment.score, acme.blind) == (None, ("feeds",))


def test_a_brand_that_is_not_judged_anew_yet_is_not_called_calm(clock: FakeClock, tmp_path: Path) -> None:
    """Of very many brands the quiet ones are judged minutes after a source fell silent: the tick after it the board
    says all the same who is not seen, and tells no score of before as that of now.
    """
    engine = an_engine(tmp_path)
    board = BoardKeeper(engine, lambda: (), lambda: 0, clock.now())
    engine.look_again(START)
    engine.assess(START)
    before = engine.brands[0].assessment
    engine.source_changed("feeds", False, START + TICK / 2)
    board.note(START + TICK)
    acme = board.board().brands[0]
    assert (acme.blind, standing_of(acme), shown_score(acme)) == (("feeds",), CardStatus.UNKNOWN, "?")
    assert engine.brands[0].assessment is before
    board.note(START + 2 * TICK)
    assert board.board().brands[0] is acme
    engine.source_changed("feeds", True, START + 2 * TICK)
    board.note(START + 3 * TICK)
    assert standing_of(board.board().brands[0]) is CardStatus.CALM


def test_a_brand_on_fire_that_is_not_judged_anew_yet_keeps_its_level(clock: FakeClock, tmp_path: Path) -> None:
    """What was heard before a source fell silent is at least so much now."""
    engine = an_engine(tmp_path)
    board = BoardKeeper(engine, lambda: (), lambda: 0, clock.now())
    engine.brands[0].assessment = an_assessment("Acme", Level.ALERT, 71.0, START)
    engine.source_changed("feeds", False, START + TICK / 2)
    board.note(START + TICK)
    acme = board.board().brands[0]
    assert (acme.blind, standing_of(acme), shown_score(acme)) == (("feeds",), CardStatus.ALERT, "≥71")


async def test_an_incident_that_opens_between_two_pulses(clock: FakeClock, tmp_path: Path) -> None:
    """A busy journal is judged while it is read: whoever may send the page, or is asked by who got it, finds the
    incident on the board.
    """
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}")
    house = await Watchhouse(tmp_path, database, clock).again()
    board = BoardKeeper(house.engine, lambda: (), lambda: 0, clock.now())
    shown: list[Incident | None] = []
    turns = asyncio.get_running_loop()
    house.loop._meter.ticked = lambda at: board.note(at) or board.board()
    house.loop._applier._committed = lambda: turns.call_soon(lambda: shown.append(board.board().brands[0].incident))
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(storm(clock.now()))
    await clock.advance(12)
    await house.put([a_mention(at=clock.now())])
    await house.loop._catch_up(None)
    await settle(1)
    assert [each.brand for each in shown if each is not None] == ["Acme"]
    assert len(shown) == 1
    await database.close()


def test_of_very_many_brands_no_tick_gives_all_their_point_of_five_minutes(clock: FakeClock, tmp_path: Path) -> None:
    """A new slot of every brand's line is a part of the brands' at each tick; a score that is news has its point at
    once, the highest since the slot began; nobody lacks one when the slot is over, and cards of whom nothing is new
    stay.
    """
    rows = (f"  - {{name: M{n}, match: {{any: [m{n}]}}}}\n" for n in range(3 * AT_ONCE))
    engine = an_engine(tmp_path, "brands:\n" + "".join(rows))
    board = BoardKeeper(engine, lambda: (), lambda: 0, clock.now())
    last = engine.brands[-1]
    last.assessment = an_assessment("M", Level.ALERT, 71.0, START)
    board.note(START)
    slot = START + EVERY - (START - EPOCH) % EVERY
    board.note(slot)
    before = board.board().brands
    assert sum(line[-1][0] == slot for line in board.lines().values()) == AT_ONCE
    last.assessment = an_assessment("M", Level.CALM, 3.0, slot)
    board.note(slot + TICK)
    lines = board.lines()
    assert sum(line[-1][0] == slot for line in lines.values()) == 2 * AT_ONCE + 1
    assert lines[last.name][-1] == (slot, 71.0)
    after = board.board().brands
    assert sum(card is not known for card, known in zip(after, before, strict=True)) == AT_ONCE + 1
    board.note(slot + EVERY)
    assert all(slot in dict(line) for line in board.lines().values())
