"""Devices of a running daemon: on disk before they count, and told of once they are gone."""

import asyncio
from datetime import timedelta

import pytest

from sentinel.daemon.push_keeper import MOST, PushKeeper
from sentinel.notify.push_devices import DeviceNews, PushDevice, device_id
from sentinel.notify.push_message import public_key
from sentinel.store.health import StoreFailing
from tests.fakes import START, FakeClock, settle
from tests.notify.browsers import SECRET, PushBrowser, plain
from tests.web.drawers import DeviceDrawer

ENDPOINT = "https://push.example.org/send/abc"


def a_keeper(drawer: DeviceDrawer, clock: FakeClock) -> PushKeeper:
    return PushKeeper(drawer, clock, lambda: SECRET, lambda: "https://sentinel.example")


async def turned_on(keeper: PushKeeper, contact: str = "ana", endpoint: str = ENDPOINT) -> PushDevice | str:
    browser = PushBrowser()
    return await keeper.add(contact, "Pixel", endpoint, plain(browser.point) + "=", plain(browser.auth) + "==")


async def settled(keeper: PushKeeper) -> None:
    """Whatever was told so far is noted."""
    async with asyncio.TaskGroup() as tasks:
        job = tasks.create_task(keeper.run(), name="push")
        await settle()
        job.cancel()


async def test_a_device_counts_once_it_is_on_disk(clock: FakeClock) -> None:
    """A full disk takes none, and the person is told; what is there outlives a restart."""
    drawer = DeviceDrawer(full=True)
    keeper = a_keeper(drawer, clock)
    await keeper.start()
    with pytest.raises(StoreFailing):
        await turned_on(keeper)
    assert keeper.of("ana") == ()
    drawer.full = False
    assert isinstance(await turned_on(keeper), PushDevice)
    later = a_keeper(drawer, clock)
    await later.start()
    assert [each.name for each in later.devices.of("ana", public_key(SECRET))] == ["Pixel"]


async def test_what_a_browser_sends_is_looked_at(clock: FakeClock) -> None:
    """No address inside, no key that is none, and no more than twenty."""
    keeper = a_keeper(DeviceDrawer(), clock)
    await keeper.start()
    assert "private network" in str(await turned_on(keeper, endpoint="https://192.168.1.1/x"))
    assert "p256dh" in str(await keeper.add("ana", "x", ENDPOINT, "AAAA", "AAAA"))
    for number in range(MOST):
        assert isinstance(await turned_on(keeper, endpoint=f"{ENDPOINT}{number}"), PushDevice)
    assert "20 devices" in str(await turned_on(keeper))
    assert isinstance(await turned_on(keeper, endpoint=f"{ENDPOINT}0"), PushDevice), "the same one, turned on anew"


async def test_a_phone_that_changes_hands_rings_for_one(clock: FakeClock) -> None:
    """Whoever turned it on last has it, and nobody removes another's."""
    keeper = a_keeper(DeviceDrawer(), clock)
    await keeper.start()
    await turned_on(keeper, "ana")
    await turned_on(keeper, "boss")
    assert (len(keeper.of("ana")), len(keeper.of("boss"))) == (0, 1)
    assert not await keeper.remove("ana", device_id(ENDPOINT))
    assert await keeper.remove("boss", device_id(ENDPOINT))
    assert not await keeper.remove("boss", device_id(ENDPOINT))


async def test_what_sends_learn_is_written_down(clock: FakeClock) -> None:
    """When it took its last alert, once a minute at most; and that it wants no more, told for thirty days."""
    drawer = DeviceDrawer()
    keeper = a_keeper(drawer, clock)
    await keeper.start()
    await turned_on(keeper)
    name = device_id(ENDPOINT)
    await asyncio.to_thread(keeper.devices.heard, name, DeviceNews.TOOK)
    await settled(keeper)
    assert keeper.of("ana")[0].used_at == START
    await clock.advance(30)
    keeper.devices.heard(name, DeviceNews.TOOK)
    await settled(keeper)
    assert drawer.kept[name].used_at == START
    keeper.devices.heard(name, DeviceNews.GONE)
    keeper.devices.heard(name, DeviceNews.TOOK)
    await settled(keeper)
    assert keeper.of("ana")[0].gone_at == START + timedelta(seconds=30)
    assert (drawer.kept[name].endpoint, keeper.devices.of("ana", keeper.key)) == ("", [])
    await clock.advance(31 * 24 * 3600)
    later = a_keeper(drawer, clock)
    await later.start()
    assert drawer.kept == {}


async def test_another_key_wants_every_device_anew(clock: FakeClock) -> None:
    """After a rotation nothing goes under the old key."""
    secrets = [SECRET]
    keeper = PushKeeper(DeviceDrawer(), clock, lambda: secrets[0], lambda: "")
    await keeper.start()
    await turned_on(keeper)
    secrets[0] = bytes(32)
    assert keeper.devices.of("ana", keeper.key) == []
    assert len(keeper.of("ana")) == 1
    await turned_on(keeper)
    assert len(keeper.devices.of("ana", keeper.key)) == 1
