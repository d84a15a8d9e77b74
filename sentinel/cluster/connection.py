"""A connection to the NATS servers that mends itself, and what they must be able to do."""

from collections import deque
from urllib.parse import unquote, urlsplit

import structlog
from nats.aio.client import Client
from nats.errors import Error

from sentinel.cluster.carrier_errors import CarrierAway, CarrierMisfit
from sentinel.cluster.jetstream_api import RETRY_AFTER
from sentinel.config.nats import NatsSettings

log = structlog.get_logger(__name__)
OLDEST = (2, 14)
"""The first server whose consumers can be set back."""
LARGEST = 2 * 2**20
"""Bytes that a message must be able to have: the largest mention there can be, and room."""
CONNECTS_WITHIN = 2
PING_EVERY = 2
RECONNECTS_AFTER = 0.25
REMEMBERED = 16
UNANSWERED = 2
"""Pings without an answer after which another server is tried: a cut network says nothing."""


async def connected(settings: NatsSettings) -> Client:
    """A client on one of the servers, which goes on to the next whenever that one fails.

    Raises
    ------
    CarrierAway
        When none of them answers.
    CarrierMisfit
        When they are too old, or take too small messages, or refuse user and password.
    """
    client = Client()
    urls = [each.get_secret_value() for each in settings.servers]
    signing = next((parts for parts in map(urlsplit, urls) if parts.username), None)
    shown = ", ".join(shown_server(each) for each in urls)
    troubles: deque[str] = deque(maxlen=REMEMBERED)

    async def trouble(error: Exception) -> None:
        troubles.append(str(error).lower())
        log.debug("nats_trouble", error=f"{type(error).__name__}: {error}")

    try:
        await client.connect(
            servers=urls,
            name="sentinel",
            user=unquote(signing.username) if signing and signing.username else None,
            password=unquote(signing.password) if signing and signing.password else None,
            error_cb=trouble,
            disconnected_cb=_disconnected,
            reconnected_cb=_reconnected,
            connect_timeout=CONNECTS_WITHIN,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            ping_interval=PING_EVERY,
            max_outstanding_pings=UNANSWERED,
        )
    except (Error, OSError, TimeoutError) as error:
        await client.close()
        if any("authorization" in each for each in troubles):
            raise CarrierMisfit(
                f"NATS at {shown} refuses user or password; write nats://USER:PASSWORD@HOST:4222"
            ) from error
        raise CarrierAway(f"NATS at {shown} does not answer: {error}", retry_after=RETRY_AFTER) from error
    client.options["max_reconnect_attempts"] = -1  # from now on for ever; at first an answer was wanted
    client.options["reconnect_time_wait"] = RECONNECTS_AFTER
    if (misfit := _unfit(client)) is not None:
        await client.close()
        raise CarrierMisfit(f"NATS at {shown} {misfit}")
    return client


def shown_server(url: str) -> str:
    """An address without user and password.

    Examples
    --------
    >>> shown_server("nats://ana:secret@10.0.0.5:4222")
    'nats://10.0.0.5:4222'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 4222}"


def _unfit(client: Client) -> str | None:
    version = client.connected_server_version
    if (version.major, version.minor) < OLDEST:
        return f"is version {version}, {OLDEST[0]}.{OLDEST[1]} or newer is needed"
    if client.max_payload < LARGEST:
        return f"takes messages of {client.max_payload} bytes, a mention may need {LARGEST}; set max_payload: 8MB there"
    return None


async def _disconnected() -> None:
    log.warning("nats_disconnected")


async def _reconnected() -> None:
    log.info("nats_reconnected")
