"""Windows over people: what slides is what a recount gives, and each person counts once."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.signals.packed_row import MAX_SOURCES
from sentinel.signals.people import HOURS, KNOWN, People
from sentinel.signals.person import MOST_FOLLOWERS, Person, Statement
from sentinel.signals.window import SPANS
from tests.fakes import START

utterance = st.tuples(
    st.integers(0, 900),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([0.1, 0.5, 0.9]),
    st.integers(0, 30),
    st.sampled_from("xyz"),
)


def said(negative: float = 0.9, *, original: bool = True, **how: object) -> Statement:
    """A post as its author's sums see it."""
    plain = {
        "positive": 0.0,
        "unread": False,
        "amplified": False,
        "severe": 0.0,
        "followers": 10,
        "singular": None,
        "singular_usual": 0.0,
    }
    return Statement(negative=negative, original=original, **{**plain, **how})  # type: ignore[arg-type]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@settings(max_examples=100, deadline=None)
@given(told=st.lists(utterance, max_size=60), looks=st.lists(st.integers(0, 60), max_size=60))
def test_sliding_windows_equal_a_recount(told: list[tuple[int, int, bool, float, int, str]], looks: list[int]) -> None:
    """Out of order by a few minutes, with looks in between and back in time, each window holds whom it should."""
    people, now = People(), START
    last: dict[str, datetime] = {}
    posts: list[datetime] = []
    for (minute, back, original, negative, author, source), look in zip(
        sorted(told), [*looks, *[0] * 60], strict=False
    ):
        now = max(now, START + minutes(minute))
        at = now - minutes(back)
        people.hear(at, f"u{author}", source, said(negative, original=original))
        last[f"u{author}"] = max(last.get(f"u{author}", at), at)
        posts.append(at)
        if look % 3 == 0:
            now += minutes(look)
        if look % 5 == 0:
            people.windows(now - minutes(2))
        for window in people.windows(now)[:4]:
            assert window.people == sum(_within(each, now, window.minutes) for each in last.values())
            assert window.posts == sum(_within(each, now, window.minutes) for each in posts)
            assert window.minutes != 60 or window.people == sum(window.sources.values())
    again = People()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(people.snapshot())))
    assert again.windows(now) == people.windows(now)


def _within(at: datetime, now: datetime, span: int) -> bool:
    return 0 <= (now.replace(second=0) - at.replace(second=0)) / minutes(1) < span


def test_forty_five_posts_of_one_customer_are_one_angry_person() -> None:
    """However often somebody complains, in whichever window, they are one."""
    people = People()
    for number in range(45):
        people.hear(START + minutes(number), "ana", "x", said())
    for window in people.windows(START + minutes(45)):
        if window.minutes > 5:
            assert (window.people, window.voices, window.angry) == (1, 1, 1)
            assert round(window.mood, 1) == 0.9
    assert people.windows(START + minutes(45)).hour.posts == 45


def test_a_person_is_angry_when_half_of_their_posts_are() -> None:
    """One complaint among four posts of praise is no angry person; who changes their mind is heard."""
    people = People()
    for negative in (0.1, 0.1, 0.9, 0.1):
        people.hear(START, "ana", "x", said(negative, positive=0.8 - 0.8 * negative))
    assert people.windows(START).hour.angry == 0
    for number in range(10):
        people.hear(START + minutes(number), "ana", "x", said())
    assert people.windows(START + minutes(10)).hour.angry == 1


def test_who_only_repeats_others_is_a_person_without_a_voice() -> None:
    """They count as heard and for the tone, not for the mood and not as angry."""
    people = People()
    for number in range(200):
        people.hear(START, f"bot{number % 5}", "x", said(original=False))
    hour = people.windows(START).hour
    assert (hour.people, hour.voices, hour.angry, hour.posts, hour.originals) == (5, 0, 0, 200, 0)
    assert round(hour.tone, 1) == 4.5


def test_after_hours_of_silence_what_was_said_before_does_not_count() -> None:
    """Yesterday's complaint does not make this morning's praise angry."""
    people = People()
    people.hear(START, "ana", "x", said())
    people.hear(START + minutes(600), "ana", "x", said(0.1, positive=0.8))
    now = people.windows(START + minutes(600))
    assert (now.hour.angry, now.hour.rest, now.day.people) == (0, 0, 1)


def test_days_and_three_days_remember_by_the_hour() -> None:
    """Somebody heard this morning is heard today; the day before yesterday, within three days; then no more."""
    people = People()
    people.hear(START, "ana", "x", said())
    seen = [
        [window.people for window in people.windows(START + timedelta(hours=hours))][-2:]
        for hours in (8, 30, HOURS + 1)
    ]
    assert seen == [[1, 1], [0, 1], [0, 0]]


def test_whose_hour_is_unknown_is_heard_on_that_day_and_in_no_minute() -> None:
    """A review site that tells dates alone makes no storm at midnight."""
    people, midnight = People(), START.replace(hour=0)
    for number in range(20):
        people.hear(midnight, f"u{number}", "reviews", said(), day_only=True)
    windows = people.windows(midnight)
    assert [window.people for window in windows] == [0, 0, 0, 0, 20, 20]
    assert windows.day.dated == 20


def test_what_left_the_rings_is_not_counted() -> None:
    """Older than three days is history; a clock that went back shows what was heard by then."""
    people = People()
    people.hear(START, "a", "x", said())
    assert not people.hear(START - timedelta(hours=HOURS), "b", "x", said())
    people.hear(START + minutes(30), "c", "x", said())
    assert people.windows(START + minutes(30)).hour.people == 2
    assert people.windows(START + minutes(5)).quarter.people == 1
    assert people.windows(START + minutes(31)).hour.people == 2


def test_names_sources_and_followers_are_bounded() -> None:
    """Twenty thousand made-up sources and names, an author with 10^20 followers: bounded, exact, and still counted."""
    people = People()
    for number in range(20_000):
        people.hear(START, f"u{number}", f"s{number}", said(followers=10**20))
    window = people.windows(START).five
    assert (window.people, window.audience) == (20_000, 20_000 * MOST_FOLLOWERS)
    assert len(people.windows(START).hour.sources) == MAX_SOURCES
    assert len(msgspec.msgpack.encode(people.snapshot())) < 80 * KNOWN


def test_posts_without_an_author_are_each_somebody_elses() -> None:
    """Feeds name nobody."""
    people = People()
    for _ in range(3):
        people.hear(START, None, "news", said())
    assert people.windows(START).hour.people == 3


def test_a_whole_hour_counts_whoever_spoke_in_it() -> None:
    """For what is usual a person counts in each hour, though windows move them on."""
    people = People()
    for number in (10, 20, 70):
        people.hear(START.replace(minute=0) + minutes(number), "ana", "x", said())
    hour = int(START.timestamp()) // 3600
    assert [people.hour(hour + each).people for each in range(3)] == [1, 1, 0]
    people.forget(hour)
    assert people.hour(hour).people == 0


def test_the_windows_are_the_documented_ones() -> None:
    """Five minutes to three days, and a person's row has their columns."""
    assert SPANS == (5, 15, 60, 360, 1_440, 4_320)
    person = Person()
    person.say(said(severe=0.9))
    assert Person.of(person.plain()).row() == person.row()
