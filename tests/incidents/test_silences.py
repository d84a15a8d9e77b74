"""Silences hold pages back, with a reason, and nothing else; a crisis passes; what is still burning when they end is
paged.
"""

from datetime import timedelta

import msgspec

from sentinel.escalation.policy import Ladder, Step
from sentinel.incidents.command import Action
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.incidents.story import Story, a_policy

WATCHED = Ladder(steps=(Step(notify=("luis",), after=timedelta(0)),), repeat=0, repeat_after=timedelta(minutes=10))


def test_the_end_of_a_silence_is_a_promise_of_its_own() -> None:
    """Paged, silenced, paged again when the silence ends: another epoch, so that the outbox takes the second page and
    links of before do nothing.
    """
    story = Story().score(Level.ALERT).wait(1).silenced(10)
    assert story.incident is not None
    before = story.incident.epoch
    story.wait(11)
    assert story.incident.epoch == before + 1
    assert [contact for _, contact in story.pages] == ["ana", "ana"]


def test_an_alert_under_a_silence_pages_nobody_and_says_why() -> None:
    """It opens, is written down, and nobody is woken."""
    story = Story().silenced(60).score(Level.ALERT).wait(30)
    assert story.state is State.OPEN
    assert story.pages == []
    assert (What.SILENCED, Why.SILENCED) in story.lines
    assert (What.NOT_SENT, Why.SILENCED) in story.lines


def test_when_the_silence_ends_with_the_trouble_still_there_people_are_paged() -> None:
    """From the first step, at that instant."""
    story = Story().silenced(60).score(Level.ALERT).wait(75)
    assert story.pages == [(60, "ana"), (70, "boss")]
    assert (What.SILENCE_ENDED, Why.TIME) in story.lines


def test_a_crisis_always_passes() -> None:
    """It opens as a crisis, or becomes one, silence or not."""
    assert Story().silenced(60).score(Level.CRISIS).pages == [(0, "ana")]
    story = Story().silenced(60).score(Level.ALERT).wait(5).score(Level.CRISIS)
    assert story.pages == [(5, "ana")]
    assert (What.SILENCE_ENDED, Why.LEVEL_ROSE) in story.lines


def test_a_crisis_that_eases_under_a_silence_is_hushed_again() -> None:
    """What still climbs stops climbing."""
    story = Story().silenced(60).score(Level.CRISIS).wait(2).score(Level.ALERT).wait(30)
    assert story.pages == [(0, "ana")]
    assert story.incident is not None
    assert story.incident.suppression is not None
    assert story.incident.suppression.silence == "s-boss"


def test_a_silence_made_after_the_page_voids_what_waits_and_still_tells_the_end() -> None:
    """The epoch moves, so that rows in the outbox are stale; whoever was paged hears of the end."""
    story = Story().score(Level.ALERT)
    assert story.incident is not None
    before = story.incident.epoch
    story.silenced(60)
    assert story.incident.epoch == before + 1
    story.wait(20)
    assert story.pages == [(0, "ana")]
    story.score(Level.CALM)
    assert story.told[-1] == (20, "resolved", "ana")


def test_escalating_overrules_a_silence() -> None:
    """Somebody asks for the next people: they are paged, and the silence holds nothing back in this incident any
    more.
    """
    story = Story().silenced(60).score(Level.ALERT).wait(1)
    assert story.ask(Action.ESCALATE) is None
    assert story.pages == [(1, "boss")]
    story.score(Level.ALERT).wait(9)
    assert story.incident is not None
    assert story.incident.suppression is None
    assert story.incident.climb is not None


def test_acknowledged_under_a_silence_stays_acknowledged_when_it_ends() -> None:
    """Nobody is paged for what somebody has."""
    story = Story().score(Level.ALERT)
    assert story.ask(Action.ACKNOWLEDGE) is None
    story.silenced(10).wait(30)
    assert story.pages == [(0, "ana")]
    assert story.state is State.ACKNOWLEDGED


def test_updates_are_held_back_with_a_reason() -> None:
    """A change of level that pages nobody is written down, and not told, while the silence lasts."""
    story = Story().score(Level.CRISIS).wait(1)
    story.silenced(60).score(Level.ALERT)
    assert [kind for _, kind, _ in story.told if kind == "update"] == []
    assert story.lines.count((What.NOT_SENT, Why.SILENCED)) == 1


def test_a_longer_silence_takes_over_without_a_page_in_between() -> None:
    """One that is made longer does not let anything through at the old end."""
    story = Story().silenced(10).score(Level.ALERT).wait(5)
    story.silenced(60, by="luis").wait(30)
    assert story.pages == []
    assert story.incident is not None
    assert story.incident.suppression is not None
    assert story.incident.suppression.silence == "s-luis"


def test_a_silence_of_what_is_on_watch_lets_an_alert_pass() -> None:
    """Its level is the highest that it holds back."""
    story = Story(policy=msgspec.structs.replace(a_policy(), levels={Level.WATCH: WATCHED})).silenced(60)
    assert story.silence is not None
    story.silence = msgspec.structs.replace(story.silence, level=Level.WATCH)
    story.score(Level.WATCH).wait(5)
    assert story.pages == []
    story.score(Level.ALERT)
    assert story.pages == [(5, "ana")]
    assert (What.SILENCE_ENDED, Why.LEVEL_ROSE) in story.lines


def test_a_silence_of_one_signal_lets_pass_what_people_know_already() -> None:
    """Paged for something else first: the climb is not broken off because the reason looks different now."""
    story = Story().score(Level.ALERT).wait(1).silenced(0)
    assert story.silence is not None
    story.silence = msgspec.structs.replace(
        story.silence, id="r-1", signal="volume", ends_at=story.now + timedelta(hours=1)
    )
    story.score(Level.ALERT).wait(10)
    assert story.pages == [(0, "ana"), (10, "boss")]
