"""Counts the journal into brands' days, behind the fold: what weeks and months are told from once the mentions are
gone.

A reader of its own with a position of its own: days and position are committed together, so that a crash counts nothing
twice and nothing never. It takes what the fold heard. What the fold has not heard in this process, or so long ago that
it is not remembered, is read from the journal, and classified by a twin of the serving model in a thread, a few hundred
at a time.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

import structlog

from sentinel.clock import Clock
from sentinel.daemon.heard_log import HeardEntry, HeardLog
from sentinel.engine import ratings
from sentinel.engine.heard_mention import HeardMention
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from sentinel.matching.term import Term
from sentinel.mention import Mention
from sentinel.reports.day import BrandDay, Heard, count
from sentinel.reports.period import midnight
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.text_scores import AskedText
from sentinel.store.health import StoreFailing
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.rollups import Counted, RollupStore

EVERY = 20
"""Seconds between looks at what the journal has new; fewer where the fold hears more than can be remembered for so
long.
"""
CHUNK = 500
"""Entries counted at once, in a thread; the fold gets its turns meanwhile, and all of them for `REST` seconds
afterwards.
"""
REST = 0.2
KEPT, NAMED = timedelta(days=800), timedelta(days=100)
"""For how long days are kept, and the names of accounts in them: two years to compare, a month's report and its month
before.
"""
log = structlog.get_logger(__name__)


class Rollups:
    """Keeps the days up with the journal.

    Parameters
    ----------
    brands, zone
        In force; when they change, the days that the journal still holds whole are counted anew.
    model
        Gives a model that nobody else touches, as the serving one is now.
    heard
        What the fold heard.
    pressed
        True while the fold has more than enough to do: counting waits.
    """

    def __init__(
        self,
        journal: Journal,
        store: RollupStore,
        brands: Callable[[], Sequence[Brand]],
        zone: Callable[[], ZoneInfo],
        model: Callable[[], SentimentModel],
        heard: HeardLog,
        pressed: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._store = store
        self._brands = brands
        self._zone = zone
        self._model = model
        self._heard = heard
        self._pressed = pressed
        self._clock = clock
        self._turn = asyncio.Lock()
        self._pruned: date | None = None
        self.until: datetime | None = None
        """What was on disk by then is counted; ``None`` before the first look of this process."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if not self._pressed():
                await self.look()
            for _ in range(EVERY):
                await self._clock.sleep(1.0)
                if self._heard.crowded:
                    break

    async def look(self) -> bool:
        """Count whatever the journal has beyond what is counted.

        Returns
        -------
        bool
            Whether all of it is counted; not so while the store fails.
        """
        try:
            async with self._turn:
                now = self._clock.now()
                await self._look()
                self.until = now
        except StoreFailing:  # said where it was noticed
            return False
        return True

    async def _look(self) -> None:
        brands, zone = tuple(self._brands()), self._zone()
        counted = await self._shaped(await self._store.counted(), shape_of(brands, zone), zone)
        if counted.seq >= await self._journal.last():
            return
        reading: _Reading | None = None
        while entries := self._heard.after(counted.seq, CHUNK, brands) or await self._journal.read(counted.seq, CHUNK):
            if reading is None and any(map(_is_unread, entries)):
                reading = _Reading(brands, self._model())
            days = await asyncio.to_thread(_count, entries, brands, reading, zone, counted)
            counted = Counted(seq=entries[-1].seq, shape=counted.shape, floor=counted.floor, until=counted.until)
            await self._store.add(days, counted)
            if len(entries) == CHUNK:
                await self._clock.sleep(EVERY if self._pressed() else REST)
        await self._prune(self._clock.now().astimezone(zone).date())

    async def _shaped(self, counted: Counted, shape: str, zone: ZoneInfo) -> Counted:
        """Begin anew where brands or zone are others than before."""
        if counted.shape == shape:
            return counted
        oldest = await self._store.oldest_mention()
        if oldest is None or counted.seq == 0:
            return Counted(seq=counted.seq, shape=shape)
        seq, at = oldest
        floor = whole_from(seq, at, zone)
        log.info("counting_anew", since=floor.isoformat(), reason="the brands or the zone have changed")
        anew = Counted(seq=seq - 1, shape=shape, floor=floor, until=counted.seq)
        await self._store.begin_anew(floor, anew)
        return anew

    async def _prune(self, today: date) -> None:
        """Once a day, let go of what is too old."""
        if self._pruned != today:
            await self._store.prune(today - KEPT, today - NAMED)
            self._pruned = today


def shape_of(brands: Sequence[Brand], zone: ZoneInfo) -> str:
    """Names what decides how mentions are counted."""
    terms = "\n".join(f"{each.name}\t{_spelled(each.any)}\t{_spelled(each.none)}" for each in brands)
    return blake2b(f"{zone.key}\n{terms}".encode(), digest_size=8).hexdigest()


def _spelled(terms: Iterable[str | Term]) -> str:
    return ",".join(term if isinstance(term, str) else repr(term) for term in terms)


def whole_from(seq: int, at: datetime, zone: ZoneInfo) -> date:
    """The first local day of which the journal has lost nothing: while its first entry is there, any day that mentions
    speak of.
    """
    if seq == 1:
        return date.min
    day = at.astimezone(zone).date()
    return day if midnight(day, zone) == at else day + timedelta(days=1)


class _Reading:
    """What has not been heard is matched and read as the fold would."""

    def __init__(self, brands: Sequence[Brand], model: SentimentModel) -> None:
        self._brands = brands
        self._model = model
        self._matcher: Matcher | None = None

    def match(self, mention: Mention, at: datetime) -> tuple[int, ...]:
        """The places of the brands of which somebody else speaks in it."""
        self._matcher = self._matcher or Matcher(self._brands)
        return self._matcher.voiced(self._matcher.match(mention), mention, at)

    def read(self, mentions: Sequence[Mention]) -> list[tuple[str, Label]]:
        """The language and label of each."""
        texts = [(mention.whole_text, mention.lang) for mention in mentions]
        asked = [AskedText(text, detect_language(text, lang)) for text, lang in texts]
        return [
            (lang, said.label if mention.rating is None else ratings.label_of(mention.rating))
            for mention, (lang, said) in zip(mentions, self._model.classify_many(asked), strict=True)
        ]


def _is_unread(entry: HeardEntry | JournalEntry) -> bool:
    """Whether counting it takes more than what was heard."""
    return isinstance(entry, JournalEntry) or (bool(entry.heard.brands) and entry.heard.label is None)


def _count(
    entries: Sequence[HeardEntry] | Sequence[JournalEntry],
    brands: Sequence[Brand],
    reading: "_Reading | None",
    zone: ZoneInfo,
    counted: Counted,
) -> list[BrandDay]:
    """In a thread."""
    found: list[tuple[Mention, datetime, HeardMention]] = []
    for entry in entries:
        if (mention := entry.mention) is None:
            continue
        heard = entry.heard if isinstance(entry, HeardEntry) else _matched(mention, entry.observed_at, reading)
        at = mention.event_at(entry.observed_at, entry.behind)
        before = entry.seq <= counted.until and at.astimezone(zone).date() < (counted.floor or date.min)
        if heard.brands and not before:
            found.append((mention, at, heard))
    unread = [mention for mention, _, heard in found if heard.label is None]
    read = iter(reading.read(unread) if reading is not None else ())
    return count((_heard(mention, at, heard, brands, read) for mention, at, heard in found), zone)


def _matched(mention: Mention, at: datetime, reading: "_Reading | None") -> HeardMention:
    assert reading is not None, "there is somebody who reads what was not heard"
    return HeardMention(reading.match(mention, at))


def _heard(
    mention: Mention,
    at: datetime,
    heard: HeardMention,
    brands: Sequence[Brand],
    read: Iterator[tuple[str, Label]],
) -> Heard:
    lang, label = (heard.lang, heard.label) if heard.label is not None else next(read)
    return Heard(
        mention=mention, at=at, brands=tuple(brands[each].name for each in heard.brands), lang=lang, label=label
    )
