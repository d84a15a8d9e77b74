"""Two processes on one store take the same step of a consultation at the same time: one does it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sentinel.daemon.consultation_keeper import ConsultationKeeper, NotAsked
from sentinel.requests.consultation import QuickAnswer
from sentinel.requests.request_record import RequestRecord
from sentinel.store.consultation_store import ConsultationStore
from sentinel.store.outbox import Outbox
from tests.daemon.consulting import House
from tests.fakes import FakeClock


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    opened = await House(tmp_path, clock).open()
    yield opened
    await opened.close()


def another_process(house: House) -> ConsultationKeeper:
    """It shares the store with the house's own keeper, and nothing in memory."""
    return ConsultationKeeper(
        ConsultationStore(house.database, Outbox(house.database)),
        house.room._house,
        house.metrics.requests.consultations,
        house._committed,
        house.clock,
    )


async def test_two_people_ask_at_once(house: House) -> None:
    """One question goes out, each of the area is told once; whoever was second is told how it stands."""
    number, other = await house.hears(), another_process(house)
    await house.takes(number)
    async with asyncio.TaskGroup() as tasks:
        one = tasks.create_task(house.consultations.ask(number, "billing", "¿Es cierto?", "ana"))
        two = tasks.create_task(other.ask(number, "billing", "¿Y esto?", "boss"))
    asked = [one.result(), two.result()]
    assert sorted(isinstance(each, RequestRecord) for each in asked) == [False, True]
    assert NotAsked.STANDS in asked
    assert sorted(contact for contact, _ in await house.sent()) == ["luis", "marta"]


async def test_two_people_answer_at_once(house: House) -> None:
    """One answer counts and is told; the other is too late."""
    number, other = await house.hears(), another_process(house)
    await house.takes(number)
    name, before = await house.ask(number), len(await house.rows())
    async with asyncio.TaskGroup() as tasks:
        one = tasks.create_task(house.consultations.answer(name, "luis", QuickAnswer.YES, ""))
        two = tasks.create_task(other.answer(name, "marta", QuickAnswer.NO, ""))
    answered = [one.result(), two.result()]
    assert sorted(answered) == [False, True]
    titles = [row.title for row in (await house.rows())[before:] if row.contact == "ana"]
    assert titles == ["Facturación ha contestado: Acme"]
    assert (await house.record(number)).steps[-1].by == ("luis" if answered[0] else "marta")
