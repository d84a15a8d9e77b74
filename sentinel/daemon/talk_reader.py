"""Talk reader: what is talked about in a span of time, from what was heard then; for pages, reports and programs.

Worked out when somebody asks, of so many posts at most, spread over the span, in a thread of its own; and remembered
for as long as what it quotes still stands as it was.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sentinel.clock import Clock
from sentinel.incidents.incident import Incident
from sentinel.store.health import StoreFailing
from sentinel.store.heard_mention import HeardAs, HeardMention, MentionFilter, Standing
from sentinel.topics.brand_talk import SILENCE, BrandTalk, brand_talk
from sentinel.topics.said_post import SaidPost

SLICES, IN_SLICE = 6, 200
"""Parts of a span, and the newest posts of each that are read."""
SLICES_BEFORE = 3
"""Of the time before."""
STANDS = timedelta(minutes=1)
"""For which an answer is good while the span goes on."""
REMEMBERED = 64
"""Answers."""


LEAD, MARGIN = timedelta(hours=1), timedelta(minutes=1)
"""What was said so long before an incident began is part of it: its windows are as long; and what was last said is."""


class HeardSource(Protocol):
    """What was heard."""

    async def find(
        self,
        wanted: MentionFilter,
        *,
        before: int | None = None,
        limit: int = 50,
        brands: Collection[str] | None = None,
    ) -> Sequence[HeardMention]:
        """Newest first."""
        ...

    async def those(self, numbers: Collection[int]) -> Sequence[HeardMention]:
        """Of these numbers, those that still stand."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    talk: BrandTalk
    at: datetime
    over: bool
    """The span was over then."""


class TalkReader:
    """Reads what is talked about.

    Parameters
    ----------
    own
        Gives the folded words by which a brand is found.
    """

    def __init__(self, heard: HeardSource, own: Callable[[str], Collection[str]], clock: Clock) -> None:
        self._heard = heard
        self._own = own
        self._clock = clock
        self._answers: OrderedDict[tuple[str, datetime, datetime, bool], _Answer] = OrderedDict()
        self._turn = asyncio.Lock()

    async def of(self, brand: str, since: datetime, until: datetime, *, compared: bool = True) -> BrandTalk:
        """Of a brand, in a span of time; ``compared`` with as long a time before. While the store fails, nothing."""
        try:
            return await self._answer(brand, since, until, compared=compared)
        except StoreFailing:  # said where it was noticed; a page that shows this shows the rest
            return SILENCE

    async def _answer(self, brand: str, since: datetime, until: datetime, *, compared: bool) -> BrandTalk:
        now = self._clock.now()
        key = (brand, _on_the_minute(since), _on_the_minute(until), compared)
        async with self._turn:
            answer = self._answers.get(key)
            if answer is not None and (answer.over or now - answer.at < STANDS) and await self._stands(answer.talk):
                self._answers.move_to_end(key)
                return answer.talk
            talk = await self._read(brand, since, until, compared=compared)
            self._answers[key] = _Answer(talk, now, until < now - STANDS)
            self._answers.move_to_end(key)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
            return talk

    async def of_incident(self, incident: Incident) -> BrandTalk:
        """From an hour before it began until it was over, or now."""
        over = incident.resolution.at if incident.resolution is not None else self._clock.now()
        return await self.of(incident.brand, incident.opened_at - LEAD, max(over, incident.opened_at) + MARGIN)

    async def _read(self, brand: str, since: datetime, until: datetime, *, compared: bool) -> BrandTalk:
        posts = await self._posts(brand, since, until, SLICES)
        before = await self._posts(brand, since - (until - since), since, SLICES_BEFORE) if compared else []
        own = self._own(brand)
        return await asyncio.to_thread(brand_talk, posts, own=own, before=before)

    async def _posts(self, brand: str, since: datetime, until: datetime, slices: int) -> list[SaidPost]:
        """Oldest first."""
        step = (until - since) / slices
        parts = [
            MentionFilter(brand=brand, since=since + part * step, until=since + (part + 1) * step)
            for part in range(slices)
        ]
        read = [await self._heard.find(wanted, limit=IN_SLICE) for wanted in parts]
        full = [part for part, newest in enumerate(read) if len(newest) == IN_SLICE]
        left = slices * IN_SLICE - sum(map(len, read))
        for part in full if left else ():  # of a storm, what the quiet hours leave
            read[part] = await self._heard.find(parts[part], limit=IN_SLICE + left // len(full))
        return [each for newest in read for each in said_posts(brand, reversed(newest))]

    async def _stands(self, talk: BrandTalk) -> bool:
        """Whether every post that is quoted is still there, in the same words."""
        quoted = {each.number: each.mention for each in talk.quoted}
        there = {each.number: each.mention for each in await self._heard.those(quoted)} if quoted else {}
        return there == quoted


def said_posts(brand: str, heard: Iterable[HeardMention]) -> list[SaidPost]:
    """Those that count for the brand, as topics read them."""
    found = []
    for each in heard:
        to = next((one for one in each.hearing.brands if one.brand == brand), None)
        if to is not None and (post := said_post(each, to)) is not None:
            found.append(post)
    return found


def said_post(heard: HeardMention, to: HeardAs) -> SaidPost | None:
    """A mention as topics of one of its brands read it; ``None`` where it does not count for it."""
    if to.standing not in (Standing.COUNTED, Standing.COPY):
        return None
    return SaidPost(
        mention=heard.mention,
        at=heard.at,
        lang=heard.hearing.lang,
        label=to.label,
        number=heard.number,
        copy=to.standing is Standing.COPY,
        grave=heard.hearing.grave is not None,
        asks=heard.asks,
    )


def _on_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
