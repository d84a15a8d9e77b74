"""Who has the store for himself."""

import asyncio
from typing import Any

import pytest

from sentinel.errors import StoreHeld
from sentinel.store.duty_rows import DutyRows
from sentinel.store.hold import LATELY, begin_beside, hold_store, wait_for_store
from tests.cluster.workshop import Workshop


async def test_who_wants_the_store_for_himself(workshop: Workshop) -> None:
    """He is refused while a process of the cluster beats, and has it once all are silent; who begins then waits."""
    url, clock = workshop.url, workshop.wall
    rows = DutyRows(url)
    await rows.show("a", ())
    refused = asyncio.ensure_future(hold_store(url, clock))
    while not refused.done():
        await rows.show("a", ())
        await workshop.pass_time(0.5)
    with pytest.raises(StoreHeld, match="is used by a; stop all"):
        await refused
    alone = asyncio.ensure_future(hold_store(url, clock))
    await workshop.until(lambda: _done(alone), "all of them are silent")
    held = await alone
    waiting = asyncio.ensure_future(wait_for_store(url, clock))
    for _ in range(8):
        await held.renew()
        await workshop.pass_time(1)
    assert not waiting.done()
    await held.release()
    await workshop.until(lambda: _done(waiting), "nobody has it")
    await waiting
    await rows.close()


async def test_who_takes_the_store_while_a_process_is_getting_ready(workshop: Workshop) -> None:
    """A process that was long in reading its model was taken for gone, and the store was taken. It begins once that is
    over, and nobody takes the store from then on.
    """
    url, clock, rows = workshop.url, workshop.wall, DutyRows(workshop.url)
    await begin_beside(url, clock, lambda: rows.show("slow", ()))
    taking = asyncio.ensure_future(hold_store(url, clock))
    await workshop.until(lambda: _done(taking), "the slow one does not beat yet")
    held = await taking
    beginning = asyncio.ensure_future(begin_beside(url, clock, lambda: rows.show("slow", ())))
    for _ in range(round(LATELY) + 1):  # so long that the others forget it
        await held.renew()
        await workshop.pass_time(1)
    assert not beginning.done()
    await rows.leave(["slow"])
    await held.release()
    await workshop.until(lambda: _done(beginning), "nobody has it")
    refused = asyncio.ensure_future(hold_store(url, clock))
    while not refused.done():
        await workshop.pass_time(0.5)
        await rows.show("slow", ())
    with pytest.raises(StoreHeld, match="is used by slow"):
        await refused
    await rows.close()


async def _done(task: asyncio.Future[Any]) -> bool:
    return task.done()
