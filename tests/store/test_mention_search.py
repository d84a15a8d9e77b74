"""Everything heard, found: by each filter and by words, newest first, page after page while more comes in; and gone
from the index as soon as it is gone from the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from sentinel.mention import Author, Kind, Mention
from sentinel.sentiment.sentiment import Label
from sentinel.store.database import Database
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, MentionFilter, Standing
from sentinel.store.journal import Journal
from sentinel.store.mention_search import MentionSearch
from sentinel.store.rollups import Counted, RollupStore
from sentinel.store.saved_views import EVERYBODY, MOST, SavedViewStore
from sentinel.store.searched_words import SearchedWords, Unsearchable
from tests.builders import a_mention
from tests.fakes import FakeClock

ACME, ZETA = "Acme", "Zeta"


def said(brand: str, label: Label = Label.NEGATIVE, standing: Standing = Standing.COUNTED) -> HeardAs:
    return HeardAs(brand=brand, label=label, probability=0.8, standing=standing)


@dataclass
class Listening:
    """A journal, and what was heard of it."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.journal = Journal(self.database, self.clock)
        self.store = RollupStore(self.database)
        self.search = MentionSearch(self.database)

    async def heard(self, mention: Mention, *brands: HeardAs, lang: str = "es", grave: str | None = None) -> int:
        """It comes in and is heard; gives its number."""
        await self.journal.append([mention])
        entry = (await self.journal.read(await self.journal.last() - 1))[0]
        one = HeardMention(
            number=entry.seq,
            mention=mention,
            heard_at=entry.observed_at,
            at=entry.observed_at,
            hearing=Hearing(brands=brands, lang=lang, grave=grave),
        )
        await self.store.add([], Counted(seq=entry.seq), [one])
        return entry.seq

    async def texts(self, brands: Sequence[str] | None = None, **wanted: object) -> list[str]:
        found = await self.search.find(MentionFilter(**wanted), brands=brands)  # type: ignore[arg-type]
        return [each.mention.text for each in found]

    async def index(self) -> str:
        async with self.database.read() as connection:
            return str((await connection.execute(text("SELECT words, marks FROM heard_words"))).all())


@pytest.fixture
async def house(database: Database) -> Listening:
    return Listening(database)


async def test_every_filter_finds_its_own_newest_first(house: Listening) -> None:
    """By brand, source, mood, language, kind, author, whether it counted and grave words, alone and together."""
    await house.heard(a_mention("uno"), said(ACME))
    await house.heard(a_mention("dos", source="press", kind=Kind.ARTICLE), said(ACME, Label.POSITIVE), lang="en")
    await house.heard(a_mention("tres"), said(ZETA, standing=Standing.COPY), grave="incendio")
    author = Author(id="did:1", handle="@Ana.Social", name="Ana")
    await house.heard(msgspec.structs.replace(a_mention("cuatro"), author=author), said(ACME), said(ZETA))
    await house.heard(a_mention("cinco"))
    assert await house.texts() == ["cinco", "cuatro", "tres", "dos", "uno"]
    assert await house.texts(brand=ACME) == ["cuatro", "dos", "uno"]
    assert await house.texts(brand=ACME, sentiment=Label.NEGATIVE) == ["cuatro", "uno"]
    assert await house.texts(source="press") == await house.texts(kind=Kind.ARTICLE) == ["dos"]
    assert await house.texts(language="en") == ["dos"]
    assert await house.texts(standing=Standing.COPY) == await house.texts(grave=True) == ["tres"]
    for called in ("ana.social", "@ANA.social", "did:1", "ana"):
        assert await house.texts(author=called) == ["cuatro"]
    assert await house.texts(brand="' OR 1 --") == await house.texts(source='") OR (') == []


async def test_one_mood_to_one_brand_is_not_that_to_another(house: Listening) -> None:
    """Who praises Acme and scolds Zeta is no praise of Zeta; nor is it shown to Zeta's people what Acme got."""
    await house.heard(a_mention("mejor que los otros"), said(ACME, Label.POSITIVE), said(ZETA, Label.NEGATIVE))
    assert await house.texts(brand=ZETA, sentiment=Label.POSITIVE) == []
    assert await house.texts(brands=[ZETA], sentiment=Label.POSITIVE) == []
    assert len(await house.texts(sentiment=Label.POSITIVE)) == 1
    (seen,) = await house.search.find(MentionFilter(), brands=[ZETA])
    assert [each.brand for each in seen.hearing.brands] == [ZETA]
    assert await house.texts(brands=[]) == await house.texts(brands=[ZETA], brand=ACME) == []
    assert await house.search.count(MentionFilter(text="mejor"), brands=["Other"]) == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("averia", 2),
        ("AVERÍA", 2),
        ("málaga", 1),
        ('"sin linea"', 1),
        ('"linea sin"', 0),
        ("mala*", 1),
        ("averia -malaga", 1),
        ('averia -"sin línea" -malaga', 0),
        ("@acme_es", 1),
        ("nada", 0),
        ("  ", 3),
    ],
)
async def test_words_are_found_as_people_write_them(house: Listening, asked: str, found: int) -> None:
    """Accents and capitals do not count; phrases, beginnings, and words that must not be there."""
    await house.heard(a_mention("Otra avería en Málaga, @acme_es"), said(ACME))
    await house.heard(msgspec.structs.replace(a_mention("tres días sin línea"), title="Avería"), said(ACME))
    await house.heard(a_mention("gracias por todo"), said(ACME))
    assert len(await house.texts(text=asked)) == found


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ('"sin cerrar', "open_quote"),
        ("ab*", "short_beginning"),
        ("*", "no_words"),
        ("-nada", "only_without"),
        ("!!! ???", "no_words"),
        ("x" * 301, "too_long"),
    ],
)
def test_what_cannot_be_searched_for_says_why(asked: str, key: str) -> None:
    """Before the index is asked, which would only refuse."""
    with pytest.raises(Unsearchable) as refused:
        SearchedWords.read(asked)
    assert refused.value.key == key


@pytest.mark.parametrize("asked", ["NEAR(a b)", "a AND", "words:x", "a OR b)", "^x", "a + b", "{x}:y", "\x00z", "ª·"])
async def test_the_index_refuses_nothing(house: Listening, asked: str) -> None:
    """What means something to it in other hands is words like any other."""
    await house.heard(a_mention("hola"), said(ACME))
    assert await house.texts(text=asked) == []


async def test_a_page_goes_on_where_the_last_one_ended(house: Listening) -> None:
    """However many come in meanwhile; how many those are is told as far as was asked."""
    for number in range(7):
        await house.heard(a_mention(f"n{number}", id=f"n{number}"), said(ACME))
    first = await house.search.find(MentionFilter(brand=ACME), limit=3)
    for number in range(7, 10):
        await house.heard(a_mention(f"n{number}", id=f"n{number}"), said(ACME))
    second = await house.search.find(MentionFilter(brand=ACME), before=first[-1].number, limit=3)
    assert [each.mention.text for each in (*first, *second)] == ["n6", "n5", "n4", "n3", "n2", "n1"]
    assert await house.search.count(MentionFilter(brand=ACME), beyond=first[0].number) == 3
    assert await house.search.count(MentionFilter(), most=4) == 4
    assert await house.search.newest() == 10


async def test_times_are_when_it_was_heard(house: Listening) -> None:
    """Half-open; with and without other filters."""
    for hour in range(4):
        await house.heard(a_mention(f"h{hour}", id=f"h{hour}"), said(ACME))
        await house.clock.advance(3600)
    begin = house.clock.now() - timedelta(hours=3)
    for more in ({}, {"brand": ACME}):
        assert await house.texts(since=begin, until=begin + timedelta(hours=2), **more) == ["h2", "h1"]
    assert await house.texts(since=begin, until=begin + timedelta(hours=2), text="h1 -h2") == ["h1"]
    assert await house.texts(since=house.clock.now()) == []


async def test_what_leaves_the_journal_leaves_the_index(house: Listening) -> None:
    """By retention, and by its author's delete as soon as that is counted or folded."""
    await house.heard(a_mention("vieja palabra"), said(ACME))
    await house.clock.advance(3600)
    await house.heard(a_mention("borrada palabra", id="gone"), said(ACME))
    await house.heard(a_mention("purgada palabra", id="purged"), said(ACME))
    await house.heard(a_mention("queda palabra", id="stays"), said(ACME))
    await house.journal.prune(house.clock.now() - timedelta(minutes=1), 10)
    assert await house.texts(text="palabra") == ["queda palabra", "purgada palabra", "borrada palabra"]
    await house.store.add([], Counted(seq=4), [], [("bluesky", "gone")])
    assert await house.texts(text="palabra") == ["queda palabra", "purgada palabra"]
    await house.journal.append([], deletes=[("bluesky", "purged")])
    await house.journal.purge_deleted(await house.journal.last())
    assert await house.texts() == await house.texts(text="palabra") == ["queda palabra"]
    assert "purgada" not in await house.index()


async def test_hearing_again_replaces_what_was_heard(house: Listening) -> None:
    """A brand that was added finds what had been about nobody, once."""
    number = await house.heard(a_mention("zeta"))
    (one,) = await house.search.find(MentionFilter())
    again = HeardMention(
        number=number, mention=one.mention, heard_at=one.heard_at, at=one.at, hearing=Hearing(brands=(said(ZETA),))
    )
    for _ in range(2):
        await house.store.add([], Counted(seq=number), [again])
    assert await house.texts(brand=ZETA) == await house.texts(text="zeta") == ["zeta"]


async def test_a_store_from_before_has_an_index_made(tmp_path: Path) -> None:
    """Of the last release: the tables are made when it is opened, and its mentions heard as it is counted anew."""
    address = f"sqlite:///{tmp_path / 'old.db'}"
    database = await Database.open(address)
    await Journal(database, FakeClock()).append([a_mention("acme, qué desastre", id="1")])
    await RollupStore(database).add([], Counted(seq=1, shape="of the last release", floor=date(2026, 1, 1)))
    async with database.write() as connection:
        for table in ("heard_words", "heard", "saved_views"):
            await connection.execute(text(f"DROP TABLE {table}"))
    await database.close()
    database = await Database.open(address)
    assert await MentionSearch(database).find(MentionFilter(text="desastre")) == []
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE heard"))
        await connection.execute(text("DROP TABLE saved_views"))
    search = MentionSearch(database)  # as of a store that can only be read
    assert (await search.find(MentionFilter()), await search.count(MentionFilter()), await search.newest()) == (
        [],
        0,
        0,
    )
    assert await SavedViewStore(database).all("") == []
    await database.close()


async def test_views_are_kept_under_a_name(house: Listening) -> None:
    """An owner's own and everybody's; the same name again is the same view; so many and no more."""
    views, now = SavedViewStore(house.database), house.clock.now()
    mine = await views.save("session:ana", "Averías", {"text": "avería"}, now)
    await views.save("session:ana", "Averías", {"text": "avería*"}, now)
    shared = await views.save(EVERYBODY, "Acme hoy", {"brand": ACME, "last": "1d"}, now)
    assert mine is not None
    assert shared is not None
    assert [(each.name, each.query) for each in await views.all("session:ana")] == [
        ("Acme hoy", {"brand": ACME, "last": "1d"}),
        ("Averías", {"text": "avería*"}),
    ]
    assert [each.name for each in await views.all("session:eva")] == ["Acme hoy"]
    assert not await views.delete("session:eva", mine.id)
    assert await views.delete("session:ana", mine.id)
    for number in range(MOST):
        await views.save("session:ana", str(number), {}, now)
    assert await views.save("session:ana", "one more", {}, now) is None
