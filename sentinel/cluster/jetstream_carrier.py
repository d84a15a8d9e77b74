"""The carrier over NATS JetStream: one stream, a subject and a consumer for each partition."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from nats.aio.client import Client

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carried, CarriedBatch
from sentinel.cluster.carrier_errors import ApiRefusal, CarrierAway
from sentinel.cluster.connection import connected
from sentinel.cluster.jetstream_api import JetStreamApi
from sentinel.cluster.mention_stream import MentionStream
from sentinel.cluster.partition_consumer import PartitionConsumer
from sentinel.cluster.stream_publisher import StreamPublisher
from sentinel.config.nats import NatsSettings
from sentinel.metrics.carrier import CarrierStanding

ASK_EVERY = 5.0
"""Seconds between two questions how full the stream is, and what waits in it."""
FORGET_EVERY = 1.0
"""Seconds between two deletions of what a partition has committed: each of them is a round of the servers."""


class JetStreamCarrier:
    """Use `open`. It takes from several partitions at once, from each of them once at a time."""

    def __init__(self, client: Client, stream: MentionStream, publisher: StreamPublisher, clock: Clock) -> None:
        self._client = client
        self._api = JetStreamApi(client, clock)
        self._stream = stream
        self._publisher = publisher
        self._clock = clock
        self._consumers: dict[int, PartitionConsumer] = {}
        self._forgot: dict[int, float] = {}
        self.standing = CarrierStanding(most=stream.max_bytes)
        """What the servers last said; `watch` asks them."""

    @classmethod
    async def open(cls, settings: NatsSettings, partitions: int, clock: Clock) -> "JetStreamCarrier":
        """Connected, with a stream.

        Raises
        ------
        CarrierAway
            When nobody answers.
        CarrierMisfit
            When servers or stream cannot carry.
        """
        client = await connected(settings)
        try:
            api = JetStreamApi(client, clock)
            stream = MentionStream(api, settings, partitions, clock)
            await stream.ensure()
            return cls(client, stream, StreamPublisher(api, stream), clock)
        except BaseException:
            await client.close()
            raise

    @property
    def reachable(self) -> bool:
        """As `Carrier.reachable`."""
        return self._client.is_connected

    @property
    def reconnects(self) -> int:
        """How often the connection was lost and made anew."""
        return self._client.stats["reconnects"]

    def timed(self, published: Callable[[float], None]) -> None:
        """Tell somebody how long the servers take for each message."""
        self._publisher.published = published

    async def watch(self) -> None:
        """Ask how full it is until cancelled; an unanswered question leaves what was known."""
        while True:
            with suppress(CarrierAway, ApiRefusal):
                state, pending = await self._stream.state(patience=0), await self._stream.pending()
                self.standing = CarrierStanding(held=state.bytes, most=self._stream.max_bytes, pending=pending)
            await self._clock.sleep(ASK_EVERY)

    async def publish(self, items: Sequence[Carried]) -> None:
        """As `Carrier.publish`."""
        await self._publisher.publish(items)

    async def take(self, part: int, after: int) -> AsyncGenerator[CarriedBatch, None]:
        """As `Carrier.take`."""
        consumer = self._consumers[part] = PartitionConsumer(self._api, self._stream, part, after, self._clock)
        async with aclosing(consumer.batches()) as batches:
            async for batch in batches:
                yield batch

    async def accepted(self, part: int, seq: int) -> None:
        """As `Carrier.accepted`."""
        if part in self._consumers:
            await self._consumers[part].acknowledge(seq)
        now = self._clock.monotonic()
        if now - self._forgot.get(part, -FORGET_EVERY) >= FORGET_EVERY:
            self._forgot[part] = now
            await self._stream.forget(part, seq)

    async def waiting(self) -> int:
        """As `Carrier.waiting`: the stream knows bytes, and bodies are as long as those published here were."""
        with suppress(CarrierAway):
            self.standing = replace(self.standing, held=(await self._stream.state(patience=0)).bytes)
        return round(self.standing.held / self._publisher.mean_size)

    @property
    def fullness(self) -> float:
        """As `Carrier.fullness`."""
        return self.standing.fullness

    async def close(self) -> None:
        """Nothing is published or taken any more."""
        await self._publisher.close()
        await self._client.close()
