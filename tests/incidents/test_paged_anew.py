"""The links in pages so far stop working: who is paged anew, and who is not."""

import pytest

from sentinel.incidents.change import NoticeKind
from sentinel.incidents.command import Action
from sentinel.incidents.paged_anew import paged_anew
from sentinel.incidents.timeline import What
from sentinel.scoring.level import Level
from tests.incidents.story import Story, a_policy, some_rules


def an_alert(after: float = 0) -> Story:
    story = Story(policy=a_policy((0, "ana"), (10, "boss")))
    story.score(Level.ALERT)
    story.wait(after)
    return story


def test_everybody_told_so_far_is_paged_once_more() -> None:
    """In a new epoch, so that what still waits does not go with the old link; the ladder goes on where it was."""
    story = an_alert(12)
    before = story.incident
    assert before is not None
    change = paged_anew(before, story.rules, story.now)
    assert change is not None
    after = change.incident
    assert [(each.kind, each.contact) for each in change.notices] == [
        (NoticeKind.PAGE, "ana"),
        (NoticeKind.PAGE, "boss"),
    ]
    assert after.epoch == before.epoch + 1
    assert (after.climb, after.next_at, after.ringing, after.told) == (
        before.climb,
        before.next_at,
        before.ringing,
        before.told,
    )
    assert [line.what for line in change.timeline] == [What.LINKS_RENEWED, What.PAGE, What.PAGE]
    assert after.tipped_at is None


@pytest.mark.parametrize("act", ["ack", "snooze", "resolve", "silence", "watch"])
def test_whoever_is_not_to_be_paged_is_not(act: str) -> None:
    """Somebody has it, it is snoozed, over or silenced, or its level pages nobody."""
    story = an_alert()
    match act:
        case "ack":
            story.ask(Action.ACKNOWLEDGE)
        case "snooze":
            story.ask(Action.SNOOZE, snooze=30)
        case "resolve":
            story.ask(Action.RESOLVE)
        case "silence":
            story.silenced(60)
        case "watch":
            story.score(Level.WATCH)
    assert story.incident is not None
    assert paged_anew(story.incident, story.rules, story.now) is None


def test_who_is_no_contact_any_more_is_left_out() -> None:
    """The others are paged."""
    story = an_alert(12)
    assert story.incident is not None
    change = paged_anew(story.incident, some_rules("boss", "chief"), story.now)
    assert change is not None
    assert [each.contact for each in change.notices] == ["boss"]
