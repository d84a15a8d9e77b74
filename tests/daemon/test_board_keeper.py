"""The board: one picture of one instant, never a silent source of now beside a score of before."""

from datetime import timedelta
from pathlib import Path

from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.scoring.level import Level
from tests.daemon.setups import an_engine
from tests.fakes import START, FakeClock

TICK = timedelta(seconds=30)


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
