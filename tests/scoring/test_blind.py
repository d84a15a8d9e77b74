"""A brand that cannot be seen keeps its level, and calm that nobody saw does not count towards leaving it."""

from datetime import timedelta

from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from sentinel.scoring.watch import BrandWatch
from tests.fakes import START


def test_blind_time_is_no_calm() -> None:
    """Below the threshold for twenty minutes, blind for an hour, seeing again: another half hour must pass before
    the level is left.
    """
    watch = BrandWatch("Acme", ScoringSettings())
    watch._hysteresis.update(70.0, Level.CRISIS, START)
    at = START + timedelta(minutes=1)
    assert watch.assess(at).level is Level.ALERT
    at += timedelta(minutes=20)
    watch.blind(True, at)
    assert (watch.assess(at).score, watch.assess(at).level) == (None, Level.ALERT)
    at += timedelta(hours=1)
    assert watch.assess(at).level is Level.ALERT
    watch.blind(False, at)
    assert watch.assess(at).level is Level.ALERT
    assert watch.assess(at + timedelta(minutes=29)).level is Level.ALERT
    assert watch.assess(at + timedelta(minutes=30)).level is Level.CALM
