"""Requests on the journal: what a mention asks for and how soon, what people did about it, and what is left of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import update

from sentinel.daemon.request_keeper import RequestKeeper
from sentinel.daemon.rollups import Rollups
from sentinel.daemon.waiting_requests import WaitingRequests
from sentinel.matching.brand import Brand
from sentinel.mention import Author, Mention, encode_mention
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.requests.features import request_features
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Sentiment
from sentinel.store.database import Database
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.store.journal import Journal
from sentinel.store.mention_index import still_there
from sentinel.store.mention_search import MentionSearch
from sentinel.store.request_store import RequestStore
from sentinel.store.retention import delete_older
from sentinel.store.rollups import RollupStore
from sentinel.store.schema import journal
from tests.fakes import START, FakeClock

MINUTE, MADRID = timedelta(minutes=1), ZoneInfo("Europe/Madrid")
BRANDS = (Brand(name="Acme", any=("acme",)), Brand(name="Rival", any=("rival",)))


class Office:
    """The part of the daemon in which mentions are read and answered."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.journal = Journal(database, clock)
        self.classifier = RequestClassifier(load_request_seed())
        self.burning: set[str] = set()
        model = load_seed()
        self.rollups = Rollups(
            self.journal,
            RollupStore(database),
            lambda: BRANDS,
            lambda: MADRID,
            model.twin,
            lambda: False,
            clock,
            classifier=self.classifier,
            burning=lambda: self.burning,
        )
        self.shown_anew = 0
        self.keeper = RequestKeeper(
            RequestStore(database), self.classifier, clock, hears=model.classify, changed=self._changed
        )
        self.search = MentionSearch(database)

    def _changed(self) -> None:
        self.shown_anew += 1

    async def hears(self, *texts: str, followers: int = 0) -> None:
        """These come in, and are read."""
        for text in texts:
            author = Author(id=f"a{abs(hash(text))}", followers=followers)
            at = self.clock.now()
            await self.journal.append([Mention(source="x", id=text, text=text, published_at=at, author=author)])
        await self.rollups.look()

    async def found(self, **wanted: object) -> list[HeardMention]:
        """What a filter finds."""
        return await self.search.find(MentionFilter(**wanted))  # type: ignore[arg-type]  # as the test names them


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path / 'r.db'}")
    yield opened
    await opened.close()


async def test_what_comes_in_says_what_it_asks(database: Database, clock: FakeClock) -> None:
    """A complaint, a question and news; each is found by what it asks, and by how soon it wants an answer."""
    office = Office(database, clock)
    await office.hears(
        "Me habéis cobrado dos veces, acme, y nadie contesta",
        "¿A qué hora abre acme los domingos?",
        "Acme presenta resultados: gana un 12 % más",
    )
    (complaint,) = await office.found(asks=RequestKind.COMPLAINT)
    (question,) = await office.found(asks=RequestKind.QUESTION)
    assert complaint.hearing.brands[0].priority in (Priority.NORMAL, Priority.HIGH)
    assert question in await office.found(priority=Priority.NORMAL)
    assert len(await office.found(state=RequestState.NEW)) == 3
    assert await office.found(brand="Rival", state=RequestState.NEW) == []


async def test_a_brand_that_burns_answers_sooner(database: Database, clock: FakeClock) -> None:
    """The same complaint, while an incident of the brand is open, is more urgent; for another brand it is not."""
    office = Office(database, clock)
    await office.hears("acme y rival me han cobrado dos veces, quiero mi reembolso")
    office.burning.add("Acme")
    await office.hears("rival y acme me han cobrado dos veces, quiero mi reembolso")
    later, earlier = await office.found()
    by_brand = {each.brand: each.priority for each in later.hearing.brands}
    before = {each.brand: each.priority for each in earlier.hearing.brands}
    ranks = list(Priority)
    assert ranks.index(by_brand["Acme"]) < ranks.index(before["Acme"])
    assert by_brand["Rival"] == before["Rival"]


async def test_taken_answered_and_opened_again(database: Database, clock: FakeClock) -> None:
    """Ana takes it, Marta cannot close what Ana answered, and the list follows; another process sees the same."""
    office = Office(database, clock)
    await office.hears("Hola acme, no puedo entrar en mi cuenta, ¿me ayudáis?")
    (asked,) = await office.found()
    for state in (RequestState.TAKEN, RequestState.ANSWERED):
        done = await office.keeper.act(asked.number, state, "ana", note="por privado")
        assert done is not None
        assert done.took
    refused = await office.keeper.act(asked.number, RequestState.IMPROPER, "marta")
    assert refused is not None
    assert (refused.took, refused.record.steps[-1].by) == (False, "ana")
    assert await office.found(state=RequestState.NEW) == []
    (answered,) = await Office(database, clock).found(state=RequestState.ANSWERED)
    assert (answered.request.state, answered.request.steps[-1].note) == (RequestState.ANSWERED, "por privado")
    assert office.shown_anew == 2
    await office.keeper.act(asked.number, RequestState.NEW, "marta")
    assert [each.number for each in await office.found(state=RequestState.NEW)] == [asked.number]
    assert await office.keeper.act(10**6, RequestState.TAKEN, "ana") is None


async def test_what_people_say_is_learnt_and_known_after_a_restart(database: Database, clock: FakeClock) -> None:
    """It is no complaint, says Ana: found as what she said; a new process learns it again."""
    office = Office(database, clock)
    await office.hears("acme, el bono amarillo")
    (asked,) = await office.found()
    before = office.classifier.seed
    await office.keeper.act(asked.number, None, "ana", kind=RequestKind.QUESTION)
    (said,) = await office.found(asks=RequestKind.QUESTION)
    assert (said.asks, said.request.state) == (RequestKind.QUESTION, RequestState.NEW)
    again = Office(database, clock)
    await again.keeper.start()
    assert (again.keeper.learnt, again.classifier.seed) == (1, before)
    heard = request_features("acme, el bono amarillo", "es", Sentiment(0.2, 0.6, 0.2))
    assert again.classifier.predict_proba_one(heard) == office.classifier.predict_proba_one(heard)


async def test_what_is_heard_anew_keeps_what_was_done(database: Database, clock: FakeClock) -> None:
    """Brands change and the journal is read again: an answered one stays answered."""
    office = Office(database, clock)
    await office.hears("acme, ¿tenéis tienda en Cádiz?")
    (asked,) = await office.found()
    await office.keeper.act(asked.number, RequestState.ANSWERED, "ana")
    store = RollupStore(database)
    counted = await store.counted()
    await store.begin_anew(START.date(), type(counted)(seq=0, shape=counted.shape))
    await office.rollups.look()
    assert [each.number for each in await office.found(state=RequestState.ANSWERED)] == [asked.number]


async def test_what_is_gone_leaves_nothing(database: Database, clock: FakeClock) -> None:
    """With the mention goes what was done about it."""
    office = Office(database, clock)
    await office.hears("acme, ¿tenéis tienda en Cádiz?")
    (asked,) = await office.found()
    await office.keeper.act(asked.number, RequestState.NOT_OURS, "ana", note="es de la franquicia")
    await delete_older(database, clock.now() + MINUTE, asked.number)
    assert await RequestStore(database).records(START - MINUTE, clock.now() + MINUTE) == []
    assert await office.keeper.act(asked.number, RequestState.NEW, "ana") is None


async def test_what_waits_is_counted(database: Database, clock: FakeClock) -> None:
    """Of two that wait for an hour, one is late by then; answered ones wait no more, and their time is told."""
    office = Office(database, clock)
    told: dict[Priority, tuple[int, int]] = {}
    waited: list[timedelta] = []
    office.keeper._answered = waited.append
    waiting = WaitingRequests(
        office.search,
        {Priority.NORMAL: 60 * MINUTE}.get,
        lambda priority, found, late: told.update({priority: (found, late)}),
        clock,
    )
    await office.hears("acme, ¿tenéis tienda en Cádiz?")
    await clock.advance(61 * MINUTE)
    await office.hears("¿a qué hora abre acme mañana?")
    await waiting.look()
    assert told == {Priority.NORMAL: (2, 1)}
    first = (await office.found())[-1]
    await office.keeper.act(first.number, RequestState.ANSWERED, "ana")
    await waiting.look()
    assert told == {Priority.NORMAL: (1, 0)}
    assert waited == [61 * MINUTE]


async def test_who_is_erased_while_mentions_are_heard_stays_erased(database: Database, clock: FakeClock) -> None:
    """A chunk was read; then one post is emptied and another reworded: what is written down is what stands there."""
    office = Office(database, clock)
    await office.hears("acme fatal, dice ana_perez", "acme, ¿abrís hoy?")
    found = await office.found()
    reworded = msgspec.structs.replace(found[1].mention, text="acme fatal, dice [erased]")
    async with database.write() as connection:
        body = encode_mention(reworded)
        await connection.execute(update(journal).where(journal.c.seq == found[1].number).values(body=body))
        await connection.execute(update(journal).where(journal.c.seq == found[0].number).values(body=None))
        there = await still_there(connection, found)
    assert [each.mention.text for each in there] == ["acme fatal, dice [erased]"]
