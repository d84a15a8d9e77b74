"""For how long a brand's sources were silent: what a report cannot know is said beside what it knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from sentinel.incidents.change import Event, EventName


class SourceSilence(msgspec.Struct, frozen=True, kw_only=True):
    """A source's silence within a period: how often it began or went on, and how long in all."""

    source: str
    times: int
    total: timedelta


def blindness(events: Sequence[Event], begin: datetime, end: datetime) -> tuple[SourceSilence, ...]:
    """By source, the longest silent first.

    Parameters
    ----------
    events
        The oldest first; a source that was silent before ``begin`` still is when none says otherwise.
    """
    since: dict[str, datetime] = {}
    spans: dict[str, list[timedelta]] = {}

    def note(source: str, until: datetime) -> None:
        start, stop = max(since.pop(source), begin), min(until, end)
        if start < stop:
            spans.setdefault(source, []).append(stop - start)

    for event in events:
        if event.source is None or event.at >= end:
            continue
        if event.event is EventName.SOURCE_STALE:
            since.setdefault(event.source, event.at)
        elif event.event is EventName.SOURCE_RECOVERED and event.source in since:
            note(event.source, event.at)
    for source in list(since):
        note(source, end)
    found = [
        SourceSilence(source=source, times=len(each), total=sum(each, timedelta())) for source, each in spans.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.total, each.source)))
