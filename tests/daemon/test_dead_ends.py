"""Dead ends: a ladder hears of a page that nobody took though whoever sent it did not live to say so."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from sentinel.daemon.dead_ends import LOOK_EVERY, DeadEnds
from sentinel.incidents.command import StepFailed
from sentinel.notify.base import SendOutcome, SendReason, Status
from sentinel.notify.retry import after_send
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from tests.fakes import START, FakeClock
from tests.incidents.story import Story
from tests.notify.test_dispatcher import a_delivery

REFUSED = SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FailoverStore]:
    """An incident whose page to Ana was refused."""
    database = await Database.open(f"sqlite:///{tmp_path / 'd.db'}")
    incidents, outbox = IncidentStore(database), Outbox(database)
    incident = Story().score(Level.ALERT).incident
    assert incident is not None
    async with database.write() as connection:
        await incidents.save(connection, msgspec.structs.replace(incident, id="i"))
    await outbox.post(replace(a_delivery(incident="i", epoch=incident.epoch), key="k"))
    (row,) = await outbox.due(START)
    await outbox.record(row, after_send(row, REFUSED, START, channels=1, max_attempts=3))
    yield FailoverStore(database, incidents, outbox)
    await database.close()


async def test_ladders_are_told_when_somebody_is_gone(store: FailoverStore, clock: FakeClock) -> None:
    """At first, and whenever one of those who send is seen no more; not when one comes."""
    told: list[list[str]] = []

    async def tell(failed: Sequence[StepFailed]) -> None:
        told.append([each.contact for each in failed])

    living = ["a", "b"]
    looking = asyncio.ensure_future(DeadEnds(store, tell, lambda: living, clock).run())

    async def looks() -> None:
        for _ in range(5):
            await clock.advance(LOOK_EVERY)
            await asyncio.wait({looking}, timeout=0.01)

    await looks()
    assert told == [["ana"]]
    living.append("c")
    await looks()
    assert len(told) == 1
    living.remove("a")
    await looks()
    assert told == [["ana"], ["ana"]]
    looking.cancel()
    await asyncio.wait({looking})
