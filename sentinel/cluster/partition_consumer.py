"""A partition's consumer: one for each partition, kept by the servers, which serve one client at a time by its pin.

The pin steers deliveries and excludes nobody: a client that stood still may have messages in hand. So a worker is
fenced where it commits, and whoever takes over sets the consumer back to what was committed. Numbers without a gap
prove that nothing got lost on the way; where there is a gap, the consumer is set back as well.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import assert_never

import msgspec
import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error

from sentinel.clock import Clock
from sentinel.cluster.carried_message import unpack
from sentinel.cluster.carrier import CarriedBatch
from sentinel.cluster.carrier_errors import ApiRefusal, CarrierMisfit, PinLost
from sentinel.cluster.jetstream_api import JetStreamApi, Json
from sentinel.cluster.mention_stream import SECOND, Done, MentionStream
from sentinel.cluster.pull import Delivered, PullStatus, Standing, read

log = structlog.get_logger(__name__)
GROUP = "worker"
PIN_LASTS = 3.0
"""Seconds without a request after which the servers serve another client."""
ASKED_FOR = 4.0
"""Seconds for which one request stands."""
HEARTBEAT = 1.0
SILENCE = 2.5
"""Seconds without a word after which a request is given up: the network, or its server, is away."""
MESSAGES = 256
BYTES = 4 * 2**20
"""What one request may bring; and what a worker commits together."""
UNACKNOWLEDGED = 100_000
REDELIVERED_AFTER = 600.0
"""Seconds: the take-over delivers again what is not committed, not a timer."""
PAUSE = 0.2
NO_CONSUMER = 10014


class PartitionConsumer:
    """Takes what was published to one partition; for one use.

    Parameters
    ----------
    after
        Where the last committed batch ended.
    """

    def __init__(self, api: JetStreamApi, stream: MentionStream, part: int, after: int, clock: Clock) -> None:
        self._api = api
        self._stream = stream
        self._part = part
        self._name = f"part-{part}"
        self._clock = clock
        self._handed = after
        self._number = 0
        """Of the newest message that came, among what the consumer delivered since it was set back."""
        self._pin = ""
        self._came = asyncio.Queue[Msg]()
        self._inbox: Subscription | None = None
        self._left = 0
        self.replies: dict[int, str] = {}
        """Last sequence number of a batch that was handed out, to where it is acknowledged."""

    async def batches(self) -> AsyncGenerator[CarriedBatch, None]:
        """As `Carrier.take`."""
        await self._begin()
        try:
            while True:
                if self._inbox is None or self._left <= 0:
                    await self._ask()
                if batch := await self._next():
                    yield batch
        finally:
            await self._let_go()

    async def acknowledge(self, seq: int) -> None:
        """Tell the servers that everything up to ``seq`` is committed."""
        known = [each for each in self.replies if each <= seq]
        if not known:
            return
        reply = self.replies[max(known)]
        for each in known:
            del self.replies[each]
        with suppress(Error, OSError):  # whoever takes over goes by what is committed, not by this
            await self._api.client.publish(reply, b"+ACK")

    # -- taking over
    # --------------------------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """Be the one who is served, from what was committed on."""
        state = await self._stream.state()
        if state.last_seq < self._handed:
            raise CarrierMisfit(
                f"stream {self._stream.name} ends at {state.last_seq}, and partition {self._part} is committed up to "
                f"{self._handed}: it was restored from an older copy; remove it (nats stream rm {self._stream.name}) "
                "and start again"
            )
        await self._make()
        await self._set_back()

    async def _make(self) -> None:
        config: dict[str, Json] = {
            "name": self._name,
            "durable_name": self._name,
            "filter_subject": self._stream.subject(self._part),
            "ack_policy": "all",
            "deliver_policy": "all",
            "ack_wait": int(REDELIVERED_AFTER * SECOND),
            "max_ack_pending": UNACKNOWLEDGED,
            "priority_policy": "pinned_client",
            "priority_groups": [GROUP],
            "priority_timeout": int(PIN_LASTS * SECOND),
        }
        subject = f"CONSUMER.CREATE.{self._stream.name}.{self._name}.{self._stream.subject(self._part)}"
        try:
            await self._api.ask(subject, {"stream_name": self._stream.name, "config": config}, Done)
        except ApiRefusal as refusal:
            raise CarrierMisfit(
                f"consumer {self._name} of stream {self._stream.name} cannot be made: {refusal}; remove it "
                f"(nats consumer rm {self._stream.name} {self._name}) and start again"
            ) from refusal

    async def _set_back(self) -> None:
        """To what was handed out last; whoever was served until now is not any more, unless it is us."""
        await self._let_go()
        try:
            if not self._pin:
                await self._api.ask(f"CONSUMER.UNPIN.{self._of}", {"group": GROUP}, Done)
            await self._api.ask(f"CONSUMER.RESET.{self._of}", {"seq": self._handed + 1}, Done)
        except ApiRefusal as refusal:
            if refusal.code != NO_CONSUMER:
                raise
            await self._make()
            await self._api.ask(f"CONSUMER.RESET.{self._of}", {"seq": self._handed + 1}, Done)
        self._number = 0

    @property
    def _of(self) -> str:
        return f"{self._stream.name}.{self._name}"

    # -- requests for messages
    # --------------------------------------------------------------------------------------------------------------

    async def _ask(self) -> None:
        """A fresh inbox each time: what an earlier request brings late is not mixed with what this one brings."""
        await self._let_go()
        client = self._api.client
        body: dict[str, Json] = {
            "batch": MESSAGES,
            "max_bytes": BYTES,
            "expires": int(ASKED_FOR * SECOND),
            "idle_heartbeat": int(HEARTBEAT * SECOND),
            "group": GROUP,
        }
        if self._pin:
            body["id"] = self._pin
        inbox = client.new_inbox()
        self._came = came = asyncio.Queue[Msg]()
        try:
            self._inbox = await client.subscribe(inbox, cb=came.put)
            await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{self._of}", msgspec.json.encode(body), reply=inbox)
        except (Error, OSError) as error:
            log.debug("pull_failed", part=self._part, error=str(error))
            await self._clock.sleep(PAUSE)
        self._left = MESSAGES

    async def _let_go(self) -> None:
        inbox, self._inbox = self._inbox, None
        if inbox is not None:
            with suppress(Error, OSError):
                await inbox.unsubscribe()

    async def _next(self) -> CarriedBatch | None:
        """What has come by now, at least one message unless the request ended or stands still."""
        try:
            async with asyncio.timeout(SILENCE):
                first = await self._came.get()
        except TimeoutError:
            self._left = 0
            return None
        took: list[Delivered] = []
        for message in (first, *self._more()):
            match read(message):
                case Delivered() as delivered:
                    self._left -= 1
                    if not self._follows(delivered):
                        await self._set_back()
                        break
                    if delivered.seq > self._handed:
                        took.append(delivered)
                        self._handed = delivered.seq
                case Standing() as standing:
                    await self._heed(standing)
        return self._batch(took)

    def _more(self) -> list[Msg]:
        return [self._came.get_nowait() for _ in range(self._came.qsize())]

    def _follows(self, delivered: Delivered) -> bool:
        """Whether nothing is missing before it.

        Raises
        ------
        PinLost
            When it was meant for another one, or another one has set the consumer back.
        """
        if self._pin and delivered.pin != self._pin:
            raise self._lost()
        if delivered.number <= self._number:
            raise self._lost()
        if delivered.number > self._number + 1:
            log.info("carrier_gap", part=self._part, expected=self._number + 1, came=delivered.number)
            return False
        self._pin = delivered.pin
        self._number = delivered.number
        return True

    async def _heed(self, standing: Standing) -> None:
        """What a word on the request means for us."""
        match standing.status:
            case PullStatus.WAITING:
                await self._compare(standing.delivered)
            case PullStatus.OVER:
                self._left = 0
            case PullStatus.NO_LEADER:
                self._left = 0
                await self._clock.sleep(PAUSE)
            case PullStatus.NO_CONSUMER:
                await self._make()
                await self._set_back()
            case PullStatus.PIN_LOST:
                raise self._lost()
            case _:
                assert_never(standing.status)

    async def _compare(self, delivered: int | None) -> None:
        """The servers say how much they delivered: was it to us?"""
        if delivered is None or delivered == self._number:
            return
        if delivered < self._number:
            raise self._lost()
        log.info("carrier_gap", part=self._part, expected=self._number, came=delivered)
        await self._set_back()

    def _batch(self, took: list[Delivered]) -> CarriedBatch | None:
        if not took:
            return None
        bodies = tuple(body for each in took for body in unpack(each.body))
        self.replies[took[-1].seq] = took[-1].reply
        return CarriedBatch(first=took[0].seq, last=took[-1].seq, bodies=bodies)

    def _lost(self) -> PinLost:
        return PinLost(
            f"another worker takes from partition {self._part} of stream {self._stream.name}; this one looks into the "
            "store whose it is"
        )
