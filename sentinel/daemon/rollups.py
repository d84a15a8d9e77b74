"""Counts the journal into brands' days, behind the fold: what weeks and months are told from once the mentions are
gone.

A reader of its own with a position of its own: days, what each mention was heard as, and position are committed
together, so that a crash counts nothing twice and nothing never. A twin of the serving model reads each text again in a
thread, a few hundred at a time.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from sentinel.clock import Clock
from sentinel.daemon.hearing import MentionListener
from sentinel.engine.read_mention import ReadMention
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.matching.brand import Brand
from sentinel.matching.term import Term
from sentinel.reports.day import BrandDay, Heard, count
from sentinel.reports.period import midnight
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.sentiment.model import SentimentModel
from sentinel.store.group import Op
from sentinel.store.health import StoreFailing
from sentinel.store.heard_mention import HeardMention, Standing
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.rollups import Counted, RollupStore

EVERY = 5.0
"""Seconds between looks at what the journal has new."""
CHUNK = 500
"""Entries counted at once, in a thread; the fold gets its turns meanwhile, and all of them for `REST` seconds
afterwards.
"""
REST = 0.2
KEPT, NAMED = timedelta(days=800), timedelta(days=100)
"""For how long days are kept, and the names of accounts in them: two years to compare, a month's report and its month
before.
"""
HEARD_SINCE = 2
"""Of what is kept of each mention; another one has the whole journal heard anew."""
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Rollups:
    """Keeps the days up with the journal.

    Parameters
    ----------
    brands, zone
        In force; when they change, the days that the journal still holds whole are counted anew.
    model
        Gives a model that nobody else touches, as the serving one is now.
    pressed
        True while the fold has more than enough to do: counting waits.
    ignores
        Accounts that people chose to ignore.
    told, lately
        Called when mentions can be looked for that could not before; called with them before that.
    classifier, burning
        Says what a text asks for; gives the brands that have an incident that is not over.
    known
        What the fold made of an entry's mention, where that is remembered: it is neither matched nor classified again.
    """

    def __init__(
        self,
        journal: Journal,
        store: RollupStore,
        brands: Callable[[], Sequence[Brand]],
        zone: Callable[[], ZoneInfo],
        model: Callable[[], SentimentModel],
        pressed: Callable[[], bool],
        clock: Clock,
        *,
        ignores: Callable[[], Sequence[AuthorIgnore]] = tuple,
        told: Callable[[], None] = lambda: None,
        lately: Callable[[Sequence[HeardMention]], None] = lambda _: None,
        classifier: RequestClassifier | None = None,
        burning: Callable[[], Collection[str]] = tuple,
        known: Callable[[int], ReadMention | None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._store = store
        self._brands = brands
        self._zone = zone
        self._model = model
        self._pressed = pressed
        self._clock = clock
        self._ignores = ignores
        self._told = told
        self._lately = lately
        self._classifier = classifier or RequestClassifier(load_request_seed())
        self._burning = burning
        self._known = known
        self._listener: MentionListener | None = None
        self._turn = asyncio.Lock()
        self._shape: tuple[tuple[Brand, ...], ZoneInfo | None, str] = ((), None, "")
        """What decides how mentions are counted, with its name: ten thousand brands take long to spell."""
        self._pruned: date | None = None
        self.until: datetime | None = None
        """What was on disk by then is counted; ``None`` before the first look of this process."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if not self._pressed():
                await self.look()
            await self._clock.sleep(EVERY)

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

    async def watch(self) -> None:
        """Where another process counts: know until when all is counted, until cancelled."""
        while True:
            with suppress(StoreFailing):
                now, counted = self._clock.now(), await self._store.counted()
                if counted.seq >= await self._journal.last():
                    self.until = now
            await self._clock.sleep(EVERY)

    async def _look(self) -> None:
        brands, zone = tuple(self._brands()), self._zone()
        if (brands, zone) != self._shape[:2]:
            self._shape = brands, zone, await asyncio.to_thread(shape_of, brands, zone)
        counted = await self._shaped(await self._store.counted(), self._shape[2], zone)
        if counted.seq >= await self._journal.last():
            return
        listener = await self._listening(brands)
        while entries := await self._journal.read(counted.seq, CHUNK):
            listener.burning = frozenset(self._burning())
            heard = await asyncio.to_thread(_hear, entries, listener)
            days = await asyncio.to_thread(_count, heard, zone, counted)
            counted = Counted(seq=entries[-1].seq, shape=counted.shape, floor=counted.floor, until=counted.until)
            gone = [(entry.source, entry.id) for entry in entries if entry.op is Op.DELETE]
            self._lately(await self._store.add(days, counted, heard, gone))
            self._told()
            if len(entries) < CHUNK:
                break  # what came meanwhile waits until it is a chunk, or for the next look
            await self._clock.sleep(EVERY if self._pressed() else REST)
        await self._prune(self._clock.now().astimezone(zone).date())

    async def _listening(self, brands: tuple[Brand, ...]) -> MentionListener:
        """Whoever listened so far, as long as it is for the same brands: it knows copies by what it heard. Another is
        made in a thread: terms of ten thousand brands take half a second.
        """
        if self._listener is None or self._listener.brands != brands:
            model = self._model()
            self._listener = await asyncio.to_thread(MentionListener, brands, model, self._classifier, self._known)
        else:
            self._listener.model = self._model()
        self._listener.ignore(self._ignores())
        return self._listener

    async def _shaped(self, counted: Counted, shape: str, zone: ZoneInfo) -> Counted:
        """Begin anew where brands or zone are others than before."""
        if counted.shape == shape:
            return counted
        oldest = await self._store.oldest_mention()
        if oldest is None or counted.seq == 0:
            return Counted(seq=counted.seq, shape=shape)
        seq, at = oldest
        floor = whole_from(seq, at, zone)
        log.info("counting_anew", since=floor.isoformat(), reason="brands, zone or what is kept have changed")
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
    return blake2b(f"{HEARD_SINCE}\n{zone.key}\n{terms}".encode(), digest_size=8).hexdigest()


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


def _hear(entries: Sequence[JournalEntry], listener: MentionListener) -> list[HeardMention]:
    """In a thread: matched and read again, as the engine does."""
    try:
        read = [words for entry in entries if (words := listener.read(entry)) is not None]
        asked = list(zip(read, listener.asks(read), strict=True))
    except Exception:  # one of them cannot be read: which one, each by itself will tell
        return [heard for entry in entries if (heard := _tried(listener.hear, entry, entry.seq)) is not None]
    tried = (_tried(partial(listener.heard, words), asks, words.entry.seq) for words, asks in asked)
    return [heard for heard in tried if heard is not None]


def _tried(hear: Callable[[T], HeardMention | None], one: T, seq: int) -> HeardMention | None:
    try:
        return hear(one)
    except Exception:  # as in the fold: of one that cannot be heard, every start would die anew
        log.exception("mention_passed_over", seq=seq)
        return None


def _count(heard: Sequence[HeardMention], zone: ZoneInfo, counted: Counted) -> list[BrandDay]:
    """In a thread: days of what was heard; what a brand says itself, and who is ignored, is nobody's voice."""
    voices = []
    for each in heard:
        named = tuple(one for one in each.hearing.brands if one.standing in (Standing.COUNTED, Standing.COPY))
        if not named:
            continue
        local = each.at.astimezone(zone).date()
        if counted.floor is not None and each.number <= counted.until and local < counted.floor:
            continue
        voices.append(
            Heard(
                mention=each.mention,
                at=each.at,
                brands=tuple(one.brand for one in named),
                lang=each.hearing.lang,
                label=named[0].label,
            )
        )
    return count(voices, zone)
