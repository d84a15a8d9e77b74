"""Who cannot see must not call it over: no incident ends while its brand is blind, however it was about to end."""

from datetime import timedelta

from sentinel.incidents.incident import State
from sentinel.scoring.level import Level
from tests.incidents.story import Story


def test_calm_that_nobody_sees_ends_nothing() -> None:
    """The score is unknown while the level says calm, as after a journal was read anew: it stays open until
    somebody sees.
    """
    story = Story().score(Level.ALERT)
    story.score(Level.CALM, points=None)
    assert story.state is State.OPEN
    story.score(Level.CALM)
    assert story.state is State.RESOLVED


def test_a_flapping_incident_goes_blind() -> None:
    """Held open for an hour of calm, it goes blind after half of it: the hour begins anew when it sees again, and
    no timer is overdue.
    """
    story = Story()
    for _ in range(5):
        story.score(Level.ALERT).wait(1)
        story.score(Level.CALM).wait(1)
    assert story.incident is not None
    assert (story.incident.flapping, story.state) == (True, State.OPEN)
    story.wait(30)
    story.score(Level.CALM, points=None)
    story.now += timedelta(minutes=90)
    story.score(Level.CALM, points=None)
    assert story.state is State.OPEN
    assert story.incident.next_at is None or story.incident.next_at > story.now
    story.score(Level.CALM).wait(59)
    assert story.state is State.OPEN
    story.wait(2)
    assert story.state is State.RESOLVED
