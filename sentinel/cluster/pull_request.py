"""Requests for messages of one consumer, one after the other, and what has come for them by now.

A word on a request may overtake its messages, which wait until most of the servers know that they are delivered. So all
requests since the consumer was set back share an inbox, and each has a number there.
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
STANDS_FOR = 2.0
"""Seconds for which one request stands. Only a new one makes a pin last, so it must be well below what a pin lasts."""
HEARTBEAT = 0.5
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
        self._inbox = ""
        self._subscription: Subscription | None = None
        self._number = 0
        self.left = 0
        """Messages that it may still bring; 0 once it is over."""
        self.silent = 0
        """Requests that brought not a word, one after the other."""

    async def ask(self, pin: str) -> None:
        """Ask anew, as the client with this pin, or as one that has none yet."""
        body: dict[str, Json] = {
            "batch": MESSAGES,
            "max_bytes": BYTES,
            "expires": int(STANDS_FOR * SECOND),
            "idle_heartbeat": int(HEARTBEAT * SECOND),
            "group": GROUP,
        }
        if pin:
            body["id"] = pin
        self._number += 1
        self.left = MESSAGES
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._consumer}"
        try:
            if self._subscription is None:
                self._inbox = self._client.new_inbox()
                self._came = came = asyncio.Queue[Msg]()
                self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=came.put)
            await self._client.publish(subject, msgspec.json.encode(body), reply=f"{self._inbox}.{self._number}")
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

    def concerns(self, message: Msg) -> bool:
        """Whether a word is on the request that stands, and not on an earlier one."""
        return message.subject == f"{self._inbox}.{self._number}"

    async def let_go(self) -> None:
        """Take no more of what any of them brings."""
        self.left = 0
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            with suppress(Error, OSError):
                await subscription.unsubscribe()
