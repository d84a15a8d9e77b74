"""Devices on disk: which browsers take whose alerts by Web Push."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from sentinel.notify.push_devices import PushDevice
from sentinel.store.access_tables import push_devices
from sentinel.store.database import Database
from sentinel.store.table_types import from_micros, to_micros


class PushDeviceStore:
    """Reads and writes devices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[PushDevice]:
        """Everybody's, the one turned on last first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(push_devices).order_by(push_devices.c.made_at.desc()))
            return [_device(row) for row in rows]

    async def put(self, device: PushDevice) -> None:
        """Keep it in the place of the one that this browser was so far, whoever's it was."""
        row = {
            "id": device.id,
            "contact": device.contact,
            "name": device.name,
            "endpoint": device.endpoint,
            "p256dh": device.p256dh,
            "auth": device.auth,
            "key": device.key,
            "made_at": to_micros(device.made_at),
            "used_at": _micros(device.used_at),
            "gone_at": _micros(device.gone_at),
        }
        async with self._database.write() as connection:
            await connection.execute(delete(push_devices).where(push_devices.c.id == device.id))
            await connection.execute(insert(push_devices).values(row))

    async def used(self, name: str, at: datetime) -> None:
        """It took a message."""
        async with self._database.write() as connection:
            await connection.execute(
                update(push_devices).where(push_devices.c.id == name).values(used_at=to_micros(at))
            )

    async def gone(self, name: str, at: datetime) -> None:
        """Its browser wants no more: of it only the name is kept, so that its owner is told."""
        emptied = {"gone_at": to_micros(at), "endpoint": "", "p256dh": "", "auth": ""}
        async with self._database.write() as connection:
            await connection.execute(update(push_devices).where(push_devices.c.id == name).values(emptied))

    async def remove(self, names: Collection[str]) -> None:
        """Nothing of them is kept."""
        async with self._database.write() as connection:
            await connection.execute(delete(push_devices).where(push_devices.c.id.in_(names)))


def _device(row: Row[Any]) -> PushDevice:
    return PushDevice(
        id=row.id,
        contact=row.contact,
        name=row.name,
        endpoint=row.endpoint,
        p256dh=row.p256dh,
        auth=row.auth,
        key=row.key,
        made_at=from_micros(row.made_at),
        used_at=from_micros(row.used_at) if row.used_at is not None else None,
        gone_at=from_micros(row.gone_at) if row.gone_at is not None else None,
    )


def _micros(at: datetime | None) -> int | None:
    return to_micros(at) if at is not None else None
