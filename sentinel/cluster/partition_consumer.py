"""A partition's consumer: one for each partition, kept by the servers, which serve one client at a time by its pin.

The pin steers deliveries and excludes nobody: a client that stood still may have messages in hand. So a worker is
fenced where it commits, and whoever takes over sets the consumer back to what was committed. Numbers without a gap
prove that nothing got lost on the way; where there is a gap, the consumer is set back as well.
"""

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import assert_never

import structlog
from nats.errors import Error

from sentinel.clock import Clock
from sentinel.cluster.carried_message import unpack
from sentinel.cluster.carrier import CarriedBatch
from sentinel.cluster.carrier_errors import ApiRefusal, CarrierAway, CarrierMisfit, PinLost
from sentinel.cluster.jetstream_api import RETRY_AFTER, JetStreamApi, Json
from sentinel.cluster.mention_stream import Done, MentionStream, consumer_of
from sentinel.cluster.pull import Delivered, PullStanding, PullStatus, read
from sentinel.cluster.pull_request import GROUP, PAUSE, SECOND, SILENCE, PullRequest

log = structlog.get_logger(__name__)
PIN_LASTS = 6.0
"""Seconds without a request after which the servers serve another client; whoever takes over does not wait for that."""
GIVEN_UP = 2
"""Requests given up one after the other, after which another worker might do better."""
UNACKNOWLEDGED = 100_000
REDELIVERED_AFTER = 600.0
"""Seconds: the take-over delivers again what is not committed, not a timer."""
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
        self._name = consumer_of(part)
        self._clock = clock
        self._handed = after
        self._number = 0
        """Of the newest message that came, among what the consumer delivered since it was set back."""
        self._missed = (0, 0)
        """That number and how much the servers had delivered, when these differed at their last word."""
        self._pin = ""
        self._pull = PullRequest(api.client, self._of, clock)
        self.replies: dict[int, str] = {}
        """Last sequence number of a batch that was handed out, to where it is acknowledged."""

    async def batches(self) -> AsyncGenerator[CarriedBatch, None]:
        """As `Carrier.take`.

        Raises
        ------
        PinLost
            When another client takes.
        CarrierAway
            When nothing is heard of the servers: another worker may hear them.
        """
        await self._begin()
        try:
            while True:
                if self._pull.left <= 0:
                    await self._pull.ask(self._pin)
                if batch := await self._next():
                    yield batch
        finally:
            await self._pull.let_go()

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
        await self._pull.let_go()
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
        self._missed = (0, 0)

    @property
    def _of(self) -> str:
        return f"{self._stream.name}.{self._name}"

    # -- what comes
    # --------------------------------------------------------------------------------------------------------------

    async def _next(self) -> CarriedBatch | None:
        """What has come by now; nothing where there was but a word on the request."""
        came = await self._pull.receive()
        if self._pull.silent >= GIVEN_UP:
            raise CarrierAway(
                f"NATS says nothing of partition {self._part} of stream {self._stream.name} for "
                f"{GIVEN_UP * SILENCE:.0f} s; look at the network between it and this worker",
                retry_after=RETRY_AFTER,
            )
        took: list[Delivered] = []
        for message in came:
            match read(message):
                case Delivered() as delivered:
                    self._pull.left -= 1
                    if not self._follows(delivered):
                        await self._set_back()
                        break
                    if delivered.seq > self._handed:
                        took.append(delivered)
                        self._handed = delivered.seq
                case PullStanding() as standing if self._pull.concerns(message):
                    await self._heed(standing)
                case PullStanding():
                    pass
        return self._batch(took)

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

    async def _heed(self, standing: PullStanding) -> None:
        """What a word on the request means for us."""
        match standing.status:
            case PullStatus.WAITING:
                await self._compare(standing.delivered)
            case PullStatus.OVER:
                self._pull.left = 0
            case PullStatus.NO_LEADER:
                self._pull.left = 0
                await self._clock.sleep(PAUSE)
            case PullStatus.NO_CONSUMER:
                await self._make()
                await self._set_back()
            case PullStatus.PIN_LOST:
                raise self._lost()
            case _:
                assert_never(standing.status)

    async def _compare(self, delivered: int | None) -> None:
        """The servers say how much they delivered: was it to us? What is under way has until their next word.

        Raises
        ------
        PinLost
            When another one has set the consumer back.
        """
        if delivered is None or delivered == self._number:
            return
        if delivered < self._number:
            raise self._lost()
        if self._missed != (self._number, delivered):
            self._missed = (self._number, delivered)
            return
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
            f"another worker takes from partition {self._part} of stream {self._stream.name}, or this one stood still; "
            "it looks into the store whose it is"
        )
