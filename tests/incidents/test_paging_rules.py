"""Ladders of a level's own, what a step allows, and people who want to be left alone."""

from datetime import time, timedelta

import msgspec

from sentinel.escalation.contact import Contact, Occasion, QuietHours
from sentinel.escalation.policy import Authority, Ladder, Step
from sentinel.incidents.command import Action
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import Story, a_policy, minutes, some_rules


def a_ladder(*steps: tuple[float, str]) -> Ladder:
    return Ladder(
        steps=tuple(Step(notify=tuple(names.split()), after=minutes(after)) for after, names in steps),
        repeat=0,
        repeat_after=minutes(10),
    )


def test_a_crisis_climbs_its_own_ladder_at_its_own_pace() -> None:
    """Other people, other waits; `crisis_pace` has no say in it."""
    policy = msgspec.structs.replace(a_policy(), levels={Level.CRISIS: a_ladder((0, "boss luis"), (3, "chief"))})
    story = Story(policy=policy).score(Level.CRISIS).wait(4)
    assert story.pages == [(0, "boss"), (0, "luis"), (3, "chief")]


def test_an_alert_that_becomes_a_crisis_begins_the_crisis_ladder() -> None:
    """From its first step."""
    policy = msgspec.structs.replace(a_policy(), levels={Level.CRISIS: a_ladder((0, "luis"))})
    story = Story(policy=policy).score(Level.ALERT).wait(2).score(Level.CRISIS)
    assert story.pages == [(0, "ana"), (2, "luis")]


def test_watch_pages_only_where_it_has_a_ladder() -> None:
    """By default nobody; with one, those on it, and no longer once it is calm."""
    assert Story().score(Level.WATCH).wait(30).pages == []
    policy = msgspec.structs.replace(a_policy(), levels={Level.WATCH: a_ladder((0, "luis"))})
    assert Story(policy=policy).score(Level.WATCH).wait(5).pages == [(0, "luis")]


def test_an_authority_comes_with_the_page_and_stands_on_the_timeline() -> None:
    """Whoever is paged because nobody answered for twenty minutes may publish the holding statement."""
    steps = (
        Step(notify=("ana",), after=minutes(0)),
        Step(notify=("boss",), after=minutes(20), authority=Authority.HOLDING_STATEMENT),
    )
    policy = msgspec.structs.replace(a_policy(), steps=steps)
    story = Story(policy=policy).score(Level.ALERT).wait(20)
    notice = story.changes[-1].notices[0]
    assert (notice.contact, notice.authority, notice.unanswered) == (
        "boss",
        Authority.HOLDING_STATEMENT,
        timedelta(minutes=20),
    )
    assert (What.DELEGATED, Why.LADDER) in story.lines


def test_quiet_hours_pass_the_page_on_with_a_reason() -> None:
    """Ana sleeps until ten: the next person is paged at once, the timeline says why she was not."""
    rules = some_rules()
    rules.contacts["ana"] = Contact(channels=("json",), quiet=_until(10))
    story = Story(rules=rules).score(Level.ALERT)
    assert [contact for _, contact in story.pages] == ["chief", "boss"]
    assert (What.NOT_SENT, Why.QUIET_HOURS) in story.lines


def test_a_crisis_breaks_quiet_hours() -> None:
    """That is what it is for."""
    rules = some_rules()
    rules.contacts["ana"] = Contact(channels=("json",), quiet=_until(10))
    assert Story(rules=rules).score(Level.CRISIS).pages == [(0, "ana")]


def test_when_everybody_is_left_alone_the_first_hour_after_pages() -> None:
    """Nobody can be woken for an alert at nine; the catch-all is tried every hour, and at ten somebody is up."""
    rules = some_rules()
    for name in rules.contacts:
        rules.contacts[name] = Contact(channels=("json",), quiet=_until(10))
    story = Story(rules=rules).score(Level.ALERT).wait(45)
    assert story.pages == []
    story.wait(60)
    assert [contact for _, contact in story.pages] == ["chief"]
    assert story.pages[0][0] <= 105


def test_news_goes_over_the_channels_meant_for_news() -> None:
    """A person whose channels are all for pages is not told of changes, and the timeline says so."""
    rules = some_rules()
    rules.contacts["ana"] = Contact(channels=("ntfy",), use={Occasion.NEWS: ()})
    story = Story(rules=rules).score(Level.ALERT)
    assert story.ask(Action.RESOLVE, by="boss") is None
    assert story.told == [(0, "page", "ana")]
    assert (What.NOT_SENT, Why.NO_CHANNEL) in story.lines


def _until(hour: int) -> QuietHours:
    assert START.hour == 9
    return QuietHours(zone="UTC", begins=time(22), ends=time(hour), days=frozenset(range(7)))
