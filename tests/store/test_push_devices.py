"""Devices on disk: what is turned on outlives a restart, and what is gone leaves nothing to send to."""

from datetime import timedelta

import msgspec

from sentinel.store.database import Database
from sentinel.store.kept_secrets import SecretName
from sentinel.store.push_devices import PushDeviceStore
from sentinel.store.secret_store import SecretStore
from tests.fakes import START
from tests.notify.browsers import PushBrowser

ENDPOINT = "https://push.example.org/send/abc"


async def test_devices_are_kept_used_and_gone(database: Database) -> None:
    """One browser is one device, whoever had it before; once it wants no more its address and keys are gone too."""
    store, browser = PushDeviceStore(database), PushBrowser()
    device = browser.device(ENDPOINT)
    await store.put(browser.device(ENDPOINT, contact="boss"))
    await store.put(device)
    await store.put(browser.device(f"{ENDPOINT}2", made_at=START + timedelta(minutes=1)))
    await store.used(device.id, START + timedelta(hours=1))
    assert [each.used_at for each in await store.all()] == [None, START + timedelta(hours=1)]
    assert (await store.all())[1] == msgspec.structs.replace(device, used_at=START + timedelta(hours=1))
    await store.gone(device.id, START + timedelta(hours=2))
    gone = (await store.all())[1]
    assert (gone.endpoint, gone.p256dh, gone.auth, gone.name) == ("", "", "", "Pixel")
    assert gone.gone_at == START + timedelta(hours=2)
    await store.remove([device.id, "nobody"])
    assert [each.endpoint for each in await store.all()] == [f"{ENDPOINT}2"]


async def test_the_key_is_made_once(database: Database) -> None:
    """The same after a restart; another one after a rotation, which touches no link."""
    store = SecretStore(database, None)
    first = await store.load()
    again = await SecretStore(database, None).load()
    assert first.push is not None
    assert again == first
    rotated = await store.rotate([SecretName.PUSH])
    assert rotated.push is not None
    assert rotated.push.now != first.push.now
    assert rotated.push.former == ()
    assert rotated.links == first.links
