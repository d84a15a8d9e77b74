"""What the HTTP side asks of whoever keeps the devices that take alerts; part of `Ports`."""

from typing import Protocol

from sentinel.notify.base import Message, SendOutcome
from sentinel.notify.push_devices import PushDevice


class DevicePort(Protocol):
    """Browsers that take a contact's alerts by Web Push."""

    @property
    def key(self) -> str:
        """The public key under which browsers are to want messages signed."""
        ...

    def of(self, contact: str) -> tuple[PushDevice, ...]:
        """A contact's, the one turned on last first."""
        ...

    async def add(self, contact: str, name: str, endpoint: str, p256dh: str, auth: str) -> PushDevice | str:
        """Turn one on; the device, or what is wrong with what the browser sent."""
        ...

    async def remove(self, contact: str, name: str) -> bool:
        """Turn one off; whether there was one."""
        ...

    async def ring(self, contact: str, name: str, message: Message) -> SendOutcome | None:
        """Send to one now; ``None`` when there is none of that name that takes alerts."""
        ...
