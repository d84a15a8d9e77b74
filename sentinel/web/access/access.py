"""What the HTTP side keeps to know people by: sessions, failed tries, passwords being compared, and the audit log."""

from dataclasses import dataclass

from aiohttp import web

from sentinel.web.access.audit import AuditTrail
from sentinel.web.access.login_backoff import LoginBackoff
from sentinel.web.access.passwords import Passwords
from sentinel.web.access.sessions import Sessions
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessState:
    """One for a server."""

    sessions: Sessions
    trail: AuditTrail
    throttle: LoginBackoff
    passwords: Passwords

    @classmethod
    def of(cls, ports: Ports) -> "AccessState":
        """Empty, until `open`."""
        return cls(
            sessions=Sessions(ports.sessions, ports.clock, ports.unwritten),
            throttle=LoginBackoff(),
            passwords=Passwords(),
            trail=AuditTrail(ports.audit, ports.clock, lambda: ports.config().access.audit_retention, ports.unwritten),
        )

    async def open(self, _: web.Application) -> None:
        """Take up what an earlier run left."""
        await self.sessions.load()

    async def close(self, _: web.Application) -> None:
        """With the server."""
        self.passwords.close()
        await self.trail.settle()


ACCESS = web.AppKey("access", AccessState)
