"""Settings of who may see and do what over HTTP: people with a password, people whom a provider or a proxy names,
programs with a token.
"""

import re
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from sentinel.config.base import Settings
from sentinel.config.oidc import OidcSettings
from sentinel.config.role import Role as Role
from sentinel.config.units import Interval

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        why = (
            "is an address with a network's length" if "/" in text and _is_network(text) else "is no address or network"
        )
        raise ValueError(f"{text!r} {why}; write one such as 127.0.0.1 or 10.0.0.0/8") from None
    return text


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError(f"{text!r} is no header's name; write one such as X-Forwarded-User")
    return text


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError("is no SHA-256 in hexadecimal (64 digits); `printf %s TOKEN | sha256sum` gives one")
    return text


def _host_name(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(
            f"{text!r} is no host's name; write one such as sentinel.example.org, without port or https://"
        )
    return text


HostName = Annotated[str, AfterValidator(_host_name)]
Network = Annotated[str, AfterValidator(_network)]
Header = Annotated[str, AfterValidator(_header)]
Sha256 = Annotated[str, AfterValidator(_sha256)]


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
    brands: tuple[str, ...] = ()
    """The only brands there are for them: names, or `tag:NAME` for every brand with that tag. Default: all."""


class Proxy(Settings):
    """A proxy in front that signs people in, or only passes their address on."""

    header: Header | None = None
    """Names who is signed in, such as `X-Forwarded-User`; the proxy must take it out of what browsers send.

    Default: it names nobody.
    """
    trusted: tuple[Network, ...] = Field(min_length=1)
    """Whose word is believed, as addresses of proxies: their header, and their X-Forwarded-For as to where a request is
    from.
    """
    roles: dict[str, Role] = Field(default_factory=dict)
    """Name in the header to role."""
    default_role: Role | None = None
    """Of whoever `roles` does not name. Default: none, they are not let in."""
    brands: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Name in the header to the only brands there are for them, as `brands` of a user."""
    default_brands: tuple[str, ...] = ()
    """Of whoever neither `brands` nor a user's own names. Default: all."""


class Token(Settings):
    """A program that shows a token."""

    name: str = Field(min_length=1, max_length=80)
    """What the audit log calls it."""
    token: SecretStr | None = None
    """The token itself; or else ..."""
    sha256: Sha256 | None = None
    """... its SHA-256 in hexadecimal, so that this file cannot be used to get in: `printf %s TOKEN | sha256sum`."""
    scopes: tuple[Scope, ...] = Field(min_length=1)
    """What it may do."""
    brands: tuple[str, ...] = ()
    """The only brands there are for it: names, or `tag:NAME`. Default: all."""
    sources: tuple[str, ...] = ()
    """Names that the mentions it brings may give as their source, so that no program speaks for a newspaper. Default:
    any."""

    @model_validator(mode="after")
    def _either(self) -> "Token":
        if (self.token is None) is (self.sha256 is None):
            raise ValueError("needs either `token` or `sha256`, one of the two")
        return self

    def may(self, scope: Scope) -> bool:
        """Whether it may do what wants this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class SessionSettings(Settings):
    """How long somebody stays signed in.

    An open page counts as use, so that a wall does not go dark; `longest` ends it all the same.
    """

    idle: Interval = timedelta(days=7)
    """Unused for this long, a session ends."""
    longest: Interval = timedelta(days=30)
    """However much it is used, it ends after this."""
    most: int = Field(10, ge=1, le=1000)
    """Of one person at once; one more ends the one used longest ago."""


class SecondFactorRule(StrEnum):
    """Whether people with a password need a code as well."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class SecondFactorSettings(Settings):
    """Of whom a code of an authenticator app is asked besides the password; each sets it up on the page `/account`."""

    viewer: SecondFactorRule = SecondFactorRule.OPTIONAL
    """`required`: nothing but that page is shown until it is set up; `optional`: asked of whoever did set it up."""
    responder: SecondFactorRule = SecondFactorRule.OPTIONAL
    """The same of responders."""
    admin: SecondFactorRule = SecondFactorRule.OPTIONAL
    """The same of admins."""

    def required(self, role: Role) -> bool:
        """Whether people of this role must have one.

        Examples
        --------
        >>> SecondFactorSettings(admin=SecondFactorRule.REQUIRED).required(Role.ADMIN)
        True
        """
        return getattr(self, role.value) is SecondFactorRule.REQUIRED


class AccessSettings(Settings):
    """Who gets in.

    Without users and without a proxy's header everybody on this machine may look, and `web.tokens` say who acts; where
    `web.host` is open to others, looking wants a token as well.
    """

    users: dict[str, User] = Field(default_factory=dict)
    """Name to sign in with, to person. With one, every page wants somebody signed in."""
    proxy: Proxy | None = None
    """Default: none."""
    oidc: OidcSettings | None = None
    """A provider that signs people in by OpenID Connect, beside or in place of `users`. Default: none."""
    second_factor: SecondFactorSettings = SecondFactorSettings()
    tokens: tuple[Token, ...] = ()
    """Programs that may do some things; those of `web.tokens` may do all."""
    sessions: SessionSettings = SessionSettings()
    metrics: Literal["open", "token"] | None = None
    """`token`: /metrics wants one with the scope `read`. It shows brands, scores and names of contacts, no mention.

    Default: open on a loopback address unless anybody has `brands`, `token` elsewhere.
    """
    audit_retention: Interval = timedelta(days=365)
    """Who did what is kept this long."""

    @property
    def closed(self) -> bool:
        """Whether even looking wants somebody known."""
        return bool(self.users or self.oidc) or (self.proxy is not None and self.proxy.header is not None)

    @property
    def keeps_apart(self) -> bool:
        """Whether there is anybody for whom some brands are not there."""
        by_proxy = self.proxy is not None and (any(self.proxy.brands.values()) or bool(self.proxy.default_brands))
        by_group = self.oidc is not None and any(group.brands for group in self.oidc.groups.values())
        by_name = any(user.brands for user in self.users.values()) or any(each.brands for each in self.tokens)
        return by_proxy or by_group or by_name
