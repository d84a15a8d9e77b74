"""Reported mentions: what reports ask of everything heard, in a bounded number of bounded questions."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from sentinel.mention import NO_ENGAGEMENT, Kind
from sentinel.playbooks.escape import plain, web_address
from sentinel.reports.request_marks import ASKED, RequestMarks, request_marks
from sentinel.reports.selection import Candidate, SelectedMention, select
from sentinel.requests.priority import Priority, priority_as_said
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardMention, MentionFilter, Standing

CANDIDATES: Final = 200
"""Mentions that each question about a day gives, the newest."""
COUNTED: Final = 10_000
"""As far as is counted."""
ANSWERS: Final = 1_000
"""Answers of which the time is measured, the newest."""
NAME = 80
_WAIT: Final = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)


class FindsMentions(Protocol):
    """Everything heard."""

    async def find(self, wanted: MentionFilter, *, limit: int = 50) -> Sequence[HeardMention]:
        """Newest first."""
        ...

    async def count(self, wanted: MentionFilter, *, most: int = 1000) -> int:
        """How many there are, as far as ``most``."""
        ...


class ReportedMentions:
    """Asks.

    Parameters
    ----------
    within
        How soon a priority is to be answered; ``None`` for one that waits for nothing.
    """

    def __init__(self, heard: FindsMentions, within: Callable[[Priority], timedelta | None]) -> None:
        self._heard = heard
        self._within = within

    async def selection(self, brand: str, begin: datetime, end: datetime) -> tuple[SelectedMention, ...]:
        """What matters of what was heard then."""
        those = MentionFilter(brand=brand, standing=Standing.COUNTED, since=begin, until=end)
        found: dict[int, HeardMention] = {}
        for wanted in _questions(those):
            found |= {each.number: each for each in await self._heard.find(wanted, limit=CANDIDATES)}
        return select(_candidate(each, brand) for _, each in sorted(found.items()))

    async def requests(self, brand: str, begin: datetime, end: datetime, now: datetime) -> RequestMarks:
        """What was asked then, and what became of it."""
        those = MentionFilter(brand=brand, standing=Standing.COUNTED, since=begin, until=end)
        asked = {kind: await self._count(those, asks=kind) for kind in ASKED}
        states = {state: await self._count(those, state=state) for state in RequestState if state != RequestState.NEW}
        waiting = late = 0
        for priority in _WAIT:
            waiting += await self._count(those, state=RequestState.NEW, priority=priority)
            if (within := self._within(priority)) is not None and (until := min(end, now - within)) > begin:
                late += await self._count(those, state=RequestState.NEW, priority=priority, until=until)
        answered = msgspec.structs.replace(those, state=RequestState.ANSWERED)
        answers = [
            (each.request.closed_at - each.request.waits_since(each.heard_at), self._within(_priority(each, brand)))
            for each in await self._heard.find(answered, limit=ANSWERS)
            if each.request.closed_at is not None
        ]
        return request_marks(asked, states | {RequestState.NEW: waiting}, late, answers)

    async def _count(self, those: MentionFilter, **more: object) -> int:
        return await self._heard.count(msgspec.structs.replace(those, **more), most=COUNTED)


def _questions(those: MentionFilter) -> Iterator[MentionFilter]:
    """Each part's candidates: together at most a few hundred."""
    for priority in _WAIT:
        yield msgspec.structs.replace(those, state=RequestState.NEW, priority=priority)
    yield msgspec.structs.replace(those, sentiment=Label.NEGATIVE)
    yield msgspec.structs.replace(those, sentiment=Label.NEGATIVE, grave=True)
    for asks in (RequestKind.PRAISE, RequestKind.IDEA, RequestKind.NEWS):
        yield msgspec.structs.replace(those, asks=asks)
    yield msgspec.structs.replace(those, kind=Kind.ARTICLE)


def _priority(each: HeardMention, brand: str) -> Priority:
    said = next((heard.priority for heard in each.hearing.brands if heard.brand == brand), Priority.NONE)
    return priority_as_said(said, each.request.kind)


def _candidate(each: HeardMention, brand: str) -> Candidate:
    mention = each.mention
    author, engaged = mention.author, mention.engagement or NO_ENGAGEMENT
    handle = plain(author.handle.removeprefix("@"), NAME) if author and author.handle else ""
    name = plain(author.name, NAME) if author and author.name else ""
    return Candidate(
        number=each.number,
        at=each.at,
        source=plain(mention.source, NAME),
        kind=mention.kind,
        author=f"@{handle}" if handle else name,
        followers=(author.followers or 0) if author else 0,
        reactions=sum(count or 0 for count in (engaged.likes, engaged.shares, engaged.replies, engaged.quotes)),
        text=mention.whole_text,
        url=web_address(mention.url),
        label=next((heard.label for heard in each.hearing.brands if heard.brand == brand), Label.NEUTRAL),
        grave=each.hearing.grave,
        asks=each.asks,
        priority=_priority(each, brand),
        waits=each.request.state is RequestState.NEW,
    )
