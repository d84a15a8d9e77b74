"""Who stands by, and what is whose share."""

import asyncio
from math import ceil

import pytest

from sentinel.cluster.shares import shares
from sentinel.errors import StoreHeld
from sentinel.store.hold import hold_store
from tests.cluster.workshop import Workshop


async def test_a_front_stands_by_for_another(workshop: Workshop) -> None:
    """It waits for as long as the other beats, takes over once that is silent, and the other finds that out."""
    url, clock = workshop.url, workshop.wall
    first = await hold_store(url, clock, waits=True)
    waiting = asyncio.ensure_future(hold_store(url, clock, waits=True))
    for _ in range(10):
        await first.renew()
        await workshop.pass_time(1)
    assert not waiting.done()

    async def taken() -> bool:
        return waiting.done()

    await workshop.until(taken, "taken over")
    second = await waiting
    with pytest.raises(StoreHeld):
        await first.renew()
    await first.release()
    await second.release()


@pytest.mark.parametrize("count", [1, 4, 16, 61])
def test_nobody_has_more_than_an_equal_share(count: int) -> None:
    """Every partition is somebody's; whoever comes takes some of each, and most stay where they are."""
    names = [f"worker-{number}" for number in range(6)]
    before: dict[int, str] = {}
    for living in range(1, 7):
        found = shares(names[:living], count)
        assert sorted(found) == list(range(1, count + 1))
        assert max(list(found.values()).count(each) for each in names) <= ceil(count / living)
        if count == 61 and living > 1:
            stayed = sum(before[part] == name for part, name in found.items())
            assert stayed >= count * (living - 1) / living * 0.7
        before = found
    assert shares([], count) == {}
