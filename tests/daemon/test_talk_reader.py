"""Talk that is read of the store: what is talked about, and what goes when somebody deletes what they said."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.daemon import lately_said
from sentinel.daemon.lately_said import LatelySaid
from sentinel.daemon.talk_reader import TalkReader
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.mention_search import MentionSearch
from sentinel.topics.brand_talk import SILENCE, BrandTalk
from tests.builders import a_mention
from tests.daemon.test_rollups import CountingHouse
from tests.fakes import START
from tests.notify.test_render import an_incident

SAID = (
    "Otro apagón en toda España, Acme no dice nada desde ayer",
    "Vaya apagón en toda España con Acme esta tarde en mi barrio",
    "Con Acme hay un apagón en toda España desde las doce del mediodía",
)
OWN = frozenset({"acme"})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[CountingHouse]:
    """Three people speak of one thing."""
    database = await Database.open(f"sqlite:///{tmp_path / 't.db'}")
    house = CountingHouse(database)
    for number, text in enumerate(SAID):
        await house.said(a_mention(text, at=timedelta(minutes=number), id=f"m{number}", author=f"u{number}"))
    await house.look()
    yield house
    await database.close()


async def talked(house: CountingHouse, reader: TalkReader) -> BrandTalk:
    return await reader.of("Acme", START - timedelta(hours=1), house.clock.now() + timedelta(minutes=1))


async def test_what_was_heard_is_read_as_topics(house: CountingHouse) -> None:
    """Of a brand and a span alone; of another span nobody says anything."""
    reader = TalkReader(MentionSearch(house.database), lambda _: OWN, house.clock)
    talk = await talked(house, reader)
    assert [(each.name, each.people) for each in talk.topics] == [("apagón en toda España", 3)]
    assert await reader.of("Zeta", START - timedelta(hours=1), START + timedelta(hours=1)) == SILENCE
    assert (await reader.of("Acme", START - timedelta(hours=9), START - timedelta(hours=1))).topics == ()


async def test_a_storm_is_read_for_what_the_quiet_hours_leave(house: CountingHouse) -> None:
    """Three hundred speak within minutes, and nobody in the rest of the day: all of them are read."""
    storm = [a_mention(f"acme: {SAID[n % 3]} {n}", at=timedelta(minutes=9), id=f"s{n}") for n in range(300)]
    await house.said(*storm)
    await house.look()
    reader = TalkReader(MentionSearch(house.database), lambda _: OWN, house.clock)
    talk = await reader.of("Acme", START - timedelta(days=1), START + timedelta(hours=1))
    assert talk.posts == 303


async def test_a_deleted_post_is_in_no_answer_that_is_remembered(house: CountingHouse) -> None:
    """Within the minute for which an answer is good, whoever is quoted deletes the post."""
    reader = TalkReader(MentionSearch(house.database), lambda _: OWN, house.clock)
    first = await talked(house, reader)
    assert await talked(house, reader) is first
    gone = first.sentences[0].post.mention
    await house.journal.append([], deletes=[gone.key])
    await house.look()
    again = await talked(house, reader)
    assert gone.key not in {each.mention.key for each in again.quoted}
    assert again.people == 2


async def test_a_page_has_what_was_said_lately(house: CountingHouse) -> None:
    """What is counted is at hand for a page at once; deleted posts are not, and old ones are no part of it."""
    heard = await MentionSearch(house.database).those([1, 2, 3])
    incident, lately = an_incident(Level.CRISIS), LatelySaid(lambda _: OWN)
    assert incident.brand == "Acme"
    assert lately.talk(incident, START) is None
    lately.add(heard[::-1])
    now = START + timedelta(minutes=5)
    told = lately.talk(incident, now)
    assert told is not None
    assert [each.name for each in told.topics] == ["apagón en toda España"]
    assert lately.talk(incident, now) is told
    gone = told.sentences[0].post.mention.key
    lately.forget([gone])
    again = lately.talk(incident, now)
    assert again is not None
    assert gone not in {each.mention.key for each in again.quoted}
    later = lately.talk(incident, now + timedelta(days=1))
    assert later is not None
    assert later.topics == ()
    lately.forget_all()
    assert lately.talk(incident, now) is None


async def test_many_pages_at_once_go_without(house: CountingHouse) -> None:
    """Working topics out takes time that pages have not: so many brands' in five seconds, and then again."""
    heard = await MentionSearch(house.database).those([1, 2, 3])
    incident, lately = an_incident(Level.CRISIS), LatelySaid(lambda _: OWN)
    lately.add(heard[::-1])
    for _ in range(lately_said.AT_ONCE):
        lately.forget([])
        assert lately.talk(incident, START) is not None
    lately.forget([])
    assert lately.talk(incident, START) is None
    assert lately.talk(incident, START + lately_said.WHILE) is not None
