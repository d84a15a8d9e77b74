"""Holder of the store: one daemon at a time, told to whoever wants it as well."""

import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.clock import Clock
from sentinel.errors import StoreHeld


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A process that holds a store. ``host`` is the container's own name in a container."""

    process: int
    host: str
    since: datetime
    kept: bool = False
    """Whether a store stood there once: an empty file in its place is no first start."""

    @classmethod
    def this(cls, clock: Clock) -> "Holder":
        """The process that asks."""
        return cls(process=os.getpid(), host=socket.gethostname(), since=clock.now().replace(microsecond=0))

    def refusal(self, store: str) -> StoreHeld:
        """What a second one is told."""
        return StoreHeld(
            f"store {store} is held by another Sentinel: process {self.process} on {self.host}, since "
            f"{self.since.isoformat()}; stop that one first, or give this one a store.url of its own"
        )


class Held(Protocol):
    """A store that is held until it is released, or until the process ends, however that comes."""

    @property
    def kept(self) -> bool:
        """Whether an earlier run kept a store there."""

    def keep(self) -> None:
        """There is a store now."""

    async def renew(self) -> None:
        """Go on holding it.

        Raises
        ------
        StoreHeld
            When somebody else has it now.
        """

    async def fence(self, connection: AsyncConnection) -> None:
        """Within a writing transaction, before it writes: is it still ours?

        Raises
        ------
        StoreHeld
            When it is not; nothing may be written.
        """

    async def release(self) -> None:
        """Let the next one have it."""


class Unshared:
    """A store in memory, which nobody else can reach."""

    kept = False

    def keep(self) -> None:
        """Nothing outlives us."""

    async def renew(self) -> None:
        """Nothing can have changed."""

    async def fence(self, connection: AsyncConnection) -> None:
        """Nobody can have it."""

    async def release(self) -> None:
        """Nobody waits for it."""


def read_holder(text: bytes | str) -> Holder | None:
    """Who wrote it; ``None`` for anything else."""
    try:
        return msgspec.json.decode(text, type=Holder)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def file_of(url: str) -> Path | None:
    """The file behind a store's URL; ``None`` for a server or memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)
