"""Event-time windows: what slides is what a recount gives."""

from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.signals.buckets import MAX_SOURCES, MINUTES, Buckets
from tests.fakes import START

utterance = st.tuples(
    st.integers(0, 900),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([0.1, 0.5, 0.9]),
    st.integers(0, 30),
    st.sampled_from("xyz"),
)


@settings(max_examples=150, deadline=None)
@given(said=st.lists(utterance, max_size=60), looks=st.lists(st.integers(0, 60), max_size=60))
def test_sliding_windows_equal_a_recount(said: list[tuple[int, int, bool, float, int, str]], looks: list[int]) -> None:
    """Out of order by a few minutes, with looks in between, all windows are what counting again gives."""
    buckets, kept, now = Buckets(), [], START
    for (minute, back, voice, negative, author, source), look in zip(sorted(said), [*looks, *[0] * 60], strict=False):
        now = max(now, START + timedelta(minutes=minute))
        at = now - timedelta(minutes=back)
        assert buckets.add(at, voice=voice, negative=negative, positive=0.1, author=f"u{author}", source=source)
        kept.append((at, voice, negative, f"u{author}", source))
        if look % 3 == 0:
            now += timedelta(minutes=look)
        windows = buckets.windows(now)
        for window in windows:
            inside = [k for k in kept if 0 <= (now - k[0]) / timedelta(minutes=1) < window.minutes]
            voices = [k for k in inside if k[1]]
            assert window.mentions == len(inside)
            assert window.voices == len(voices)
            assert window.negatives == sum(k[2] >= 0.5 for k in voices)
            assert abs(window.mood - sum(k[2] - 0.1 for k in voices)) < 1e-6
            assert window.sources == {s: n for s in "xyz" if (n := sum(k[4] == s for k in voices))}
            assert abs(window.authors - len({k[3] for k in inside})) <= 2
    again = Buckets()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(buckets.snapshot())))
    assert again.windows(now) == buckets.windows(now)


def test_what_left_the_ring_is_not_counted() -> None:
    """Older than six hours is history."""
    buckets = Buckets()
    buckets.add(START, voice=True, negative=0.9, positive=0.0, author="a", source="x")
    assert not buckets.add(
        START - timedelta(minutes=MINUTES), voice=True, negative=0.9, positive=0.0, author="b", source="x"
    )
    assert buckets.windows(START + timedelta(days=2)).shift.mentions == 0


def test_a_clock_that_went_back_still_counts_right() -> None:
    """A look at an earlier minute than the last one gives that minute's windows."""
    buckets = Buckets()
    for minutes in (0, 30):
        buckets.add(
            START + timedelta(minutes=minutes), voice=True, negative=0.9, positive=0.0, author=f"{minutes}", source="x"
        )
    assert buckets.windows(START + timedelta(minutes=30)).hour.voices == 2
    assert buckets.windows(START + timedelta(minutes=5)).quarter.voices == 1


def test_bots_are_heard_once_people_each() -> None:
    """Copies count as heard as far as different people made them."""
    bots, people = Buckets(), Buckets()
    for number in range(200):
        bots.add(START, voice=number == 0, negative=0.9, positive=0.0, author=f"bot{number % 5}", source="x")
        people.add(START, voice=number == 0, negative=0.9, positive=0.0, author=f"person{number}", source="x")
    assert bots.windows(START).moment.heard == 5
    assert 190 <= people.windows(START).moment.heard <= 200


def test_sources_and_authors_are_bounded() -> None:
    """A thousand made-up source names in one minute take no more room than a few; a crowd beyond the bitmap
    saturates.
    """
    buckets = Buckets()
    for number in range(20_000):
        buckets.add(START, voice=True, negative=0.9, positive=0.0, author=f"u{number}", source=f"s{number}")
    window = buckets.windows(START).moment
    assert len(window.sources) == MAX_SOURCES
    assert window.authors > 5000
