"""Distinct authors of a window, kept as the minute each was last heard."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.signals.authors import Authors

NOON = 29_540_160
"""A minute since 1970."""
SPANS = (15, 60, 360)


@settings(max_examples=100, deadline=None)
@given(said=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300), st.integers(0, 40)), max_size=80))
def test_windows_are_what_a_recount_gives(said: list[tuple[int, int, int]]) -> None:
    """Also when some are heard hours late, each window holds those who spoke in it, and so it does after a restart."""
    authors, kept, now = Authors(), [], NOON
    for minute, late, who in sorted(said):
        now = max(now, NOON + minute)
        authors.note(f"u{who}", now - late)
        kept.append((now - late, who))
        expected = [len({w for at, w in kept if now - span < at <= now}) for span in SPANS]
        assert all(abs(a - b) <= 2 for a, b in zip(authors.heard(now, SPANS), expected, strict=True))
    again = Authors()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(authors.snapshot())))
    assert again.heard(now, SPANS) == authors.heard(now, SPANS)
    assert [again.in_hour(now // 60 - back) for back in range(9)] == [
        authors.in_hour(now // 60 - back) for back in range(9)
    ]


def test_an_hour_counts_its_own_authors() -> None:
    """Who speaks again in the next hour was heard in both, until the first one is forgotten."""
    authors = Authors()
    for minute in (0, 30, 60):
        authors.note("ana", NOON + minute)
    authors.note("eva", NOON + 59)
    hour = NOON // 60
    assert [authors.in_hour(hour - 1), authors.in_hour(hour), authors.in_hour(hour + 1)] == [0, 2, 1]
    authors.forget(NOON + 59)
    assert [authors.in_hour(hour), authors.in_hour(hour + 1)] == [0, 1]


def test_a_year_is_no_limit() -> None:
    """Numbers that grow with time are counted from a later origin now and then, and nobody of the last hours is
    lost over it.
    """
    authors = Authors()
    for day in range(365):
        minute = NOON + day * 1440
        authors.note(f"early {day}", minute - 300)
        authors.note(f"late {day}", minute)
        assert authors.heard(minute, SPANS) == [1, 1, 2]


def test_silence_of_years_ends_well() -> None:
    """An author after a gap longer than all that numbers hold stands alone; one before everything counts for no
    window.
    """
    authors = Authors()
    authors.note("ana", NOON)
    authors.note("eva", NOON + 3_000_000)
    assert authors.heard(NOON + 3_000_000, SPANS) == [1, 1, 1]
    authors.note("old", NOON - 5_000)
    assert authors.heard(NOON + 3_000_000, SPANS) == [1, 1, 1]


def test_room_does_not_grow() -> None:
    """A crowd of thousands takes no more room than places there are, and its number saturates."""
    authors = Authors()
    for number in range(20_000):
        authors.note(f"u{number}", NOON + number // 50)
    assert len(msgspec.msgpack.encode(authors.snapshot())) < 4_000
    assert authors.heard(NOON + 399, SPANS)[2] > 5_000
