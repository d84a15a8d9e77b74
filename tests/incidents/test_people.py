"""What people say of an incident: by links that may be late, twice, or after a reminder; and that it never was one."""

import pytest

from sentinel.incidents.change import EventName
from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import State, Verdict
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.incidents.story import Story


def epoch(story: Story) -> int:
    assert story.incident is not None
    return story.incident.epoch


def verdict(story: Story) -> Verdict | None:
    assert story.incident is not None
    return story.incident.verdict


def test_a_link_of_its_epoch_acts() -> None:
    """As if nobody had asked for an epoch."""
    story = Story().score(Level.ALERT)
    assert story.ask(Action.ACKNOWLEDGE, epoch=epoch(story)) is None
    assert story.state is State.ACKNOWLEDGED


@pytest.mark.parametrize("action", Action)
def test_a_link_from_before_it_got_worse_does_nothing(action: Action) -> None:
    """Whoever acknowledges an alert has not seen the crisis."""
    story = Story().score(Level.ALERT)
    old = epoch(story)
    story.score(Level.CRISIS)
    before = story.incident
    wanted = Refusal.NOT_ACKNOWLEDGED if action is Action.UNACKNOWLEDGE else Refusal.STALE_LINK
    assert story.ask(action, epoch=old, snooze=30) is wanted
    assert story.incident == before


def test_a_late_press_hears_the_truth_before_it_hears_that_it_is_late() -> None:
    """Who has it, and that it is over; after a reopening, that the link is old."""
    story = Story().score(Level.ALERT)
    old = epoch(story)
    story.ask(Action.ACKNOWLEDGE, "luis", epoch=old)
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=old) is Refusal.ALREADY_ACKNOWLEDGED
    assert story.ask(Action.SNOOZE, "ana", epoch=old, snooze=30) is Refusal.STALE_LINK
    story.score(Level.CALM)
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=old) is Refusal.ALREADY_RESOLVED
    story.wait(10).score(Level.ALERT)
    assert story.state is State.OPEN
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=old) is Refusal.STALE_LINK


def test_whoever_has_it_keeps_it_by_saying_so_after_the_reminder() -> None:
    """For another half hour, without word to the others; before the reminder, and for anybody else, it is taken."""
    story = Story().score(Level.CRISIS)
    story.ask(Action.ACKNOWLEDGE, "ana")
    assert story.ask(Action.ACKNOWLEDGE, "ana") is Refusal.ALREADY_ACKNOWLEDGED
    story.wait(26)
    link, told = epoch(story), len(story.told)
    assert story.ask(Action.ACKNOWLEDGE, "boss", epoch=link) is Refusal.ALREADY_ACKNOWLEDGED
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=link - 1) is Refusal.ALREADY_ACKNOWLEDGED
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=link) is None
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=link) is Refusal.ALREADY_ACKNOWLEDGED
    assert len(story.told) == told
    story.wait(20)
    assert story.state is State.ACKNOWLEDGED
    story.wait(11)
    assert story.state is State.OPEN
    assert [at for at, kind, _ in story.told if kind == "expiring"] == [25, 51]


def test_a_false_alarm_ends_it_and_says_so() -> None:
    """Held like any manual end; on the timeline, in the event, and to those who were paged."""
    story = Story().score(Level.CRISIS)
    assert story.ask(Action.FALSE_ALARM, "ana", reason="una prueba") is None
    assert (story.state, verdict(story)) == (State.RESOLVED, Verdict.FALSE_ALARM)
    assert (What.FALSE_ALARM, Why.PERSON) in story.lines
    assert story.told[-1] == (0, "resolved", "ana")
    assert [(e.event, e.by, e.reason) for e in story.changes[-1].events][0] == (EventName.RESOLVED, "ana", "una prueba")
    story.wait(30)
    assert story.state is State.RESOLVED
    assert story.ask(Action.FALSE_ALARM) is Refusal.ALREADY_RESOLVED


def test_the_verdict_is_a_persons_and_of_this_end_alone() -> None:
    """A resolve says it was real, calm says nothing; what gets worse after a false alarm was none."""
    calmed = Story().score(Level.ALERT).score(Level.CALM)
    assert verdict(calmed) is None
    resolved = Story().score(Level.ALERT)
    resolved.ask(Action.RESOLVE)
    assert verdict(resolved) is Verdict.REAL
    mistaken = Story().score(Level.ALERT)
    mistaken.ask(Action.FALSE_ALARM)
    assert [e.reason for e in mistaken.changes[-1].events if e.event is EventName.RESOLVED] == ["false_alarm"]
    mistaken.score(Level.CRISIS)
    assert (mistaken.state, verdict(mistaken)) == (State.OPEN, None)
