"""Made-up histories."""

from datetime import timedelta

import pytest

from sentinel.errors import BadInput
from sentinel.simulation.history import Story, history
from tests.fakes import START


def test_the_same_story_twice() -> None:
    """A seed and an end give the same history, mention by mention."""
    story = Story(brand="Acme", language="es", end=START)
    assert list(history(story)) == list(history(story))


def test_calm_then_storm_in_order() -> None:
    """Two days of about ten an hour, then ten minutes of many; in order, each with an id of its own, all naming the
    brand.
    """
    made = list(history(Story(brand="Acme", language="en", end=START)))
    assert made == sorted(made, key=lambda m: m.published_at)
    assert len({m.id for m in made}) == len(made)
    assert all("Acme" in m.text for m in made)
    storm = [m for m in made if m.published_at > START - timedelta(minutes=10)]
    assert 350 < len(storm) < 600
    assert 380 < len(made) - len(storm) < 580


def test_no_storm() -> None:
    """Without a storm the rate stays what it was."""
    made = list(history(Story(brand="Acme", language="es", end=START, storm=timedelta(0))))
    assert sum(m.published_at > START - timedelta(minutes=10) for m in made) < 12


def test_unknown_language() -> None:
    """A language without texts is refused with those there are."""
    with pytest.raises(BadInput, match="en, es and pt"):
        list(history(Story(brand="Acme", language="fi", end=START)))
