"""Requests for messages of one consumer, one after the other, and what has come for them by now.

Each has a fresh inbox: what an earlier one brings late is not mixed with what this one brings. It is missed by its
number instead.
"""

import asyncio
from contextlib import suppress

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error

from sentinel.clock import Clock
from sentinel.cluster.jetstream_api import Json

log = structlog.get_logger(__name__)
GROUP = "worker"
SECOND = 10**9
"""Nanoseconds, in which the servers count."""
STANDS_FOR = 4.0
"""Seconds for which one request stands."""
HEARTBEAT = 1.0
SILENCE = 2.5
"""Seconds without a word after which a request is given up: the network, or its server, is away."""
MESSAGES = 256
BYTES = 4 * 2**20
"""What one request may bring; and what a worker commits together."""
PAUSE = 0.2


class PullRequest:
    """The request that stands, if one does.

    Parameters
    ----------
    consumer
        ``STREAM.CONSUMER``.
    """

    def __init__(self, client: Client, consumer: str, clock: Clock) -> None:
        self._client = client
        self._consumer = consumer
        self._clock = clock
        self._came = asyncio.Queue[Msg]()
        self._inbox: Subscription | None = None
        self.left = 0
        """Messages that it may still bring; 0 once it is over."""
        self.silent = 0
        """Requests that brought not a word, one after the other."""

    async def ask(self, pin: str) -> None:
        """Ask anew, as the client with this pin, or as one that has none yet."""
        await self.let_go()
        body: dict[str, Json] = {
            "batch": MESSAGES,
            "max_bytes": BYTES,
            "expires": int(STANDS_FOR * SECOND),
            "idle_heartbeat": int(HEARTBEAT * SECOND),
            "group": GROUP,
        }
        if pin:
            body["id"] = pin
        inbox = self._client.new_inbox()
        self._came = came = asyncio.Queue[Msg]()
        self.left = MESSAGES
        try:
            self._inbox = await self._client.subscribe(inbox, cb=came.put)
            subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._consumer}"
            await self._client.publish(subject, msgspec.json.encode(body), reply=inbox)
        except (Error, OSError) as error:
            log.debug("pull_failed", consumer=self._consumer, error=str(error))
            await self._clock.sleep(PAUSE)

    async def receive(self) -> list[Msg]:
        """What has come by now, at least one message or word; nothing where it was silent for too long."""
        try:
            async with asyncio.timeout(SILENCE):
                first = await self._came.get()
        except TimeoutError:
            self.left = 0
            self.silent += 1
            return []
        self.silent = 0
        return [first, *(self._came.get_nowait() for _ in range(self._came.qsize()))]

    async def let_go(self) -> None:
        """Take no more of what it brings."""
        self.left = 0
        inbox, self._inbox = self._inbox, None
        if inbox is not None:
            with suppress(Error, OSError):
                await inbox.unsubscribe()
