"""What the HTTP side keeps to know people by: sessions, failed tries, second factors, the
provider, and the audit log."""

from dataclasses import dataclass

from aiohttp import web

from sentinel.web.access.audit import AuditTrail
from sentinel.web.access.login_backoff import LoginBackoff
from sentinel.web.access.passwords import Passwords
from sentinel.web.access.second_factors import SecondFactors
from sentinel.web.access.sessions import Sessions
from sentinel.web.access.used_once import UsedOnce
from sentinel.web.oidc.provider import OidcProvider
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessState:
    """One for a server."""

    sessions: Sessions
    trail: AuditTrail
    throttle: LoginBackoff
    passwords: Passwords
    factors: SecondFactors
    provider: OidcProvider
    used_once: UsedOnce

    @classmethod
    def of(cls, ports: Ports) -> "AccessState":
        """Empty, until `open`."""
        return cls(
            sessions=Sessions(ports.sessions, ports.clock, ports.unwritten),
            throttle=LoginBackoff(),
            passwords=Passwords(),
            factors=SecondFactors(ports.second_factors, ports.clock, ports.unwritten),
            provider=OidcProvider(ports.clock),
            used_once=UsedOnce(),
            trail=AuditTrail(ports.audit, ports.clock, lambda: ports.config().access.audit_retention, ports.unwritten),
        )

    async def open(self, _: web.Application) -> None:
        """Take up what an earlier run left."""
        await self.sessions.load()
        await self.factors.load()

    async def close(self, _: web.Application) -> None:
        """With the server."""
        self.passwords.close()
        await self.trail.settle()


ACCESS = web.AppKey("access", AccessState)
