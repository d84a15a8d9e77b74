"""Days with events that a calendar knows of, and what the watch makes of them."""

from datetime import UTC, datetime, timedelta

from sentinel.scoring.assessment import Assessment
from sentinel.scoring.event_calendar import CalendarVersion, EventCalendar, KnownEvents
from sentinel.scoring.expected_events import EVENT
from sentinel.scoring.level import Level
from sentinel.signals.known_event import KnownEvent
from tests.fakes import START
from tests.scoring.brand_story import ANGRY, CALM, FLAT, BrandStory

CLUB = EventCalendar(name="club", lead=timedelta(hours=1), tail=timedelta(hours=1))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LOUD = 100
"""People an hour while a match is on, of a brand that six speak of."""


def match(day: int, name: str = "Match") -> KnownEvent:
    """Two hours in the evening of a day of the story."""
    begins = START + timedelta(days=day, hours=20)
    return KnownEvent(calendar="club", name=name, kind="home", starts_at=begins, ends_at=begins + timedelta(hours=2))


def known(*events: KnownEvent, since: datetime = LONG_AGO) -> KnownEvents:
    return KnownEvents(CLUB, [CalendarVersion(calendar="club", since=since, events=events)])


def following(*events: KnownEvent) -> BrandStory:
    story = BrandStory(seed=7)
    story.watch.events.use([known(*events)])
    return story


def until(story: BrandStory, day: int, hour: float) -> BrandStory:
    """Ordinary talk until that hour of that day."""
    return story.talk((START + timedelta(days=day, hours=hour) - story.now) / timedelta(hours=1), 6, CALM)


def evening(story: BrandStory, day: int, mood: tuple[float, float] = CALM) -> list[Assessment]:
    """Many talk from eight until ten; what was made of it."""
    until(story, day, 20)
    begin = len(story.assessments)
    story.talk(2, LOUD, mood)
    return story.assessments[begin:]


def peak(found: list[Assessment], signal: str) -> float:
    return max(each.contributions[signal] for each in found)


def test_an_evening_that_the_calendar_knows_wakes_nobody_and_says_why() -> None:
    """Two matches have been seen on odd days: the third is a fraction of the loudness that it would be unannounced, and
    its assessment names it.
    """
    followed, alone = following(match(2), match(3), match(5)), BrandStory(seed=7)
    heard = [[evening(story, day) for day in (2, 3, 5)] for story in (followed, alone)]
    first, _, third = heard[0]
    assert all(each.level in (Level.CALM, Level.WATCH) for found in heard[0] for each in found)
    assert peak(first, "volume") < peak(heard[1][0], "volume")
    assert peak(third, "volume") < peak(heard[1][2], "volume") / 2
    said = next(each for each in third[-1].evidence if each.signal == EVENT)
    assert said.key == "calendar.louder"
    assert dict(said.facts)["event"] == "Match"
    assert third[-1].contributions[EVENT] == 0.0


def test_a_scandal_during_a_match_pages_as_if_there_were_none() -> None:
    """At the third match half an hour of anger breaks out: alert and crisis come within two minutes of when they would
    have come without a calendar.
    """
    reached = []
    for story in (following(match(2), match(3), match(5)), BrandStory(seed=7)):
        for day in (2, 3):
            evening(story, day)
        until(story, 5, 20.5)
        begin = len(story.assessments)
        story.talk(0.5, LOUD, ANGRY)
        reached.append(
            [
                next(each.at for each in story.assessments[begin:] if each.level.rank >= level.rank)
                for level in (Level.ALERT, Level.CRISIS)
            ]
        )
    assert all(abs(one - other) <= timedelta(minutes=2) for one, other in zip(*reached, strict=True))


def test_a_holiday_that_is_quiet_hides_no_storm() -> None:
    """Nearly nobody talks on holidays; on the third one people are furious, and it is an alert all the same."""
    days = [
        KnownEvent(
            calendar="club",
            name="Fiesta",
            starts_at=START + timedelta(days=day),
            ends_at=START + timedelta(days=day + 1),
        )
        for day in (2, 4, 6)
    ]
    story = following(*days)
    for day in (2, 4):
        until(story, day, 0).talk(24, 1, CALM)
    until(story, 6, 12)
    begin = len(story.assessments)
    story.talk(0.5, 80, ANGRY)
    assert Level.ALERT in {each.level for each in story.assessments[begin:]}
    assert story.watch.events.foreseen(story.now)[2].times == 1.0


def test_a_storm_during_an_event_does_not_teach_that_events_are_loud() -> None:
    """What brought the crowd was anger: the next match is expected to bring no more than one that nobody has seen."""
    story = following(match(2), match(5))
    evening(story, 2, ANGRY)
    until(story, 5, 20.1)
    assert story.watch.events.foreseen(story.now)[0].times == 1.0


def test_an_event_counts_from_when_it_was_known() -> None:
    """A match that the calendar gained the day before yesterday was not known the day before that; a refold of that
    day sees it as it was.
    """
    since = START + timedelta(days=3)
    events = known(match(2), match(4), since=since)
    assert list(events.during(match(2).starts_at, match(2).starts_at)) == []
    assert [each.name for each in events.during(match(4).starts_at, match(4).starts_at)] == ["Match"]
    assert events.next_edge(START) == since


def test_an_event_that_lasts_a_season_changes_nothing() -> None:
    """A quarter is no event."""
    season = KnownEvent(calendar="club", name="Season", starts_at=START, ends_at=START + timedelta(days=90))
    assert list(known(season).during(START, START + timedelta(days=1))) == []


def test_what_events_brought_survives_a_restart() -> None:
    """A watch that takes over in the middle of a match learns the same of it, and expects the same of the next."""
    story = following(match(2), match(3))
    until(story, 2, 20).talk(1, LOUD, CALM)
    other = following(match(2), match(3))
    other.watch.restore(story.watch.snapshot())
    next_match, heard = match(3).starts_at, []
    for each in (story, other):
        each.watch.assess(next_match)
        heard.append(each.watch.events.foreseen(next_match))
    assert heard[0] == heard[1]
    assert heard[0][0].times > 2.0


def test_sober_talk_during_an_event_never_counts_more_than_without() -> None:
    """The calendar only ever lowers what loudness adds: no assessment of an evening has more volume for it."""
    followed, alone = following(match(2)), BrandStory(seed=7)
    for one, other in zip(evening(followed, 2, FLAT), evening(alone, 2, FLAT), strict=True):
        assert one.contributions["volume"] <= other.contributions["volume"] + 1e-9
        assert one.contributions["negativity"] == other.contributions["negativity"]
        assert one.contributions["severity"] == other.contributions["severity"]
