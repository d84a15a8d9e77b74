"""Requests that nobody took in their time are told to whoever is on call: once, together, and quietly."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.escalation.silence import Silence
from sentinel.notify.base import MessageKind, Urgency
from sentinel.requests.priority import Priority
from sentinel.requests.request_record import RequestState
from sentinel.store.health import Trouble
from tests.daemon.consulting import CONFIG, MINUTE, House
from tests.fakes import FakeClock

TOLD = CONFIG + "requests: {page_late: high, answer_within: {urgent: 15m, high: 1h}}\n"


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    opened = await House(tmp_path, clock, TOLD).open()
    yield opened
    await opened.close()


async def look(house: House, after: timedelta = timedelta()) -> list[tuple[str, str]]:
    await house.clock.advance(after)
    await house.room._late.look()
    return await house.sent()


async def test_late_ones_are_told_once_and_together(house: House) -> None:
    """Three urgent ones become late within a minute: one message a brand, below any page; a restart tells nothing
    again.
    """
    await house.hears("Acme huele a gas")
    await house.hears("Acme sigue oliendo a gas")
    await house.hears("Rival también huele", "Rival")
    assert await look(house, 15 * MINUTE) == []
    both = [("boss", "Acme: 2 peticiones fuera de plazo"), ("marta", "Rival: 1 petición fuera de plazo")]
    assert sorted(await look(house, MINUTE)) == both
    await house.dies()
    assert sorted(await look(house, timedelta(hours=1))) == both
    row = next(each for each in await house.rows() if each.contact == "boss")
    assert (row.kind, row.urgency) == (MessageKind.DESK.value, Urgency.QUIET.value)
    assert "sigue oliendo a gas" in row.body
    assert row.body.endswith("/requests?brand=Acme")


async def test_by_default_nobody_is_told(house: House) -> None:
    """`never` is what a file that says nothing says."""
    house.configure(CONFIG)
    await house.hears()
    assert await look(house, timedelta(days=2)) == []


async def test_only_from_the_priority_that_is_written(house: House) -> None:
    """A normal one is told where `normal` is written alone; a high one after its own time."""
    await house.hears("acme, ¿abrís?", priority=Priority.NORMAL)
    await house.hears("acme fatal", priority=Priority.HIGH)
    assert await look(house, 59 * MINUTE) == []
    assert await look(house, timedelta(days=2)) == [("boss", "Acme: 1 petición fuera de plazo")]
    house.configure(TOLD.replace("high,", "normal,", 1))
    assert (await look(house))[-1:] == [("boss", "Acme: 1 petición fuera de plazo")]
    assert len(await look(house, 16 * MINUTE)) == 2


async def test_what_becomes_late_meanwhile_goes_with_the_next(house: House) -> None:
    """Within a quarter of an hour of a message about a brand there is no second one."""
    await house.hears("uno acme")
    await house.clock.advance(5 * MINUTE)
    await house.hears("dos acme")
    await house.hears("tres acme")
    assert len(await look(house, 11 * MINUTE)) == 1
    assert len(await look(house, 6 * MINUTE)) == 1
    assert await look(house, 10 * MINUTE) == [
        ("boss", "Acme: 1 petición fuera de plazo"),
        ("boss", "Acme: 2 peticiones fuera de plazo"),
    ]


async def test_whoever_takes_it_in_time_spares_the_message_and_opened_again_it_may_be_late_again(house: House) -> None:
    """Taken after ten minutes, put back after an hour: late a quarter of an hour after that."""
    number = await house.hears()
    await house.clock.advance(10 * MINUTE)
    await house.takes(number)
    assert await look(house, 50 * MINUTE) == []
    await house.takes(number, state=RequestState.NEW)
    assert await look(house, 14 * MINUTE) == []
    assert len(await look(house, 2 * MINUTE)) == 1
    await house.takes(number)
    await house.takes(number, state=RequestState.NEW)
    assert len(await look(house, 16 * MINUTE)) == 2


async def test_silences_and_quiet_hours_hold_it_back(house: House) -> None:
    """It is told when they are over, not forgotten."""
    now = house.clock.now()
    house.silences.append(
        Silence(
            id="s",
            brands=("Acme",),
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            by="ana",
            reason=None,
            made_at=now,
        )
    )
    house.configure(
        TOLD.replace(
            'marta: {name: Marta, channels: ["log://"]}',
            'marta: {name: Marta, channels: ["log://"], quiet_hours: {begin: "00:00", end: "12:00"}}',
        )
    )
    await house.hears()
    await house.hears("Rival fatal", "Rival")
    assert await look(house, 30 * MINUTE) == []
    assert await look(house, 31 * MINUTE) == [("boss", "Acme: 1 petición fuera de plazo")]
    assert ("marta", "Rival: 1 petición fuera de plazo") in await look(house, 60 * MINUTE)


async def test_a_store_that_fails_tells_nothing_and_forgets_nothing(house: House) -> None:
    """While it takes no writes nobody is told; then everybody is."""
    await house.hears()
    house.failover.health.failed(Trouble.FULL)
    assert await look(house, 16 * MINUTE) == []
    house.failover.health.well()
    assert await look(house) == [("boss", "Acme: 1 petición fuera de plazo")]
