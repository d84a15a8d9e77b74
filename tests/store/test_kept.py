"""SilenceKeeper and changes of schedules on disk: as they were made, until long after they end."""

from datetime import timedelta

import pytest

from sentinel.daemon.oncall_keeper import OnCallKeeper
from sentinel.daemon.silence_keeper import SilenceKeeper
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing
from sentinel.store.oncall import OnCallStore
from sentinel.store.silences import SilenceStore
from tests.fakes import START, FakeClock
from tests.store.failing import FailingDisk

HOUR = timedelta(hours=1)


async def test_a_silence_outlives_a_restart_and_is_let_go_a_month_after_its_end(
    database: Database, clock: FakeClock
) -> None:
    """Whoever starts hands it to the engine; in the end it is gone."""
    heard: list[tuple[Silence, ...]] = []

    async def changed(silences: object) -> None:
        heard.append(tuple(silences))  # type: ignore[call-overload]  # a sequence of silences

    made = await SilenceKeeper(SilenceStore(database), clock, changed).make(
        brands=("Acme",), starts_at=None, lasts=HOUR, by="ana", reason="obras"
    )
    again = SilenceKeeper(SilenceStore(database), clock, changed)
    await again.start()
    assert heard[-1] == (made,)
    ended = await again.end(made.id)
    assert ended is not None
    assert ended.ends_at == START
    assert await again.end("s-nobody") is None
    await clock.advance(timedelta(days=31))
    late = SilenceKeeper(SilenceStore(database), clock, changed)
    await late.start()
    assert late.all() == ()


async def test_changes_of_schedules_outlive_a_restart(database: Database, clock: FakeClock) -> None:
    """Both kinds come back as they were made."""

    async def changed(_: object) -> None:
        """Nobody listens."""

    desk = OnCallKeeper(OnCallStore(database), clock, changed)
    one = await desk.override("guardia", ("luis",), START, START + HOUR, by="ana", reason="")
    await clock.advance(1)
    two = await desk.swap("guardia", ("ana", "luis"), START, START + HOUR, by="ana", reason="boda")
    again = OnCallKeeper(OnCallStore(database), clock, changed)
    await again.start()
    assert again.all() == (one, two)
    assert isinstance(again.all()[0], Override)
    assert isinstance(again.all()[1], Swap)
    assert await again.take_back(one.id) == one
    last = OnCallKeeper(OnCallStore(database), clock, changed)
    await last.start()
    assert last.all() == (two,)


async def test_a_start_on_a_disk_that_takes_no_writes_knows_silences_and_changes(
    database: Database, clock: FakeClock
) -> None:
    """What ended long ago is let go another time; what holds is in force, and a new one is refused."""

    async def changed(_: object) -> None:
        """Nobody listens."""

    silence = await SilenceKeeper(SilenceStore(database), clock, changed).make(
        brands=(), starts_at=None, lasts=HOUR, by="ana", reason=None
    )
    override = await OnCallKeeper(OnCallStore(database), clock, changed).override(
        "guardia", ("luis",), START, START + HOUR, by="ana", reason=""
    )
    FailingDisk(database).fails()
    silences, changes = (
        SilenceKeeper(SilenceStore(database), clock, changed),
        OnCallKeeper(OnCallStore(database), clock, changed),
    )
    await silences.start()
    await changes.start()
    assert (silences.all(), changes.all()) == ((silence,), (override,))
    with pytest.raises(StoreFailing):
        await silences.end(silence.id)
    with pytest.raises(StoreFailing):
        await changes.take_back(override.id)
    assert (silences.all(), changes.all()) == ((silence,), (override,))
