"""What the HTTP side asks of whoever keeps its sessions, second factors, recovery links and its audit log; part of
`Ports`.
"""

from datetime import datetime
from typing import Protocol

from sentinel.store.audit import AuditLine
from sentinel.store.second_factors import SecondFactor
from sentinel.store.sessions import Session


class SessionPort(Protocol):
    """Where sessions are kept."""

    async def secret(self) -> bytes:
        """Under which forms are signed."""
        ...

    async def all(self) -> list[Session]:
        """The one used longest ago first."""
        ...

    async def begin(self, session: Session) -> None:
        """Keep a new one."""
        ...

    async def seen(self, name: str, at: datetime) -> None:
        """It was used."""
        ...

    async def end(self, names: list[str]) -> None:
        """They are over."""
        ...


class SecondFactorPort(Protocol):
    """Where second factors are kept."""

    async def all(self) -> list[SecondFactor]:
        """Everybody's."""
        ...

    async def put(self, factor: SecondFactor) -> None:
        """Keep it in the place of the person's former one."""
        ...

    async def remove(self, account: str) -> None:
        """They have none any more."""
        ...


class RecoveryPort(Protocol):
    """Where recovery links are kept, which the command line makes."""

    async def account_of(self, token: str, now: datetime) -> str | None:
        """Whom one would sign in; ``None`` where it is used, too old or made up."""
        ...

    async def take(self, token: str, now: datetime) -> str | None:
        """Use one up."""
        ...


class AuditPort(Protocol):
    """Where the audit log is kept."""

    async def add(self, lines: list[AuditLine]) -> None:
        """Write them down."""
        ...

    async def find(self, *, who: str | None = None, before: int | None = None, limit: int = 100) -> list[AuditLine]:
        """Newest first."""
        ...

    async def prune(self, before: datetime) -> None:
        """Let go of lines from before then."""
        ...
