"""Endpoints of a provider, as its discovery document names them (OpenID Connect Discovery 1.0)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from sentinel.config.oidc import OidcSettings
from sentinel.errors import SentinelError

WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderFault(SentinelError):
    """The provider does not answer, or not as it must; the text names what and never holds a secret."""


class _Discovered(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEndpoints:
    """Where what is asked.

    Parameters
    ----------
    names_itself
        Whether its answers through the browser say whose they are (RFC 9207).
    secret_in_body
        Whether it takes our secret in a form alone, and not as a header.
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    names_itself: bool
    secret_in_body: bool


def read_endpoints(document: bytes, settings: OidcSettings) -> ProviderEndpoints:
    """What a discovery document says; `ProviderFault` for one that is another's, or leads where it must not."""
    try:
        found = msgspec.json.decode(document, type=_Discovered)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFault(f"{settings.issuer}{WELL_KNOWN}: is no discovery document ({error})") from None
    if found.issuer != settings.issuer:
        raise ProviderFault(
            f"access.oidc.issuer: {settings.issuer!r} calls itself {found.issuer[:200]!r}; write that, to the letter"
        )
    plain = urlsplit(settings.issuer).scheme == "http"
    named = (
        found.authorization_endpoint,
        found.token_endpoint,
        found.jwks_uri,
        found.userinfo_endpoint,
        found.end_session_endpoint,
    )
    for each in named:
        if each is not None and not (each.startswith("https://") or (plain and each.startswith("http://"))):
            raise ProviderFault(f"{settings.issuer}: names {each[:200]!r}, which is not https")
    methods = found.token_endpoint_auth_methods_supported
    return ProviderEndpoints(
        issuer=found.issuer,
        authorization=found.authorization_endpoint,
        token=found.token_endpoint,
        keys=found.jwks_uri,
        userinfo=found.userinfo_endpoint,
        end_session=found.end_session_endpoint,
        names_itself=found.authorization_response_iss_parameter_supported,
        secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
    )
