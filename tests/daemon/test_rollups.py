"""Counting the journal: nothing twice and nothing never, over crashes, restarts, new brands and what retention
takes.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import get_ident
from zoneinfo import ZoneInfo

import pytest

from sentinel.daemon.hearing import MentionListener
from sentinel.daemon.read_log import ReadLog
from sentinel.daemon.rollups import CHUNK, KEPT, NAMED, Rollups
from sentinel.matching.account import IgnoredAccount
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.matching.brand import Brand
from sentinel.mention import Mention
from sentinel.reports.day import BrandDay
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.sentiment.seed import load_seed
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.heard_mention import HeardMention, MentionFilter, Standing
from sentinel.store.journal import Journal
from sentinel.store.mention_search import MentionSearch
from sentinel.store.rollups import Counted, RollupStore
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START, FakeClock

ACME, ZETA = Brand(name="Acme", any=("acme",)), Brand(name="Zeta", any=("zeta",))
MADRID = ZoneInfo("Europe/Madrid")


@dataclass
class Killed(RollupStore):
    """A store under which the process dies at its second commit: before it, so that nothing of it is there."""

    database: Database
    adds: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.database)

    async def add(self, days: Sequence[BrandDay], counted: Counted, *heard: object) -> list[HeardMention]:
        self.adds += 1
        if self.adds == 2:
            raise ConnectionAbortedError
        return await super().add(days, counted, *heard)  # type: ignore[arg-type]


@dataclass
class Answered(RollupStore):
    """A store to which somebody brings one mention more, by itself, whenever days are written."""

    database: Database
    journal: Journal
    adds: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.database)

    async def add(self, days: Sequence[BrandDay], counted: Counted, *heard: object) -> list[HeardMention]:
        self.adds += 1
        await self.journal.append([a_mention("acme", id=f"more{self.adds}")])
        return await super().add(days, counted, *heard)  # type: ignore[arg-type]


class Full(RollupStore):
    """A store whose disk is full."""

    async def add(self, days: Sequence[BrandDay], counted: Counted, *heard: object) -> list[HeardMention]:
        raise StoreFailing(Trouble.FULL)


class ReadTerms(tuple[str, ...]):
    """Terms that remember which threads looked through them."""

    threads: set[int]

    def __iter__(self) -> Iterator[str]:
        self.threads.add(get_ident())
        return super().__iter__()


@dataclass
class CountingHouse:
    """A journal, a clock, and who counts."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    brands: list[Brand] = field(default_factory=lambda: [ACME])
    zone: ZoneInfo = MADRID
    pressed: bool = False
    ignores: list[AuthorIgnore] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal(self.database, self.clock)
        self.store = RollupStore(self.database)
        self.restart()

    def restart(self, store: RollupStore | None = None) -> None:
        """A new process on the same store."""
        model = load_seed()
        self.rollups = Rollups(
            self.journal,
            store or self.store,
            lambda: self.brands,
            lambda: self.zone,
            model.twin,
            lambda: self.pressed,
            self.clock,
            ignores=lambda: self.ignores,
        )

    async def said(self, *mentions: Mention) -> None:
        await self.journal.append(mentions)

    async def look(self) -> bool:
        """One look, with the rests between its chunks."""
        looking = asyncio.ensure_future(self.rollups.look())
        async with asyncio.timeout(60):
            while not looking.done():
                await self.clock.advance(0.1)
                await asyncio.wait({looking}, timeout=0.01)
        return looking.result()

    async def days(self) -> list[BrandDay]:
        return await self.store.days(date(2000, 1, 1), date(2100, 1, 1))

    async def counts(self) -> dict[tuple[str, str], int]:
        return {(each.brand, each.day.isoformat()): each.mentions for each in await self.days()}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[CountingHouse]:
    database = await Database.open(f"sqlite:///{tmp_path / 'c.db'}")
    yield CountingHouse(database)
    await database.close()


async def test_mentions_become_days(house: CountingHouse) -> None:
    """By brand, local day and mood; stars speak louder than words; what is about nobody does not count."""
    house.brands = [ACME, ZETA]
    await house.said(
        a_mention("acme es una estafa, qué vergüenza", at=timedelta(hours=-12)),
        a_mention("acme", at=timedelta(), rating=1),
        a_mention("acme y zeta, gracias, todo perfecto", at=timedelta()),
        a_mention("nada que ver", at=timedelta()),
    )
    assert await house.look()
    assert await house.counts() == {("Acme", "2026-03-01"): 1, ("Acme", "2026-03-02"): 2, ("Zeta", "2026-03-02"): 1}
    first, second, _ = await house.days()
    assert (first.negative, second.negative, second.positive) == (1, 1, 1)
    assert house.rollups.until == START


async def test_what_comes_late_is_added_to_its_day(house: CountingHouse) -> None:
    """Also after the day is over."""
    await house.said(a_mention("acme", at=timedelta()))
    await house.look()
    await house.clock.advance(timedelta(days=2))
    await house.said(a_mention("acme otra vez", at=timedelta(hours=1)))
    await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 2}


async def test_killed_between_two_commits(house: CountingHouse) -> None:
    """The next process goes on where the last commit was."""
    await house.said(*(a_mention(f"acme {n}", at=timedelta()) for n in range(2 * CHUNK + 10)))
    house.restart(Killed(house.database))
    with pytest.raises(ConnectionAbortedError):
        await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): CHUNK}
    house.restart()
    assert await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 2 * CHUNK + 10}
    house.restart()
    await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 2 * CHUNK + 10}


async def test_days_outlive_the_mentions_they_were_counted_from(house: CountingHouse) -> None:
    """Retention empties the journal, not the days."""
    await house.said(a_mention("acme", at=timedelta()))
    await house.look()
    await house.clock.advance(timedelta(days=40))
    await house.said(a_mention("acme", at=timedelta(days=40)))
    await house.journal.prune(house.clock.now() - timedelta(days=30), await house.journal.last())
    await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 1, ("Acme", "2026-04-11"): 1}


async def test_a_new_brand_is_counted_in_what_the_journal_still_holds(house: CountingHouse) -> None:
    """As if it had been there from the beginning; the first brand's days are what they were."""
    await house.said(a_mention("acme", at=timedelta()), a_mention("zeta", at=timedelta()))
    await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 1}
    house.brands = [ACME, ZETA]
    await house.look()
    await house.look()
    assert await house.counts() == {("Acme", "2026-03-02"): 1, ("Zeta", "2026-03-02"): 1}


async def test_counting_anew_keeps_days_that_the_journal_has_lost(house: CountingHouse) -> None:
    """Whole or in part: what cannot be counted again stays, and is not counted twice."""
    await house.said(a_mention("acme", at=timedelta()))
    await house.clock.advance(timedelta(days=20))
    await house.said(a_mention("acme", at=timedelta(days=20)))
    await house.clock.advance(timedelta(hours=1))
    await house.said(a_mention("acme", at=timedelta(days=20)), a_mention("acme con retraso", at=timedelta(minutes=1)))
    await house.clock.advance(timedelta(days=1))
    await house.said(a_mention("acme y zeta", at=timedelta(days=21)))
    await house.look()
    before = {("Acme", "2026-03-02"): 2, ("Acme", "2026-03-22"): 2, ("Acme", "2026-03-23"): 1}
    assert await house.counts() == before
    await house.journal.prune(START + timedelta(days=20, minutes=1), await house.journal.last())
    house.brands = [ACME, ZETA]
    await house.look()
    assert await house.counts() == before | {("Zeta", "2026-03-23"): 1}
    await house.said(a_mention("acme, muy tarde", at=timedelta(minutes=2)))
    await house.look()
    assert (await house.counts())["Acme", "2026-03-02"] == 3


async def test_another_zone_has_other_days(house: CountingHouse) -> None:
    """Half past eleven at night in UTC is another day in Madrid."""
    await house.said(a_mention("acme", at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC)))
    await house.look()
    assert list(await house.counts()) == [("Acme", "2026-03-02")]
    house.zone = ZoneInfo("UTC")
    await house.look()
    assert list(await house.counts()) == [("Acme", "2026-03-01")]


async def test_old_days_lose_their_names_and_then_go(house: CountingHouse) -> None:
    """Accounts after a hundred days, all of it after two years and more."""
    await house.said(a_mention("acme", at=timedelta(), author="ana"))
    await house.look()
    assert [len(each.authors) for each in await house.days()] == [1]
    for gone, left in ((NAMED, [0]), (KEPT, [])):
        await house.clock.advance(START + gone + timedelta(days=2) - house.clock.now())
        await house.said(a_mention("nada", at=house.clock.now()))
        await house.look()
        assert [len(each.authors) for each in await house.days()] == left


async def test_a_failing_store_is_left_alone(house: CountingHouse) -> None:
    """The look says that not everything is counted; the next one tries again."""
    await house.said(a_mention("acme", at=timedelta()))
    house.restart(Full(house.database))
    assert not await house.look()
    assert house.rollups.until is None
    house.restart()
    assert await house.look()


async def test_it_looks_by_itself_but_not_while_the_fold_is_pressed(house: CountingHouse) -> None:
    """Every twenty seconds."""
    await house.said(a_mention("acme", at=timedelta()))
    house.pressed = True
    running = asyncio.ensure_future(house.rollups.run())
    async with asyncio.timeout(20):
        for _ in range(3):
            await house.clock.advance(20)
            await asyncio.wait({running}, timeout=0.01)
        assert await house.counts() == {}
        house.pressed = False
        while not await house.counts():
            await house.clock.advance(20)
            await asyncio.wait({running}, timeout=0.01)
    running.cancel()
    await asyncio.wait({running})


async def test_what_each_mention_was_heard_as_can_be_looked_for(house: CountingHouse) -> None:
    """Whether it counted and why not: the brand's own account, an ignored one, a copy, about no brand; and the store of
    an earlier release, which kept none of it, is heard anew.
    """
    house.brands = [Brand(name="Acme", any=("acme",), own=("@acme_es",), ignore=(IgnoredAccount(who="@bot"),))]
    storm = "acme lleva tres días sin servicio y nadie responde, qué vergüenza de empresa"
    await house.said(
        a_mention(storm, at=timedelta()),
        a_mention(f"RT {storm}", at=timedelta()),
        a_mention("acme informa: hay una avería", at=timedelta(), author="acme_es"),
        a_mention("acme gratis aquí", at=timedelta(), author="bot"),
        a_mention("acme gratis aquí también", at=timedelta(), author="pest"),
        a_mention("nada que ver", at=timedelta()),
    )
    pest = AuthorIgnore(
        id="i",
        who="@pest",
        name="pest",
        brands=(),
        starts_at=datetime.min.replace(tzinfo=UTC),
        by="ana",
        ends_at=datetime.max.replace(tzinfo=UTC),
    )
    await house.store.add([], Counted(seq=6, shape="of an earlier release"))
    house.ignores = [pest]
    assert await house.look()
    found = await MentionSearch(house.database).find(MentionFilter())
    assert [each.hearing.brands[0].standing if each.hearing.brands else None for each in reversed(found)] == [
        Standing.COUNTED,
        Standing.COPY,
        Standing.OWN,
        Standing.IGNORED,
        Standing.IGNORED,
        None,
    ]
    assert found[-1].hearing.brands[0].label == "negative"
    assert found[-1].hearing.lang == "es"
    assert sum((await house.counts()).values()) == 2
    await house.journal.append([], deletes=[found[-1].mention.key])
    assert await house.look()
    assert len(await MentionSearch(house.database).find(MentionFilter(text="servicio"))) == 1


async def test_mentions_that_come_one_by_one_wait_for_the_next_look(house: CountingHouse) -> None:
    """A look ends with what was there: whoever posts mention after mention does not have each counted by itself."""
    store = Answered(house.database, house.journal)
    house.restart(store)
    await house.said(a_mention("acme", id="first"))
    for looks in (1, 2):
        assert await house.look()
        assert store.adds == looks
        assert sum((await house.counts()).values()) == looks


async def test_terms_of_the_brands_are_built_beside_the_event_loop(house: CountingHouse) -> None:
    """Those of ten thousand brands take half a second, and a reload has them built anew: nobody waits for it."""
    terms = ReadTerms(("acme",))
    terms.threads = set()
    house.brands = [Brand(name="Acme", any=terms)]
    await house.said(a_mention("acme", at=timedelta()))
    assert await house.look()
    assert sum((await house.counts()).values()) == 1
    assert terms.threads
    assert get_ident() not in terms.threads


async def test_what_the_fold_read_is_not_read_again(house: CountingHouse, tmp_path: Path) -> None:
    """The same as from the journal alone, with what the fold made of the words; a reload forgets it."""
    engine, log = an_engine(tmp_path), ReadLog(kept=3)
    house.brands = [each.brand for each in engine.setup.brands]
    await house.said(
        a_mention("acme es una estafa, qué vergüenza", at=timedelta(hours=-12), author="ana"),
        a_mention("acme", at=timedelta(), rating=1),
        a_mention("acme y zeta, thanks, perfect", at=timedelta(), lang="en"),
        a_mention("nada que ver", at=timedelta()),
    )
    entries = await house.journal.read(0)
    listeners = [
        MentionListener(house.brands, load_seed(), RequestClassifier(load_request_seed()), known=known)
        for known in (lambda _: None, log.of)
    ]
    for entry in entries:
        assert entry.mention is not None
        engine.observe(entry.mention, entry.observed_at)
        log.add(entry.seq, engine.reader.latest)
    assert [listeners[1].hear(entry) for entry in entries] == [listeners[0].hear(entry) for entry in entries]
    first = log.of(entries[0].seq)
    assert first is not None
    log.add(entries[0].seq, first._replace(brands=("Zeta",)))
    heard = listeners[1].hear(entries[0])
    assert heard is not None
    assert [each.brand for each in heard.hearing.brands] == ["Zeta"]
    for seq in range(100, 107):
        log.add(seq, first)
    assert log.of(entries[0].seq) is None
    log.forget()
    assert log.of(106) is None
