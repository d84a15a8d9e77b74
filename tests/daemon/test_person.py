"""A person is erased in the middle of a storm: no file of the store holds their name, and everything else goes on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from sentinel.daemon.person_keeper import Erased, Folding, PersonKeeper
from sentinel.daemon.rollups import Rollups
from sentinel.engine.engine import VERSION
from sentinel.incidents.command import Action, Command
from sentinel.matching.brand import Brand
from sentinel.mention import Author, Mention
from sentinel.reports.day import BrandDay
from sentinel.sentiment.seed import load_seed
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.heard_mention import MentionFilter
from sentinel.store.journal import Journal
from sentinel.store.mention_marks import asked_marks
from sentinel.store.mention_search import MentionSearch
from sentinel.store.person import Eraser, Sought, find_person
from sentinel.store.rollups import RollupStore
from sentinel.store.saved_views import SavedViewStore
from sentinel.store.schema import saved_views
from tests.builders import a_mention
from tests.daemon.watchhouse import Watchhouse, calm, storm
from tests.fakes import FakeClock

HANDLE, ID, NAME = "candela_quintero", "did:plc:zq7candelaquintero", "Candela Quintero"
HERS = Author(id=ID, handle=HANDLE, name=NAME, followers=900_000)
WORDS = "llevo cuatro días tirada sin línea, sois una vergüenza @acme"


def hers(count: int, at: datetime) -> list[Mention]:
    return [
        msgspec.structs.replace(
            a_mention(
                f"{WORDS} {number}", at=at, id=f"at://{ID}/post/{number}", url=f"https://b.example/{HANDLE}/{number}"
            ),
            author=HERS,
        )
        for number in range(count)
    ]


def files_with(folder: Path, *needles: str) -> list[str]:
    """Files of the store in which a binary search finds any of them."""
    found = []
    for path in sorted(folder.glob("s.db*")):
        raw = path.read_bytes().lower()
        found += [f"{path.name}: {each}" for each in needles if each.lower().encode() in raw]
    return found


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    """A crisis in which she is the loudest, and others speak of her."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = await Watchhouse(tmp_path, database, clock).again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(hers(3, clock.now()))
    await house.put(
        [a_mention(f"{each.text} ¡qué desastre! como a @{HANDLE}", at=clock.now()) for each in storm(clock.now())]
    )
    await house.put([a_mention(f"lo que cuenta @{HANDLE} de @acme es verdad", at=clock.now())])
    await house.tick(3)
    await house.loop.checkpoint()
    await house.loop.checkpoint()
    assert house.incident is not None
    yield house
    await database.close()


def keeper(house: Watchhouse) -> PersonKeeper:
    return PersonKeeper(house.database, house.journal, house.loop, house.clock)


async def erased(house: Watchhouse, sought: Sought, fold: Folding | None = None) -> Erased:
    """While the fold goes on."""
    keeper = PersonKeeper(house.database, house.journal, fold or house.loop, house.clock)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(keeper.erase(sought), name="erase")
        while not task.done():
            await house.tick(1, seconds=1)
    return task.result()


class BusyFold:
    """The fold, of which somebody asks something just before its turn is taken from it."""

    def __init__(self, house: Watchhouse) -> None:
        self._house = house

    @property
    def position(self) -> int:
        return self._house.loop.position

    async def checkpoint(self) -> bool:
        return await self._house.loop.checkpoint()

    async def reword(self, reword: Callable[[Mention], Mention]) -> None:
        incident = self._house.incident
        assert incident is not None
        await self._house.loop.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"))
        await self._house.loop.reword(reword)


async def test_what_is_decided_meanwhile_names_her_no_more(house: Watchhouse) -> None:
    """An acknowledgement that comes while the store is gone through writes the incident down anew: without her."""
    before = house.incident
    assert before is not None
    assert any(HANDLE in each.text for each in before.samples)
    await erased(house, Sought(author=HANDLE), BusyFold(house))
    after = house.incident
    assert after is not None
    assert after.acknowledgement is not None
    assert files_with(house.folder, HANDLE, ID, NAME, WORDS) == []


@pytest.mark.parametrize("asked", [ID, HANDLE, f"@{HANDLE.upper()}", f"https://b.example/profile/{HANDLE}"])
async def test_she_is_found_however_she_is_called(house: Watchhouse, asked: str) -> None:
    """By her id, her handle in whatever letters, or the address of her page; with what she wrote."""
    person = await find_person(house.database, Sought(author=asked, source="bluesky"))
    assert len(person.mentions) == 3
    assert {HANDLE, ID} <= person.names
    assert (await find_person(house.database, Sought(author=asked, source="other"))).mentions == []


async def test_what_is_held_is_shown(house: Watchhouse) -> None:
    """Her mentions whole, and each row of another table that names her."""
    held = await keeper(house).show(Sought(author=HANDLE))
    assert [each.text for each in held.mentions] == [f"{WORDS} {number}" for number in range(3)]
    assert {row.table for row in held.rows} >= {"incidents"}


async def test_no_file_holds_her_name(house: Watchhouse) -> None:
    """Not the journal, no incident, message, day, checkpoint, write-ahead log or freed page; what others said stays."""
    before = files_with(house.folder, HANDLE, ID)
    assert before
    done = await erased(house, Sought(author=HANDLE))
    assert done.mentions == 3
    assert done.packed
    assert files_with(house.folder, HANDLE, ID, NAME, WORDS) == []
    incident = house.incident
    assert incident is not None
    assert all(each.author != HERS for each in incident.samples)
    others = [
        entry.mention
        for entry in await house.journal.read(0, 10**6)
        if entry.mention and "es verdad" in entry.mention.text
    ]
    assert [each.text for each in others] == ["lo que cuenta [erased] de @acme es verdad"]


async def all_heard(house: Watchhouse, listening: Rollups) -> None:
    """With the rests between its chunks."""
    looking = asyncio.ensure_future(listening.look())
    async with asyncio.timeout(60):
        while not looking.done():
            await house.wall.advance(0.1)
            await asyncio.wait({looking}, timeout=0.01)
    assert looking.result()


async def test_nothing_of_hers_is_found_any_more(house: Watchhouse) -> None:
    """No word of hers is left in the index, also of what she had taken back before; others' words are found without
    her name, and a view of what she says no longer names her.
    """
    days, search, views = RollupStore(house.database), MentionSearch(house.database), SavedViewStore(house.database)
    brands = (Brand(name="Acme", any=("acme",)),)
    listening = Rollups(
        house.journal, days, lambda: brands, lambda: ZoneInfo("UTC"), load_seed().twin, lambda: False, house.clock
    )
    await all_heard(house, listening)
    await views.save("", f"Qué dice {HANDLE}", {"author": f"@{HANDLE}", "brand": "Acme"}, house.clock.now())
    (first, *_) = await search.find(MentionFilter(author=HANDLE))
    await house.journal.append([], deletes=[first.mention.key])
    await all_heard(house, listening)
    assert len(await search.find(MentionFilter(author=HANDLE))) == 2
    await erased(house, Sought(author=HANDLE))
    (mark,) = asked_marks(MentionFilter(author=HANDLE), None)[0]
    assert files_with(house.folder, HANDLE, ID, NAME, "quintero", mark) == []
    with closing(sqlite3.connect(house.folder / "s.db")) as store:
        store.execute("CREATE VIRTUAL TABLE temp.kept USING fts5vocab(main, heard_words, row)")
        assert store.execute("SELECT term FROM kept WHERE term IN ('tirada', 'quintero')").fetchall() == []
    assert await search.count(MentionFilter(author=HANDLE)) == await search.count(MentionFilter(text="quintero")) == 0
    (other,) = await search.find(MentionFilter(text='"es verdad"'))
    assert other.mention.text == "lo que cuenta [erased] de @acme es verdad"
    (view,) = await views.all("")
    assert (view.name, view.query) == ("Qué dice [erased]", {"author": "[erased]", "brand": "Acme"})


async def test_the_daemon_goes_on(house: Watchhouse) -> None:
    """The open incident climbs on, now and after a restart, and asking once more changes nothing."""
    await erased(house, Sought(author=ID))
    await house.put(storm(house.wall.now(), seed=5))
    await house.tick(3)
    incident = house.incident
    assert incident is not None
    await house.loop.checkpoint()
    await house.again()
    await house.tick(2)
    assert house.incident is not None
    assert house.incident.id == incident.id
    again = await erased(house, Sought(author=ID))
    assert (again.mentions, again.rows) == (0, 0)


async def test_without_a_daemon(house: Watchhouse) -> None:
    """On a store that nobody holds every checkpoint goes; the next start reads the journal and pages nobody anew."""
    sent = len(house.sent)
    database = house.database
    offline = PersonKeeper(database, Journal(database, house.clock), None, house.clock)
    assert (await offline.erase(Sought(author=HANDLE))).mentions == 3
    assert files_with(house.folder, HANDLE, ID, NAME, WORDS) == []
    assert await Checkpoints(database, VERSION).newest(VERSION) is None
    await house.again()
    await house.tick(1)
    assert house.incident is not None
    assert len(house.sent) == sent


def test_only_whole_names_go() -> None:
    """A short handle is somebody else's word unless an @ stands before it; a long one is not part of a longer one."""
    eraser = Eraser({"ana", "candela_q"})
    assert eraser.text("mañana viene Ana, no @ana ni @anabel") == "mañana viene Ana, no [erased] ni @anabel"
    assert eraser.text("candela_q y candela_quintero") == "[erased] y candela_quintero"
    body = {"brand": "candela_q", "by": "ana", "told": ["ana"], "facts": [["who", "@ana y candela_q"]]}
    assert eraser.plain(body) == body | {"facts": [["who", "[erased] y [erased]"]]}, "a contact of that name stays"
    assert eraser.lines("uno\ndice @ana\ndos") == "uno\n[erased]\ndos"
    day = msgspec.to_builtins(BrandDay(brand="Acme", day=date(2026, 3, 9)))
    assert eraser.plain(day) == day


@pytest.mark.parametrize("handle", ["acme", "ana", "bluesky", "open", "crisis", "default"])
async def test_whoever_is_called_like_something_of_ours_takes_nothing_along(house: Watchhouse, handle: str) -> None:
    """A brand, a contact, a source, a state: rows keep what they are found by, and the incident climbs on."""
    post = msgspec.structs.replace(hers(1, house.wall.now())[0], id="other", author=Author(id="x9", handle=handle))
    await house.put([post])
    await house.tick(1)
    before = house.incident
    assert before is not None
    assert (await erased(house, Sought(author=handle, source="bluesky"))).mentions == 1
    await house.again()
    after = house.incident
    assert after is not None
    assert (after.id, after.brand, after.state, after.level) == (before.id, before.brand, before.state, before.level)
    assert after.policy == before.policy
    assert after.told[: len(before.told)] == before.told, "time passes meanwhile: the ladder may have climbed"


def test_a_view_of_somebody_erased_shows_nobody_and_not_everything() -> None:
    """Its other words stay; short names as well as long ones."""
    for name in ("@ana_perez", "eva"):
        stored = msgspec.json.encode({"detail": "Averías", "query": {"text": "avería", "author": name}})
        kept = msgspec.json.decode(Eraser({"ana_perez", "eva"}).value(saved_views.c.body, stored))
        assert kept == {"detail": "Averías", "query": {"text": "avería", "author": "[erased]"}}
