"""Settings of who may see and do what over HTTP: people with a password, people whom a proxy names, programs with a token."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from pydantic import Field, SecretStr

from sentinel.config.base import Settings
from sentinel.config.units import Interval

Network = IPv4Network | IPv6Network


class Role(StrEnum):
    """What a person may do, each with all that comes before it."""

    VIEWER = "viewer"
    """Look."""
    RESPONDER = "responder"
    """Act on incidents, silences and on-call."""
    ADMIN = "admin"
    """Act on the model and the configuration, and see who did what."""

    def covers(self, other: "Role") -> bool:
        """Whether whoever has this may do what wants the other.

        Examples
        --------
        >>> Role.ADMIN.covers(Role.VIEWER), Role.VIEWER.covers(Role.RESPONDER)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


class Scope(StrEnum):
    """What a program may do."""

    READ = "read"
    """Whatever pages and API show, the audit log apart."""
    MENTIONS = "mentions:write"
    """Bring mentions."""
    ALERTS = "alerts:write"
    """Bring Alertmanager's alerts."""
    INCIDENTS = "incidents:write"
    """Act on incidents."""
    SILENCES = "silences:write"
    """Make and end silences."""
    ONCALL = "oncall:write"
    """Overrides and swaps."""
    DRILLS = "drills:write"
    """Begin drills, which page people."""
    LABELS = "labels:write"
    """Tell the sentiment model what a text means."""
    ADMIN = "admin"
    """All of the above, and: roll the model back, reload, read the audit log."""


class User(Settings):
    """A person who signs in."""

    name: str | None = Field(None, min_length=1, max_length=80)
    """How pages call them. Default: the key, which is what they sign in with."""
    password: SecretStr
    """The argon2id hash of their password, as `sentinel user hash` prints it; a change of it ends their sessions."""
    role: Role = Role.RESPONDER
    """`viewer` looks, `responder` acts on incidents, `admin` on everything."""
    contact: str | None = None
    """The contact they are, so that timelines and pages to a phone speak of one person. Default: none."""


class Proxy(Settings):
    """A proxy in front that signs people in, or only passes their address on."""

    header: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z0-9-]*$")
    """Names who is signed in, such as `X-Forwarded-User`; the proxy must take it out of what browsers send. Default: it names nobody."""
    trusted: tuple[Network, ...] = Field(min_length=1)
    """Whose word is believed, as addresses of proxies: their header, and their X-Forwarded-For as to where a request is from."""
    roles: dict[str, Role] = Field(default_factory=dict)
    """Name in the header to role."""
    default_role: Role | None = None
    """Of whoever `roles` does not name. Default: none, they are not let in."""


class Token(Settings):
    """A program that shows a token."""

    name: str = Field(min_length=1, max_length=80)
    """What the audit log calls it."""
    token: SecretStr | None = None
    """The token itself; or else ..."""
    sha256: str | None = Field(None, pattern=r"^[0-9a-fA-F]{64}$")
    """... its SHA-256 in hexadecimal, so that this file cannot be used to get in: `printf %s TOKEN | sha256sum`."""
    scopes: tuple[Scope, ...] = Field(min_length=1)
    """What it may do."""

    def may(self, scope: Scope) -> bool:
        """Whether it may do what wants this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class SessionSettings(Settings):
    """How long somebody stays signed in. An open page counts as use, so that a wall does not go dark; `longest` ends it all the same."""

    idle: Interval = timedelta(days=7)
    """Unused for this long, a session ends."""
    longest: Interval = timedelta(days=30)
    """However much it is used, it ends after this."""
    most: int = Field(10, ge=1, le=1000)
    """Of one person at once; one more ends the one used longest ago."""


class Access(Settings):
    """Who gets in. Without users and without a proxy's header everybody who reaches Sentinel may look, and `web.tokens` say who acts."""

    users: dict[str, User] = Field(default_factory=dict)
    """Name to sign in with, to person. With one, every page wants somebody signed in."""
    proxy: Proxy | None = None
    """Default: none."""
    tokens: tuple[Token, ...] = ()
    """Programs that may do some things; those of `web.tokens` may do all."""
    sessions: SessionSettings = SessionSettings()
    metrics: Literal["open", "token"] = "open"
    """`token`: /metrics wants one with the scope `read`. It shows brands, scores and names of contacts, no mention."""
    audit_retention: Interval = timedelta(days=365)
    """Who did what is kept this long."""

    @property
    def closed(self) -> bool:
        """Whether even looking wants somebody known."""
        return bool(self.users) or (self.proxy is not None and self.proxy.header is not None)
