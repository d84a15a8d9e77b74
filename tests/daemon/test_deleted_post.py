"""A network announces that a post was deleted: messages that still wait, incidents that are over and their reports no
longer show it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from sentinel.incidents.incident import Incident, State
from sentinel.mention import Mention
from sentinel.phrases.phrases import say
from sentinel.reports.incident import StoredIncident, post_mortem
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.schema import outbox
from tests.daemon.watchhouse import Watchhouse, calm, storm
from tests.fakes import FakeClock


class QuietHouse(Watchhouse):
    """Pages wait in the outbox."""

    async def _note_pages(self) -> None:
        return None


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[QuietHouse]:
    """A crisis whose pages have not gone yet."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = QuietHouse(tmp_path, database, clock)
    await house.again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(storm(clock.now()))
    await house.tick(3)
    yield house
    await database.close()


async def bodies(house: Watchhouse) -> list[str]:
    async with house.database.read() as connection:
        return list((await connection.execute(select(outbox.c.body))).scalars())


def quoted(house: Watchhouse) -> Mention:
    incident = house.incident
    assert incident is not None
    return incident.samples[0]


async def over(house: Watchhouse) -> Incident:
    """An incident of last week that showed the same post."""
    incident = house.incident
    assert incident is not None
    last = msgspec.structs.replace(
        incident, id="20260301-0900-000000", state=State.CLOSED, updated_at=incident.updated_at + timedelta(minutes=1)
    )
    async with house.database.write() as connection:
        await IncidentStore(house.database).save(connection, last)
    return last


async def stored(house: Watchhouse, incident_id: str) -> Incident:
    found = await IncidentStore(house.database).get(incident_id)
    assert found is not None
    return found


async def test_what_waits_quotes_it_no_more(house: QuietHouse) -> None:
    """Its line says that the post is gone; the rest of the message stays."""
    post, before = quoted(house), await bodies(house)
    assert any(post.text[:20] in body for body in before)
    await house.journal.append([], deletes=[post.key])
    await house.tick()
    after = await bodies(house)
    assert not any(post.text[:20] in body for body in after)
    gone = say("es", "page.sample_deleted")
    for was, now in zip(before, after, strict=False):
        lines = zip(was.split("\n"), now.split("\n"), strict=True)
        assert {new for old, new in lines if old != new} <= {gone}


async def test_incidents_that_are_over_and_their_reports_show_it_no_more(house: QuietHouse) -> None:
    """The running one on disk as well, and its other samples stay."""
    post, last = quoted(house), await over(house)
    running = house.incident
    assert running is not None
    await house.journal.append([], deletes=[post.key])
    await house.tick()
    for each in (running.id, last.id):
        kept = await stored(house, each)
        assert post.key not in {sample.key for sample in kept.samples}
        assert len(kept.samples) >= len(last.samples) - 1
        told = StoredIncident(incident=kept, timeline=[], tipped_at=None)
        assert post.text not in repr(post_mortem(told, [], house.clock.now()))


async def test_what_could_not_be_done_at_once_is_done_at_the_checkpoint(house: QuietHouse) -> None:
    """As after a kill between the fold and the table; then the text goes from the journal, too."""
    post, last = quoted(house), await over(house)
    await house.journal.append([], deletes=[post.key])
    await house.journal.purge_deleted(await house.journal.last())
    assert post.key not in {sample.key for sample in (await stored(house, last.id)).samples}
    assert not any(post.text[:20] in body for body in await bodies(house))


async def test_others_words_stay(house: QuietHouse) -> None:
    """The delete of a post that nothing shows changes nothing."""
    incident = house.incident
    assert incident is not None
    shown = {each.key for each in incident.samples}
    entries = await house.journal.read(0, 10**6)
    other = next(each.mention for each in entries if each.mention and each.mention.key not in shown)
    before = await bodies(house)
    await house.journal.append([], deletes=[other.key])
    await house.tick()
    assert (await bodies(house))[: len(before)] == before
    assert (await stored(house, incident.id)).samples == incident.samples
