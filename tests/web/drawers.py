"""Where a stand keeps sessions, second factors, recovery links and the audit log: in memory, and failing when a test
says so.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from sentinel.notify.push_devices import PushDevice
from sentinel.store.audit import AuditLine
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.second_factors import SecondFactor
from sentinel.store.sessions import Session


@dataclass
class SessionDrawer:
    """Sessions; while ``full`` nothing more goes in or out."""

    kept: dict[str, Session] = field(default_factory=dict)
    full: bool = False
    reads: int = 0
    writes: int = 0

    async def secret(self) -> bytes:
        return bytes(range(32, 64))

    async def all(self) -> list[Session]:
        self.reads += 1
        return sorted(self.kept.values(), key=lambda each: each.seen_at)

    async def begin(self, session: Session) -> None:
        self._write()
        self.kept[session.id] = session

    async def seen(self, name: str, at: datetime) -> None:
        self._write()
        self.kept[name] = msgspec.structs.replace(self.kept[name], seen_at=at)

    async def end(self, names: list[str]) -> None:
        self._write()
        for name in names:
            self.kept.pop(name, None)

    def _write(self) -> None:
        if self.full:
            raise StoreFailing(Trouble.FULL)
        self.writes += 1


@dataclass
class SecondFactorDrawer:
    """Second factors; while ``full`` nothing more goes in, while ``shut`` nothing comes out."""

    kept: dict[str, SecondFactor] = field(default_factory=dict)
    full: bool = False
    shut: bool = False

    async def all(self) -> list[SecondFactor]:
        if self.shut:
            raise StoreFailing(Trouble.BROKEN)
        return list(self.kept.values())

    async def put(self, factor: SecondFactor) -> None:
        self._write()
        self.kept[factor.account] = factor

    async def remove(self, account: str) -> None:
        self._write()
        self.kept.pop(account, None)

    def _write(self) -> None:
        if self.full:
            raise StoreFailing(Trouble.FULL)


@dataclass
class DeviceDrawer:
    """Devices on a disk that may be full."""

    kept: dict[str, PushDevice] = field(default_factory=dict)
    full: bool = False

    async def all(self) -> list[PushDevice]:
        return list(self.kept.values())

    async def put(self, device: PushDevice) -> None:
        self._write()
        self.kept[device.id] = device

    async def used(self, name: str, at: datetime) -> None:
        self._write()
        self.kept[name] = msgspec.structs.replace(self.kept[name], used_at=at)

    async def gone(self, name: str, at: datetime) -> None:
        self._write()
        self.kept[name] = msgspec.structs.replace(self.kept[name], gone_at=at, endpoint="", p256dh="", auth="")

    async def remove(self, names: Collection[str]) -> None:
        self._write()
        for name in names:
            self.kept.pop(name, None)

    def _write(self) -> None:
        if self.full:
            raise StoreFailing(Trouble.FULL)


@dataclass
class RecoveryDrawer:
    """Recovery links: token to account and end."""

    kept: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def account_of(self, token: str, now: datetime) -> str | None:
        account, until = self.kept.get(token, (None, now))
        return account if until > now else None

    async def take(self, token: str, now: datetime) -> str | None:
        account, until = self.kept.pop(token, (None, now))
        return account if until > now else None


@dataclass
class AuditDrawer:
    """Lines, the oldest first; while ``full`` nothing more goes in."""

    lines: list[AuditLine] = field(default_factory=list)
    full: bool = False

    async def add(self, lines: list[AuditLine]) -> None:
        if self.full:
            raise StoreFailing(Trouble.FULL)
        for line in lines:
            self.lines.append(msgspec.structs.replace(line, id=len(self.lines) + 1))

    async def find(self, *, who: str | None = None, before: int | None = None, limit: int = 100) -> list[AuditLine]:
        found = [each for each in self.lines if who in (None, each.who) and (before is None or each.id < before)]
        return found[::-1][:limit]

    async def prune(self, before: datetime) -> None:
        self.lines = [each for each in self.lines if each.at >= before]
