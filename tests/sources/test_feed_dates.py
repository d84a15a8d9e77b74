"""Dates of feeds: in every zone and language in which they are written, and where they name no zone at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sentinel.mention import Mention
from sentinel.sources.feed_dates import TAUGHT, Habits, settle_dates
from sentinel.sources.feed_items import Context, parse_feed
from sentinel.sources.instants import KnownInstant, Stamp, read_stamp
from tests.fakes import START

MINUTE_AGO = START - timedelta(minutes=1)
SEEN = (("x", "x", "x"),)


def read(
    *dates: str,
    habits: Habits | None = None,
    seen: tuple[tuple[str, str, str], ...] | None = SEEN,
    zone: str | None = None,
) -> list[Mention]:
    items = "".join(
        f"<item><title>T{n}</title><link>https://n.example/{n}</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    context = Context(
        url="https://n.example/rss",
        shown="feed 1 (n.example)",
        content_type="application/rss+xml",
        source="press",
        lang=None,
        now=START,
        undated_at=START,
        zone=ZoneInfo(zone) if zone else None,
        habits=habits or Habits(),
        seen=seen,
    )
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    return parse_feed(body.encode(), context).mentions


@pytest.mark.parametrize(
    ("hours", "form"),
    [
        (0, "%a, %d %b %Y %H:%M:%S GMT"),
        (2, "%a, %d %b %Y %H:%M:%S CEST"),
        (1, "%a, %d %b %Y %H:%M:%S CET"),
        (2, "%a, %d %b %Y %H:%M:%S MEST"),
        (-3, "%a, %d %b %Y %H:%M:%S ART"),
        (-3, "%a, %d %b %Y %H:%M:%S BRT"),
        (-4, "%a, %d %b %Y %H:%M:%S CLT"),
        (-3, "%a, %d %b %Y %H:%M:%S CLST"),
        (-5, "%a, %d %b %Y %H:%M:%S COT"),
        (-5, "%a, %d %b %Y %H:%M:%S PET"),
        (-4, "%a, %d %b %Y %H:%M:%S VET"),
        (-3, "%a, %d %b %Y %H:%M:%S UYT"),
        (-6, "%a, %d %b %Y %H:%M:%S CST"),
        (-5, "%a, %d %b %Y %H:%M:%S EST"),
        (-3, "%a, %d %b %Y %H:%M:%S GMT-3"),
        (-3, "%a, %d %b %Y %H:%M:%S GMT-0300"),
        (-3, "%a, %d %b %Y %H:%M:%S UTC-03:00"),
        (1, "%Y-%m-%dT%H:%M:%S+0100"),
        (-5, "%Y-%m-%d %H:%M:%S America/Bogota"),
        (0, "lun, %d mar %Y %H:%M:%S +0000"),
        (0, "seg, %d de março de %Y %H:%M:%S +0000"),
        (0, "%d de marzo de %Y %H:%M"),
        (0, "%d/%m/%Y %H:%M:%S"),
        (-6, "%Y-%m-%dT%H:%M:%S"),
        (1, "%Y-%m-%d %H:%M:%S"),
        (0, "%s"),
    ],
)  # fmt: skip
def test_a_minute_ago_is_a_minute_ago(hours: int, form: str) -> None:
    """Whatever place's hours it is written in; without a zone, news of now is of now."""
    at = MINUTE_AGO + timedelta(hours=hours)
    date = str(int(MINUTE_AGO.timestamp())) if form == "%s" else at.strftime(form)
    (mention,) = read(date)
    assert mention.published_at == MINUTE_AGO
    assert not mention.day_only


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 +0000", "Mon, 01 Jan 0001 00:00:00 GMT", "0", "soon", ""])
def test_what_cannot_be_believed_is_now(date: str) -> None:
    """As first seen: an item of 1970 would never alarm."""
    assert read(date)[0].published_at == START


def test_a_date_alone_tells_the_day() -> None:
    """And says so, so that a day's articles make no storm at midnight."""
    (mention,) = read("2026-03-02")
    assert (mention.published_at, mention.day_only) == (datetime(2026, 3, 2, tzinfo=UTC), True)


def test_a_feed_that_writes_only_midnights_tells_days() -> None:
    """Three items at midnight sharp are no coincidence."""
    midnights = [f"Mon, 0{day} Mar 2026 00:00:00 GMT" for day in (1, 1, 2)]
    assert [mention.day_only for mention in read(*midnights)] == [True] * 3
    assert not any(mention.day_only for mention in read(*midnights, "Mon, 02 Mar 2026 08:00:00 GMT"))


def test_a_feed_teaches_its_hours_by_its_news() -> None:
    """After a few looks an older item is read in the same hours; what is configured needs no lesson."""
    habits = Habits()
    for minutes in range(TAUGHT):
        stamp = (START - timedelta(hours=6, minutes=minutes)).replace(tzinfo=None)
        settle_dates([Stamp(stamp)], [True], habits, None, START)
    three_hours_old = (START - timedelta(hours=9)).replace(tzinfo=None)
    (known,) = settle_dates([Stamp(three_hours_old)], [True], habits, None, START)
    assert known == KnownInstant(START - timedelta(hours=3))
    (mention,) = read("2026-03-02 03:00:00", zone="America/Mexico_City", seen=None)
    assert mention.published_at == START


def test_the_first_look_is_no_news() -> None:
    """A local hour that is yet to come tells how far ahead the place is, the rest is read as it stands."""
    ahead, older = read("2026-03-02 09:58:00", "2026-03-02 04:00:00", seen=None)
    assert ahead.published_at == START - timedelta(minutes=2)
    assert older.published_at == START - timedelta(hours=6)


@pytest.mark.parametrize("text", ["", "ayer", "99/99/2026", "2026-13-40", "32 mar 2026", "02 Xyz 2026 10:00", "1" * 90])
def test_what_is_no_date_is_none(text: str) -> None:
    """It is never guessed."""
    assert read_stamp(text) is None
