"""Incidents in every state that a row can hold, each by the story that leads there."""

from collections.abc import Callable

from sentinel.incidents.annotations import Judgement, Reply, annotated
from sentinel.incidents.change import Change
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, Verdict
from sentinel.incidents.lifecycle import opened
from sentinel.scoring.level import Level
from tests.incidents.story import Story, an_assessment


def told() -> dict[str, Incident]:
    """Each story's incident by the story's name."""
    return {name: _incident(tell()) for name, tell in STORIES.items()}


def _incident(story: Story) -> Incident:
    assert story.incident is not None
    return story.incident


def _paged() -> Story:
    return Story().score(Level.CRISIS)


def _unknown() -> Story:
    return Story().score(Level.ALERT).score(Level.ALERT, points=None)


def _acknowledged() -> Story:
    story = _paged().wait(3)
    story.ask(Action.ACKNOWLEDGE)
    return story


def _reminded() -> Story:
    return _acknowledged().wait(26)


def _lapsed() -> Story:
    return _acknowledged().wait(31)


def _snoozed() -> Story:
    story = _acknowledged()
    story.ask(Action.SNOOZE, by="luis", snooze=90)
    return story


def _suppressed() -> Story:
    return Story().score(Level.ALERT).wait(2).silenced(60)


def _overruled() -> Story:
    story = _suppressed()
    story.ask(Action.ESCALATE, by="luis")
    return story


def _exhausted() -> Story:
    return Story().score(Level.CRISIS).wait(120)


def _update_due() -> Story:
    story = Story().score(Level.CRISIS).wait(1)
    return story.score(Level.ALERT).wait(1).score(Level.WATCH)


def _resolved() -> Story:
    story = _acknowledged()
    story.ask(Action.RESOLVE, reason="fixed")
    return story


def _resolve_held() -> Story:
    return _resolved().wait(5).score(Level.CALM)


def _false_alarm() -> Story:
    story = _paged()
    story.ask(Action.FALSE_ALARM, by="boss")
    return story


def _calmed() -> Story:
    return Story().score(Level.ALERT).wait(40).score(Level.CALM)


def _reopened() -> Story:
    return _calmed().wait(30).score(Level.CRISIS)


def _flapping() -> Story:
    story = Story()
    for _ in range(5):
        story.score(Level.ALERT).wait(1)
        story.score(Level.CALM).wait(1)
    return story


def _closed() -> Story:
    return _calmed().wait(130)


def _said() -> Story:
    story = _closed()
    for annotation in (
        Reply(incident="i", by="ana", link="https://acme.example/statement"),
        Judgement(incident="i", by="luis", verdict=Verdict.REAL, reason="in the press"),
    ):
        change = annotated(_incident(story), annotation, story.now)
        assert isinstance(change, Change)
        story.incident = change.incident
    return story


def _drill() -> Story:
    story = Story()
    story.incident = opened(
        an_assessment(Level.CRISIS, story.now), story.rules, story.policy, story.now, drill=True
    ).incident
    return story


STORIES: dict[str, Callable[[], Story]] = {
    tell.__name__.removeprefix("_"): tell
    for tell in (
        _paged,
        _unknown,
        _acknowledged,
        _reminded,
        _lapsed,
        _snoozed,
        _suppressed,
        _overruled,
        _exhausted,
        _update_due,
        _resolved,
        _resolve_held,
        _false_alarm,
        _calmed,
        _reopened,
        _flapping,
        _closed,
        _said,
        _drill,
    )
}
