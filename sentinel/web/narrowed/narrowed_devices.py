"""Devices for somebody with some brands: their own."""

from collections.abc import Collection
from dataclasses import dataclass

from sentinel.notify.base import Message, SendOutcome
from sentinel.notify.push_devices import PushDevice
from sentinel.web.access.brand_rights import refuse
from sentinel.web.ports.devices import DevicePort


@dataclass(frozen=True, slots=True)
class NarrowedDevices:
    """Those of the ``people`` that whoever asks is, and of nobody else."""

    whole: DevicePort
    people: Collection[str]

    @property
    def key(self) -> str:
        """The same for everybody."""
        return self.whole.key

    def of(self, contact: str) -> tuple[PushDevice, ...]:
        """An own contact's; anybody else has none."""
        return self.whole.of(contact) if contact in self.people else ()

    async def add(self, contact: str, name: str, endpoint: str, p256dh: str, auth: str) -> PushDevice | str:
        """One of one's own."""
        self._require(contact)
        return await self.whole.add(contact, name, endpoint, p256dh, auth)

    async def remove(self, contact: str, name: str) -> bool:
        """One of one's own."""
        self._require(contact)
        return await self.whole.remove(contact, name)

    async def ring(self, contact: str, name: str, message: Message) -> SendOutcome | None:
        """One of one's own."""
        self._require(contact)
        return await self.whole.ring(contact, name, message)

    def _require(self, contact: str) -> None:
        if contact not in self.people:
            refuse()
