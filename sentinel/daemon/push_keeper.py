"""PushKeeper: which browsers take whose alerts, turned on and off by their owners; on disk before they count.

What a send learns of a device comes from a thread, and is written down by a job of the loop's.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.notify.base import Message, SendOutcome
from sentinel.notify.push_devices import DeviceNews, PushDevice, PushDevices, device_id, endpoint_flaw
from sentinel.notify.webpush import WebPushNotifier
from sentinel.store.health import StoreFailing

MOST = 20
"""Devices of one contact."""
LONGEST_NAME = 80
TOLD_FOR = timedelta(days=30)
"""How long the owner of a device that is gone is told so."""
EACH = timedelta(minutes=1)
"""How often at most it is written down that a device was used."""
TRY_WITHIN = 10.0
log = structlog.get_logger(__name__)


class PushDeviceKeeping(Protocol):
    """Where they are kept."""

    async def all(self) -> list[PushDevice]:
        """Everybody's."""
        ...

    async def put(self, device: PushDevice) -> None:
        """Returns once it is on disk."""
        ...

    async def used(self, name: str, at: datetime) -> None:
        """It took a message."""
        ...

    async def gone(self, name: str, at: datetime) -> None:
        """Its browser wants no more."""
        ...

    async def remove(self, names: Collection[str]) -> None:
        """Nothing of them is kept."""
        ...


class PushKeeper:
    """Keeps them in memory as well, for the threads that send.

    Parameters
    ----------
    secret, subject
        Of which the signing key is made; whom push services may turn to.
    """

    def __init__(
        self, store: PushDeviceKeeping, clock: Clock, secret: Callable[[], bytes], subject: Callable[[], str]
    ) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, PushDevice] = {}
        self._reading = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""
        self._news: asyncio.Queue[tuple[str, DeviceNews]] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.devices = PushDevices(secret, subject, self._heard, now=clock.now)

    @property
    def key(self) -> str:
        """The public key under which browsers are to want messages signed."""
        from sentinel.notify.push_message import public_key

        assert self.devices.secret is not None
        return public_key(self.devices.secret())

    async def start(self) -> None:
        """Take up what the store holds."""
        self._loop = asyncio.get_running_loop()
        try:
            kept = await self._store.all()
        except StoreFailing as failing:
            log.warning("push_devices_unread", reason=str(failing))
            return
        self._known = {each.id: each for each in kept}
        self._tell()
        old = [each.id for each in kept if each.gone_at is not None and each.gone_at < self._clock.now() - TOLD_FOR]
        if old:
            await self._forget(old)

    async def refresh(self) -> None:
        """Somebody may have turned one on or off in another process, or it is gone.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._reading:
            self._known = {each.id: each for each in await self._store.all()}
            self._tell()

    def of(self, contact: str) -> tuple[PushDevice, ...]:
        """A contact's, the one turned on last first; those that are gone as well."""
        found = [each for each in self._known.values() if each.contact == contact]
        return tuple(sorted(found, key=lambda each: each.made_at, reverse=True))

    async def add(self, contact: str, name: str, endpoint: str, p256dh: str, auth: str) -> PushDevice | str:
        """Turn one on; the device, or what is wrong with what the browser sent.

        Raises
        ------
        StoreFailing
            When it cannot be written down.
        """
        from sentinel.notify.push_message import keys_flaw

        if flaw := endpoint_flaw(endpoint) or keys_flaw(p256dh, auth):
            return flaw
        id_ = device_id(endpoint)
        if id_ not in self._known and len(self.of(contact)) >= MOST:
            return f"there are {MOST} devices already; remove one first"
        device = PushDevice(
            id=id_,
            contact=contact,
            name=name.strip()[:LONGEST_NAME],
            endpoint=endpoint,
            p256dh=p256dh.rstrip("="),
            auth=auth.rstrip("="),
            key=self.key,
            made_at=self._clock.now(),
        )
        async with self._reading:
            await self._store.put(device)
            self._known[id_] = device
            self._tell()
        return device

    async def remove(self, contact: str, name: str) -> bool:
        """Turn a contact's own one off; whether there was one."""
        found = self._known.get(name)
        if found is None or found.contact != contact:
            return False
        await self._forget([name])
        return True

    async def ring(self, contact: str, name: str, message: Message) -> SendOutcome | None:
        """Send to a contact's own device now, whatever the hour; ``None`` when there is none of that name that takes
        alerts.
        """
        found = next((each for each in self.devices.of(contact, self.key) if each.id == name), None)
        if found is None:
            return None
        notifier = WebPushNotifier()
        notifier.devices = self.devices
        return await asyncio.to_thread(notifier.send_to, found, message, timeout=TRY_WITHIN)

    async def run(self) -> None:
        """Write down what sends learn, until cancelled."""
        while True:
            name, news = await self._news.get()
            try:
                await self._note(name, news)
            except StoreFailing as failing:
                log.warning("push_device_unwritten", news=news.value, reason=str(failing))

    async def _note(self, name: str, news: DeviceNews) -> None:
        found, now = self._known.get(name), self._clock.now()
        if found is None or found.gone_at is not None:
            return
        match news:
            case DeviceNews.TOOK:
                if found.used_at is not None and now - found.used_at < EACH:
                    return
                self._known[name] = msgspec.structs.replace(found, used_at=now)
                await self._store.used(name, now)
            case DeviceNews.GONE:
                self._known[name] = msgspec.structs.replace(found, gone_at=now, endpoint="", p256dh="", auth="")
                self._tell()
                log.warning("push_device_gone", contact=found.contact, device=found.name)
                await self._store.gone(name, now)

    def _heard(self, name: str, news: DeviceNews) -> None:
        """From whatever thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.put_nowait, (name, news))

    async def _forget(self, names: Collection[str]) -> None:
        async with self._reading:
            await self._store.remove(names)
            for name in names:
                self._known.pop(name, None)
            self._tell()

    def _tell(self) -> None:
        self.devices.put(self._known.values())
