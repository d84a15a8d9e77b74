"""What the HTTP side asks of whoever keeps its sessions, second factors, recovery links and its audit log; part of
`Ports`.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from sentinel.store.audit import AuditLine
from sentinel.store.second_factors import SecondFactor
from sentinel.store.sessions import Session
from sentinel.store.sign_in_store import Counted


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


class SharedAccessPort(Protocol):
    """What of signing in every web process must know at once, where there are several."""

    def follow(self, names: str, refresh: Callable[[], Awaitable[object]]) -> None:
        """Have something read anew whenever one of these changed, by whomever; separated by blanks."""
        ...

    async def session(self, name: str) -> Session | None:
        """One by its id, as it is kept."""
        ...

    async def change_factor(
        self, account: str, step: Callable[[SecondFactor], SecondFactor | None]
    ) -> tuple[SecondFactor, SecondFactor] | None:
        """Change a second factor as it is kept; before and after, ``None`` where nothing became of it."""
        ...

    async def tally(self, names: Sequence[str], counted: Counted, *, now: datetime, until: datetime) -> float:
        """Count a try; gives the seconds to wait."""
        ...

    async def take_once(self, value: str, *, until: datetime, now: datetime) -> bool:
        """Use a value up; whether nobody had."""
        ...

    async def hold(self, name: str, body: str, *, until: datetime, now: datetime) -> None:
        """Keep something under a name for a while; empty: nothing any more."""
        ...

    async def held(self, name: str, now: datetime) -> str | None:
        """What is kept under a name."""
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
