"""The publisher: keeps what was taken in on most of the servers before anybody is told that it was accepted.

A message that may have been kept or not, since the servers elected a leader meanwhile, is sent again under the same
id; the next one of its partition waits until then.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from sentinel.cluster.carried_message import message_id, pack
from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import ApiRefusal, BodyTooLarge, CarrierBusy, CarrierError, StreamFull
from sentinel.cluster.jetstream_api import TOO_MUCH, JetStreamApi
from sentinel.cluster.mention_stream import MentionStream
from sentinel.cluster.partition_lane import PartitionLane

MESSAGE = 2**20
"""Bytes of a message that is made of several bodies: larger ones hold up whatever else the servers agree on."""
FRAME = 1024
"""Bytes for a message's headers and what is around its bodies."""
SUPPOSED = 700
"""Bytes of a mention."""
MOST_WAITING = 32 * 2**20
"""Bytes that wait in this process; beyond them more is refused."""
FULL_FOR = 5.0
BUSY_FOR = 1.0


class Kept(msgspec.Struct, frozen=True):
    """The servers' word for a message."""

    stream: str
    seq: int
    duplicate: bool = False


class StreamPublisher:
    """Publishes to a stream, in one lane for each partition."""

    def __init__(self, api: JetStreamApi, stream: MentionStream, *, most_waiting: int = MOST_WAITING) -> None:
        self._api = api
        self._stream = stream
        self._most_waiting = most_waiting
        self._lanes: dict[int, PartitionLane] = {}
        self.waiting = 0
        """Bytes on their way."""
        self.published: Callable[[float], None] = lambda _: None
        """Told how long it took until most servers had a message."""
        self._bodies, self._bytes = 1, SUPPOSED

    @property
    def mean_size(self) -> float:
        """Bytes of a body, on average of what was published here; as supposed before anything was."""
        return self._bytes / self._bodies

    async def publish(self, items: Sequence[Carried]) -> None:
        """As `Carrier.publish`. A caller that is cancelled loses only the answer.

        Raises
        ------
        BodyTooLarge, CarrierBusy
            When nothing of it was published.
        StreamFull, CarrierAway
            When some of it was not.
        """
        size = sum(len(each.body) for each in items)
        self._admit(items, size)
        by_part: dict[int, list[Carried]] = defaultdict(list)
        for each in items:
            by_part[each.part].append(each)
        self._bodies += len(items)
        self._bytes += size
        pieces = [piece for part, some in by_part.items() for piece in self._lane(part).put(some)]
        for piece in pieces:
            self.waiting += piece.size
            piece.done.add_done_callback(partial(self._left, piece.size))
        if pieces:
            await asyncio.wait([piece.done for piece in pieces])  # which cancels none of them when it is cancelled
        for piece in pieces:
            piece.done.result()

    async def close(self) -> None:
        """Send no more."""
        for lane in self._lanes.values():
            await lane.close()

    def _left(self, size: int, done: asyncio.Future[None]) -> None:
        self.waiting -= size
        if not done.cancelled():
            done.exception()  # looked at, should the caller have gone

    def _lane(self, part: int) -> PartitionLane:
        if part not in self._lanes:
            self._lanes[part] = PartitionLane(part, self._send, min(MESSAGE, self._room))
        return self._lanes[part]

    @property
    def _room(self) -> int:
        return self._api.client.max_payload - FRAME

    def _admit(self, items: Sequence[Carried], size: int) -> None:
        for each in items:
            if len(each.body) > self._room:
                raise BodyTooLarge(
                    f"a mention of {len(each.body)} bytes is larger than NATS takes ({self._room}); set max_payload: "
                    "8MB on its servers"
                )
        if self.waiting and self.waiting + size > self._most_waiting:
            raise CarrierBusy(
                f"{self.waiting} bytes of mentions wait for NATS, {self._most_waiting} may; send again later, or start "
                "more processes that take mentions in",
                retry_after=BUSY_FOR,
            )

    async def _send(self, part: int, items: Sequence[Carried]) -> None:
        headers = {"Nats-Msg-Id": message_id([each.id for each in items]), "Nats-Expected-Stream": self._stream.name}
        message = pack([each.body for each in items])
        began = self._api.clock.monotonic()
        try:
            await self._api.say(self._stream.subject(part), message, Kept, headers=headers)
            self.published(self._api.clock.monotonic() - began)
        except ApiRefusal as refusal:
            if refusal.code in TOO_MUCH:
                raise StreamFull(
                    f"stream {self._stream.name} is full ({self._stream.max_bytes} bytes wait for workers): start more "
                    "workers, or raise max_bytes",
                    retry_after=FULL_FOR,
                ) from refusal
            raise CarrierError(f"stream {self._stream.name} takes nothing: {refusal}") from refusal
