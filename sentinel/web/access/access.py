"""What the HTTP side keeps to know people by: sessions, failed tries, second factors, the
provider, and the audit log."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sentinel.web.access.audit import AuditTrail
from sentinel.web.access.passwords import Passwords
from sentinel.web.access.second_factors import SecondFactors
from sentinel.web.access.sessions import Sessions
from sentinel.web.access.sign_in_throttle import SignInThrottle
from sentinel.web.access.used_once import UsedOnce
from sentinel.web.oidc.provider import OidcProvider
from sentinel.web.ports.accounts import SharedAccessPort
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessState:
    """One for a server."""

    sessions: Sessions
    trail: AuditTrail
    throttle: SignInThrottle
    passwords: Passwords
    factors: SecondFactors
    provider: OidcProvider
    used_once: UsedOnce
    shared: SharedAccessPort | None

    @classmethod
    def of(cls, ports: Ports) -> "AccessState":
        """Empty, until `open`."""
        return cls(
            shared=ports.shared_access,
            sessions=Sessions(ports.sessions, ports.clock, ports.unwritten, ports.shared_access),
            throttle=SignInThrottle(ports.clock, ports.shared_access),
            passwords=Passwords(),
            factors=SecondFactors(ports.second_factors, ports.clock, ports.unwritten, ports.shared_access),
            provider=OidcProvider(ports.clock),
            used_once=UsedOnce(),
            trail=AuditTrail(ports.audit, ports.clock, lambda: ports.config().access.audit_retention, ports.unwritten),
        )

    async def open(self, _: web.Application) -> None:
        """Take up what an earlier run left."""
        await self.sessions.load()
        await self.factors.load()
        if self.shared is not None:
            self.shared.follow("sessions", self.sessions.refresh)
            self.shared.follow("secrets", self.sessions.take_secret)
            self.shared.follow("second_factors", self.factors.refresh)

    async def first_use(self, value: str, *, until: datetime, now: datetime) -> bool:
        """Whether nobody has used this value, which is good until then, in whichever process.

        Raises
        ------
        StoreFailing
            When nobody can tell what other processes have seen.
        """
        if self.shared is not None:
            return await self.shared.take_once(value, until=until, now=now)
        return self.used_once.take(value, until=until, now=now)

    async def close(self, _: web.Application) -> None:
        """With the server."""
        self.passwords.close()
        await self.trail.settle()


ACCESS = web.AppKey("access", AccessState)
