"""Sources of a cluster: one process listens to each, all show it, and one tells people that it is silent."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from sentinel.cluster.duties import Duties
from sentinel.cluster.shared_sources import NOBODY, SharedSources, source_duty
from sentinel.cluster.silence_watch import SilenceWatch
from sentinel.daemon.stale_sources import FACT
from sentinel.engine.board import SourceCard
from sentinel.store.duty_rows import DutyRows
from sentinel.store.facts import fact
from sentinel.store.outbox import Outbox
from sentinel.store.source_states import SourceStateRows
from tests.cluster.test_front import Front
from tests.cluster.workshop import Workshop
from tests.fakes import START, FakeClock

ALLOWED = timedelta(seconds=30)
PAPER = SourceCard(name="diario", type="feeds", stale=False, last_success=START, last_event=None, failures=0, detail="")
BOX = replace(PAPER, name="buzon", type="http")


@dataclass
class Process:
    """One of several, with its own look at the sources."""

    name: str
    duties: Duties
    sources: SharedSources
    cards: dict[str, SourceCard]
    anew: list[tuple[str, str | None]] = field(default_factory=list)

    async def look(self) -> None:
        await self.duties.look()
        await self.sources.look()

    def shown(self, name: str) -> SourceCard:
        return next(each for each in self.sources.cards() if each.name == name)


Opened = Callable[..., Process]


@pytest.fixture
async def opened(workshop: Workshop, clock: FakeClock) -> AsyncIterator[Opened]:
    rows: list[DutyRows] = []

    def process(name: str, *, ingests: bool = True) -> Process:
        rows.append(DutyRows(workshop.database.address))
        wanted = [source_duty("diario")] if ingests else []
        duties, cards = Duties(rows[-1], name, lambda: wanted, clock), {"diario": PAPER, "buzon": BOX}
        anew: list[tuple[str, str | None]] = []

        async def begin(source: str, part: str | None) -> bool:
            anew.append((source, part))
            return True

        async def knows(_: object) -> None: ...

        sources = SharedSources(
            SourceStateRows(workshop.database),
            duties,
            here=lambda: list(cards.values()),
            everywhere={"buzon"},
            takes=ingests,
            allowed={"diario": ALLOWED, "buzon": ALLOWED},
            knows=knows,
            begin_here=begin,
            clock=clock,
        )
        return Process(name, duties, sources, cards, anew)

    yield process
    for each in rows:
        await each.close()


async def test_every_process_shows_what_one_hears(opened: Opened) -> None:
    """How a source is stands where all look; the page that knows nothing of it shows it as whoever listens sees it."""
    ears, page = opened("a"), opened("b", ingests=False)
    ears.cards["diario"] = replace(PAPER, failures=3, detail="HTTP 503")
    for each in (ears, page, ears, page):
        await each.look()
    assert (page.shown("diario").failures, page.shown("diario").detail) == (3, "HTTP 503")
    assert await page.sources.begin_anew("diario", "https://press.example/rss")
    assert not await page.sources.begin_anew("nada", None)
    await ears.look()
    await ears.look()
    assert ears.anew == [("diario", "https://press.example/rss")]
    assert page.anew == []


async def test_posts_heard_by_any_process(opened: Opened) -> None:
    """What is posted to is silent once no process hears anything."""
    one, two, page = opened("a"), opened("b"), opened("c", ingests=False)
    one.cards["buzon"] = replace(BOX, stale=True)
    for each in (one, two, page, one, two, page):
        await each.look()
    assert not page.shown("buzon").stale
    assert not one.shown("buzon").stale
    two.cards["buzon"] = replace(BOX, stale=True)
    for each in (two, page):
        await each.look()
    assert page.shown("buzon").stale


async def test_a_source_that_is_nobodys(opened: Opened, clock: FakeClock) -> None:
    """It is shown as such as soon as nobody has it, and silent once nobody has had it for as long as it may be."""
    ears, page = opened("a"), opened("b", ingests=False)
    for each in (ears, page, ears, page):
        await each.look()
    for _ in range(8):  # the one that listens looks no more
        await clock.advance(0.5)
        await page.look()
    assert (page.shown("diario").detail, page.shown("diario").stale) == (NOBODY, False)
    for silent in (False, True):
        for _ in range(12):
            await clock.advance(2)
            await page.look()
        assert page.shown("diario").stale is silent
    assert page.sources.silent == ("diario", "buzon")


async def test_it_is_not_back_because_it_changed_hands(opened: Opened, clock: FakeClock) -> None:
    """What people were told of as silent is so until somebody hears it, whoever listens next, or nobody."""
    ears, next_, page = opened("a"), opened("b"), opened("c", ingests=False)
    await ears.look()
    page.sources.told = frozenset({"diario", "buzon: part"})
    assert page.shown("diario").stale, "nobody has been seen yet"
    assert page.shown("buzon").silent_part == "part"
    for _ in range(10):
        await clock.advance(0.5)
        await next_.duties.look()
        await page.duties.look()
    assert next_.duties.has(source_duty("diario"))
    assert page.shown("diario").stale, "who took it over has said nothing yet"
    await next_.sources.look()
    page.sources._states = {"diario": {"b": replace(PAPER, failures=1)}}
    assert not page.shown("diario").stale


async def test_people_are_told_once(workshop: Workshop, opened: Opened, clock: FakeClock) -> None:
    """Whoever has the duty tells that a source is silent; whoever has it next tells of the end, and not of the silence
    once more.
    """
    ears = opened("a")
    await ears.look()
    first, second = [await _watching(workshop, ears.sources) for _ in range(2)]
    ears.cards["diario"] = replace(PAPER, stale=True)
    await first.look()
    await first.look()
    assert [await _told(workshop, clock), await _kept(workshop)] == [1, True]
    await second.take_up()
    await second.look()
    assert await _told(workshop, clock) == 1
    ears.cards["diario"] = PAPER
    await second.look()
    assert [await _told(workshop, clock), await _kept(workshop)] == [2, False]


async def _watching(workshop: Workshop, sources: SharedSources) -> SilenceWatch:
    front = Front(workshop)
    await front.loop.start()
    return SilenceWatch(
        front.loop,
        front.loop._applier.blindness,
        sources,
        lambda: {"diario"},
        lambda: _fact(workshop),
        workshop.wall,
    )


async def _fact(workshop: Workshop) -> str | None:
    async with workshop.database.read() as connection:
        return await fact(connection, FACT)


async def _kept(workshop: Workshop) -> bool:
    return "diario" in (await _fact(workshop) or "")


async def _told(workshop: Workshop, clock: FakeClock) -> int:
    return len(await Outbox(workshop.database).due(clock.now()))
