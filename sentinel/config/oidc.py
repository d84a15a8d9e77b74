"""Settings of a provider that signs people in by OpenID Connect: who it is, and what its groups give."""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from sentinel.config.base import Settings
from sentinel.config.role import Role


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    if not (parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))):
        raise ValueError(f"{text!r} must begin with https:// (plain http is for a provider on this machine alone)")
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{text!r} is no issuer; write its address without user, ? and #, as the provider names it")
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _scope(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable() or any(sign in text for sign in ' "\\'):
        raise ValueError(f"{text!r} is no scope; write one word such as groups")
    return text


class OidcGroup(Settings):
    """What a group of the provider gives whoever is in it."""

    role: Role
    """`viewer` looks, `responder` acts on incidents, `admin` on everything."""
    brands: tuple[str, ...] = ()
    """The only brands there are for them: names, or `tag:NAME`. Default: all."""


class OidcSettings(Settings):
    """A provider that signs people in by OpenID Connect. It sends them back to `EXTERNAL_URL/login/oidc/callback`."""

    issuer: Annotated[str, AfterValidator(_issuer)]
    """The provider's address, to the letter as it names itself: `https://sso.example.org/realms/house`."""
    client_id: str = Field(min_length=1, max_length=200)
    """Under which name the provider knows Sentinel."""
    client_secret: SecretStr | None = None
    """Which the provider gave with it. Default: none, a public client; the exchange is bound by PKCE in any case."""
    scopes: tuple[Annotated[str, AfterValidator(_scope)], ...] = ("profile", "email")
    """What is asked for besides `openid`; many providers give groups for `groups` alone."""
    groups_claim: str = Field("groups", min_length=1, max_length=200)
    """Where the provider says which groups somebody is in; `realm_access.roles` leads into an object."""
    groups: dict[str, OidcGroup] = Field(min_length=1)
    """Group to what it gives. Whoever is in several has the highest role, and the brands of the groups that give it;
    whoever is in none is not let in."""
    name_claim: str = Field("preferred_username", min_length=1, max_length=200)
    """What people are called here. Take one that nobody can choose for themselves: a contact's key makes them one
    with that contact."""
    label: str | None = Field(None, min_length=1, max_length=60)
    """What the button calls the provider. Default: its host."""

    @property
    def called(self) -> str:
        """What people call the provider."""
        return self.label or urlsplit(self.issuer).hostname or self.issuer

    def grant(self, groups: Collection[str]) -> OidcGroup | None:
        """What these groups give together; ``None`` where none of them gives anything.

        No one is more than one of their groups makes them: a group that lets look at every brand does not widen
        another that lets act on one.

        Examples
        --------
        >>> acme, all = OidcGroup(role=Role.ADMIN, brands=("Acme",)), OidcGroup(role=Role.VIEWER)
        >>> oidc = OidcSettings(issuer="https://a.example", client_id="x", groups={"acme": acme, "all": all})
        >>> oidc.grant(["all", "acme", "other"]) == acme, oidc.grant(["al"])
        (True, None)
        """
        given = [self.groups[name] for name in self.groups if name in groups]
        if not given:
            return None
        role = max((each.role for each in given), key=list(Role).index)
        best = [each.brands for each in given if each.role is role]
        brands = () if not all(best) else tuple(dict.fromkeys(name for brands in best for name in brands))
        return OidcGroup(role=role, brands=brands)
