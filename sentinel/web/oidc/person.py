"""A person as a provider's claims tell of them: what they are called, and which groups they are in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.config.oidc import OidcSettings
from sentinel.harmless import one_line
from sentinel.store.sessions import ProvidedIdentity
from sentinel.web.oidc.id_token import Claims, UnfitToken

MOST_GROUPS = 200
"""That are remembered, those that give something first: a reload may give something to others."""
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ProvidedPerson:
    """Whoever signed in at a provider."""

    name: str
    identity: ProvidedIdentity


def lacks(claims: Claims, settings: OidcSettings) -> bool:
    """Whether what we need may stand in what the provider says besides its token."""
    return claim(claims, settings.groups_claim) is None or claim(claims, settings.name_claim) is None


def person_of(claims: Claims, settings: OidcSettings) -> ProvidedPerson:
    """Whom proven claims tell of; raises `UnfitToken` for an address of mail that nobody proved."""
    subject = str(claims["sub"])
    if settings.name_claim == "email" and claims.get("email_verified") is False:
        raise UnfitToken("email_verified: is false, and access.oidc.name_claim is email")
    named = claim(claims, settings.name_claim)
    name = one_line(named if isinstance(named, str) else "")[:LONGEST_NAME].strip() or subject[:LONGEST_NAME]
    groups = sorted(_texts(claim(claims, settings.groups_claim)), key=lambda each: each not in settings.groups)
    identity = ProvidedIdentity(issuer=settings.issuer, subject=subject, groups=tuple(groups[:MOST_GROUPS]))
    return ProvidedPerson(name, identity)


def claim(claims: Claims, name: str) -> object:
    """What stands under a name, or where its dots lead.

    Examples
    --------
    >>> claim({"a.b": 1, "a": {"b": 2}}, "a.b"), claim({"a": {"b": 2}}, "a.b"), claim({}, "a.b")
    (1, 2, None)
    """
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _texts(value: object) -> Sequence[str]:
    """A lone text is one group, never its letters nor its words."""
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
