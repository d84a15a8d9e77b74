"""An incident whose level moves up and down: a climb goes on where it was, and only what is worse than before begins
anew.
"""

import msgspec
import pytest

from sentinel.escalation.policy import Ladder, Step
from sentinel.incidents.command import Action
from sentinel.incidents.incident import State
from sentinel.scoring.level import Level
from tests.incidents.story import Story, a_policy, minutes

CRISIS_TEAM = Ladder(
    steps=(Step(notify=("luis",), after=minutes(0)), Step(notify=("chief",), after=minutes(6))),
    repeat=0,
    repeat_after=minutes(10),
)


@pytest.mark.parametrize("low", [Level.WATCH, Level.ALERT])
def test_eight_hours_between_two_levels_page_no_more_often_than_the_ladder(low: Level) -> None:
    """Up and down every ten minutes, nobody answers: two rounds, then the catch-all once an hour."""
    story = Story()
    for _ in range(24):
        story.score(Level.CRISIS).wait(10).score(low).wait(10)
    assert [who for _, who in story.pages[:4]] == ["ana", "boss", "ana", "boss"]
    assert {who for _, who in story.pages[4:]} == {"chief"}
    gaps = [later - earlier for (earlier, _), (later, _) in zip(story.pages[4:], story.pages[5:], strict=False)]
    assert min(gaps) >= 60
    assert len(story.pages) <= 12


def test_a_rise_to_crisis_pages_at_once() -> None:
    """What is worse than anything before begins its own ladder from the first step, wherever the other one was."""
    policy = msgspec.structs.replace(a_policy(), levels={Level.CRISIS: CRISIS_TEAM})
    story = Story(policy=policy).score(Level.ALERT).wait(12).score(Level.CRISIS)
    assert story.pages == [(0, "ana"), (10, "boss"), (12, "luis")]
    assert Story().score(Level.ALERT).wait(12).score(Level.WATCH).wait(3).score(Level.CRISIS).pages[-1] == (15, "ana")


def test_falling_and_rising_again_goes_on_with_whoever_comes_next() -> None:
    """Ana was paged at nine. On watch for an hour nobody is; back at an alert, it is the boss's turn, at once."""
    story = Story().score(Level.ALERT).wait(5).score(Level.WATCH).wait(60)
    assert story.pages == [(0, "ana")]
    story.score(Level.ALERT).wait(11)
    assert story.pages == [(0, "ana"), (65, "boss"), (75, "ana")]
    assert (65, "update", "ana") in story.told


def test_a_short_dip_moves_no_step() -> None:
    """Below an alert for two minutes: the boss is paged when he would have been."""
    story = Story().score(Level.ALERT).wait(5).score(Level.WATCH).wait(2).score(Level.ALERT).wait(10)
    assert story.pages == [(0, "ana"), (10, "boss")]


def test_links_of_the_page_still_act_after_a_dip_from_crisis() -> None:
    """Nothing that was promised changed, so what Ana holds in her hand still works."""
    story = Story().score(Level.CRISIS)
    assert story.incident is not None
    given = story.incident.epoch
    story.wait(1).score(Level.ALERT).wait(1).score(Level.CRISIS)
    assert story.pages == [(0, "ana")]
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=given) is None


def test_an_answer_ends_the_climb_for_good() -> None:
    """Taken at an alert and then a crisis: from the first step, since whoever has it has not seen this."""
    story = Story().score(Level.CRISIS).wait(6).score(Level.ALERT)
    story.ask(Action.ACKNOWLEDGE, "boss")
    story.wait(30).score(Level.CRISIS)
    assert story.state is State.OPEN
    assert story.pages[-1] == (36, "ana")


def test_what_was_resolved_begins_anew() -> None:
    """It came back after it was calm: from the first step."""
    story = Story().score(Level.ALERT).wait(11).score(Level.CALM).wait(30).score(Level.ALERT)
    assert story.pages[-1] == (41, "ana")
