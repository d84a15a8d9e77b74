"""A step names schedules and roles as well as contacts; whom it means is looked up when it fires."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sentinel.escalation.override import Override
from sentinel.escalation.roster import Roster
from sentinel.escalation.rotation import Rotation
from sentinel.escalation.schedule import Schedule
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import Story, a_policy, some_rules


def on_call(*people: str, **roles: tuple[str, ...]) -> Rules:
    """A schedule called guardia: people take turns by the week, from Monday at nine in Madrid, an hour before
    `START`.
    """
    rules = some_rules()
    layer = Rotation(people=tuple((each,) for each in people), starts=date(2026, 3, 2))
    schedule = Schedule(name="guardia", timezone="Europe/Madrid", layers=(layer,) if people else ())
    return replace(
        rules, roster=Roster(contacts=tuple(rules.contacts), schedules={"guardia": schedule}, roles=dict(roles))
    )


def overridden(rules: Rules, who: tuple[str, ...], starts_at: datetime) -> Rules:
    change = Override(
        id="o-1", schedule="guardia", contacts=who, starts_at=starts_at, ends_at=starts_at + timedelta(days=1)
    )
    return replace(rules, roster=rules.roster.with_changes([change]))


def test_a_schedule_means_who_is_on_call_when_the_step_fires() -> None:
    """Luis takes over five minutes in: the second round's first step pages him."""
    rules = overridden(on_call("ana"), ("luis",), START + timedelta(minutes=5))
    story = Story(rules=rules, policy=a_policy((0, "guardia"), (10, "boss"))).score(Level.ALERT).wait(20)
    assert story.pages == [(0, "ana"), (10, "boss"), (20, "luis")]


def test_a_role_means_its_people_each_once() -> None:
    """The strategist is whoever is on call, and the boss."""
    story = Story(
        rules=on_call("ana", strategist=("guardia", "boss", "ana")), policy=a_policy((0, "strategist boss"))
    ).score(Level.ALERT)
    assert story.pages == [(0, "ana"), (0, "boss")]


def test_nobody_on_call_advances_at_once_and_tells_the_catch_all() -> None:
    """The timeline says that the schedule was empty, not that nothing happened."""
    story = Story(rules=on_call(), policy=a_policy((0, "guardia"), (10, "boss"))).score(Level.ALERT)
    assert story.pages == [(0, "chief"), (0, "boss")]
    assert (What.NOT_SENT, Why.NOBODY_ON_CALL) in story.lines


def test_a_page_says_who_is_next_by_the_schedule_of_that_minute() -> None:
    """Ana's page names Luis, who will be on call by then."""
    rules = overridden(on_call("boss"), ("luis",), START + timedelta(minutes=5))
    story = Story(rules=rules, policy=a_policy((0, "ana"), (10, "guardia"))).score(Level.ALERT)
    notice = story.changes[-1].notices[0]
    assert (notice.following, notice.following_at) == (("luis",), START + timedelta(minutes=10))


def test_a_reload_that_takes_the_schedule_away_in_the_middle_of_a_climb() -> None:
    """The policy is the incident's own; a name that no longer means anybody is passed over with a reason."""
    story = (
        Story(rules=on_call("luis"), policy=a_policy((0, "ana"), (10, "guardia"), (20, "boss")))
        .score(Level.ALERT)
        .wait(5)
    )
    story.rules = some_rules()
    story.wait(6)
    assert story.pages == [(0, "ana"), (10, "chief"), (10, "boss")]
    assert (What.NOT_SENT, Why.UNKNOWN_CONTACT) in story.lines


def test_a_handoff_in_the_hour_that_happens_twice() -> None:
    """A climb across the end of summer time never finds the schedule empty."""
    layer = Rotation(people=(("ana",), ("luis",)), starts=date(2026, 10, 18))
    base = on_call("ana")
    schedule = Schedule(name="guardia", timezone="Europe/Madrid", layers=(layer,))
    rules = replace(base, roster=Roster(contacts=tuple(base.contacts), schedules={"guardia": schedule}))
    story = Story(
        rules=rules, policy=a_policy((0, "guardia"), repeat=12), now=datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    ).score(Level.ALERT)
    story.wait(120)
    assert (What.NOT_SENT, Why.NOBODY_ON_CALL) not in story.lines
    assert len(story.pages) == 13
