"""Keeps alike what the processes of a cluster have in memory: names, of each keeper, what of the store concerns it."""

from collections.abc import Iterator
from secrets import randbelow

from sentinel.assembly.jobs import NamedJob
from sentinel.assembly.parts import DaemonParts


def follow_news(parts: DaemonParts) -> None:
    """Each keeper reads anew whatever another process changed; for the only process, nothing."""
    if parts.front is None:
        return
    parts.changes.version = randbelow(2**40)  # no page takes another process's number for the one that it shows
    parts.front.news.told = parts.changes.bump
    for names, refresh in (
        ("secrets", parts.secrets.refresh),
        ("silences", parts.silences.refresh),
        ("oncall", parts.oncall.refresh),
        ("author_ignores", parts.author_ignores.refresh),
        ("calendars", parts.calendars.refresh),
        ("push_devices", parts.push.refresh),
        ("requests", parts.requests.refresh),
        ("infrastructure", parts.alerts.refresh),
        ("incidents", parts.front.mirror.look),
        ("erasures", parts.front.mirror.look_anew),
    ):
        parts.front.news.follow(names, refresh)


def news_jobs(parts: DaemonParts) -> Iterator[NamedJob]:
    """What runs, by name."""
    if parts.front is not None:
        yield "store-news", parts.front.news.run
