"""While a source is silent what is heard is a lower bound: the level rises on it and never falls, and calm that nobody
saw does not count towards leaving a level.
"""

from datetime import timedelta

from sentinel.scoring.brand_scorer import BrandScorer
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from tests.fakes import START
from tests.scoring.brand_story import ANGRY, CALM, BrandStory


def test_blind_time_is_no_calm() -> None:
    """Below the threshold for twenty minutes, blind for an hour, seeing again: another half hour must pass before the
    level is left.
    """
    watch = BrandScorer("Acme", ScoringSettings())
    watch._hysteresis.update(70.0, Level.CRISIS, START)
    at = START + timedelta(minutes=1)
    assert watch.assess(at).level is Level.ALERT
    at += timedelta(minutes=20)
    watch.blind(True, at)
    assert (watch.assess(at).score, watch.assess(at).level) == (None, Level.ALERT)  # "at least 0" says nothing
    at += timedelta(hours=1)
    assert watch.assess(at).level is Level.ALERT
    watch.blind(False, at)
    assert watch.assess(at).level is Level.ALERT
    assert watch.assess(at + timedelta(minutes=29)).level is Level.ALERT
    assert watch.assess(at + timedelta(minutes=30)).level is Level.CALM


def test_what_is_heard_may_rise_to_a_crisis() -> None:
    """Blind and calm: unknown. Angry people through the other sources: an alert and a crisis, with their points. Once
    it is quiet again nobody knows whether it is over.
    """
    story = BrandStory()
    story.talk(30, 6, CALM)
    story.watch.blind(True, story.now)
    assert story.assess().score is None
    story.talk(1, 300, ANGRY)
    loud = story.assess()
    assert loud.level is Level.CRISIS
    assert loud.score is not None
    assert loud.score >= 80
    story.silence(3)
    assert story.assess().level is Level.CRISIS
    story.watch.blind(False, story.now)
    story.silence(6)
    assert story.assess().level is not Level.CRISIS


def test_a_watch_that_is_only_part_of_it_is_unknown() -> None:
    """Below an alert nobody can say what is going on: neither calm nor a watch is shown."""
    watch = BrandScorer("Acme", ScoringSettings())
    watch._hysteresis.update(40.0, Level.CRISIS, START)
    watch.blind(True, START)
    seen = watch.assess(START + timedelta(minutes=1))
    assert (seen.score, seen.level) == (None, Level.WATCH)
    assert watch.due(START) is None
