"""Settings of the way to the outside: feeds, posts, providers of pages and the heartbeat."""

from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from sentinel.config.base import Settings


class NetworkSettings(Settings):
    """How others are reached. No proxy is ever asked for this machine."""

    proxy: SecretStr | None = None
    """Address of an HTTP proxy, `http://user:password@proxy.example.org:3128`, for feeds, posts, providers of pages and
    the heartbeat; e-mail and MQTT do not go through one. Default: HTTPS_PROXY and HTTP_PROXY of the environment."""
    no_proxy: tuple[str, ...] = ()
    """Hosts and domains that are reached without it, besides those of NO_PROXY in the environment."""

    allow_private: bool = False
    """Whether sources may reach private networks by a name (an intranet's forum). An address in figures, or
    `localhost`, may always stand in the URL of a source; a redirect from outside leads to neither."""

    @field_validator("proxy")
    @classmethod
    def _address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_proxy(value.get_secret_value()):
            raise ValueError("is no proxy's address; write one such as http://proxy.example.org:3128")
        return value

    @field_validator("no_proxy")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not each.strip() or any(sign in each for sign in ", *") or "://" in each:
                raise ValueError(f"{each!r} is no host; write one such as intranet.example.org, or .example.org")
        return value


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
