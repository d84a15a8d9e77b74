"""Who cannot see must not call it over: no incident ends while its brand is blind, however it was about to end."""

from dataclasses import replace
from datetime import timedelta

from sentinel.incidents.incident import State
from sentinel.incidents.lifecycle import assessed
from sentinel.scoring.level import Level
from tests.incidents.story import Story, an_assessment


def test_calm_that_nobody_sees_ends_nothing() -> None:
    """The score is unknown while the level says calm, as after a journal was read anew: it stays open until somebody
    sees.
    """
    story = Story().score(Level.ALERT)
    story.score(Level.CALM, points=None)
    assert story.state is State.OPEN
    story.score(Level.CALM)
    assert story.state is State.RESOLVED


def test_a_flapping_incident_goes_blind() -> None:
    """Held open for an hour of calm, it goes blind after half of it: the hour begins anew when it sees again, and no
    timer is overdue.
    """
    story = Story()
    for _ in range(5):
        story.score(Level.ALERT).wait(1)
        story.score(Level.CALM).wait(1)
    assert story.incident is not None
    assert (story.incident.recurrence.flapping, story.state) == (True, State.OPEN)
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


def unseen(level: Level, story: Story, *sources: str) -> None:
    """A look at the brand while these sources are silent."""
    assert story.incident is None or story.incident.live
    story.level = level
    seen = replace(an_assessment(level, story.now), unseen=sources)
    story._took(assessed(story.incident, seen, story.rules, story.policy, story.now))


def test_what_is_heard_while_blind_opens_and_rises_and_never_falls() -> None:
    """An alert, then a crisis, while the news are silent: both are paged, and every line and event says "at least"; a
    lower level of what is heard changes nothing until the news are back.
    """
    story = Story()
    unseen(Level.ALERT, story, "news")
    unseen(Level.CRISIS, story, "news")
    assert [contact for _, contact in story.pages] == ["ana", "ana"]
    assert story.incident is not None
    assert (story.incident.at_least, story.incident.unseen) == (True, ("news",))
    assert all(line.at_least for change in story.changes for line in change.timeline)
    assert all(event.unseen == ("news",) for change in story.changes for event in change.events)
    unseen(Level.ALERT, story, "news")
    assert story.incident.level is Level.CRISIS
    story.score(Level.ALERT)
    assert (story.incident.level, story.incident.at_least) == (Level.ALERT, False)
