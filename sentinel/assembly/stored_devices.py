"""Devices as a command finds them in a store beside the daemon that may have it open: it reads, and writes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.notify.push_devices import PushDevices
from sentinel.store.database import Database
from sentinel.store.holder import file_of
from sentinel.store.push_devices import PushDeviceStore
from sentinel.store.secret_store import SecretStore


@asynccontextmanager
async def store_beside(config: Config) -> AsyncIterator[Database]:
    """The store of a configuration.

    Raises
    ------
    BadInput
        When there is none yet.
    """
    url = config.store.url.get_secret_value()
    if (path := file_of(url)) is not None and not path.exists():
        raise BadInput(f"store.url: there is no {path} yet; start Sentinel once, as the account that it runs as")
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.close()


async def stored_devices(config: Config, base_url: str) -> PushDevices:
    """Everybody's, ready to be sent to."""
    async with store_beside(config) as database:
        kept = await SecretStore(database, file_of(config.store.url.get_secret_value())).load()
        devices = await PushDeviceStore(database).all()
    secret = kept.push
    return PushDevices((lambda: secret.value) if secret is not None else None, lambda: base_url, devices=devices)
