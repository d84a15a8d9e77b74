"""The lane of one partition on its way out: one message at a time, so that what is tried again overtakes nothing.

What comes in while a message is under way goes together with the next one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import CarrierError

Send = Callable[[int, Sequence[Carried]], Awaitable[None]]


@dataclass(slots=True)
class Waiting:
    """What one caller published to the partition, and who is told."""

    items: Sequence[Carried]
    size: int
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class PartitionLane:
    """Sends what is put into it, in order.

    Parameters
    ----------
    send
        Returns once a message of these is kept; raises `CarrierError` when it is not.
    room
        Bytes that a message may have. A caller's items stay together where they fit.
    """

    def __init__(self, part: int, send: Send, room: int) -> None:
        self._part = part
        self._send = send
        self._room = room
        self._waiting: deque[Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None

    def put(self, items: Sequence[Carried]) -> list[Waiting]:
        """Have items sent; each piece that is given is done once it is kept."""
        pieces = [Waiting(items=piece, size=_size(piece)) for piece in _pieces(items, self._room)]
        self._waiting.extend(pieces)
        if self._writer is None or self._writer.done():
            # Not in a TaskGroup on purpose, as the journal's: the writer outlives whoever woke it, or a caller's
            # cancellation would tear the message of everybody who shares it. It ends by itself when nothing waits.
            self._writer = asyncio.get_running_loop().create_task(self._write(), name=f"lane-{self._part}")
        return pieces

    async def close(self) -> None:
        """Send no more; whoever waits is told that it was cancelled."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.wait([self._writer])

    async def _write(self) -> None:
        group: list[Waiting] = []
        try:
            while self._waiting:
                group = self._group()
                await self._send_group(group)
        finally:
            for each in (*group, *self._waiting):
                each.done.cancel()
            self._waiting.clear()

    async def _send_group(self, group: Sequence[Waiting]) -> None:
        try:
            await self._send(self._part, [item for each in group for item in each.items])
        except CarrierError as error:
            for each in group:
                if not each.done.done():
                    each.done.set_exception(again(error))
            return
        for each in group:
            if not each.done.done():
                each.done.set_result(None)

    def _group(self) -> list[Waiting]:
        group = [self._waiting.popleft()]
        size = group[0].size
        while self._waiting and (size := size + self._waiting[0].size) <= self._room:
            group.append(self._waiting.popleft())
        return group


def _pieces(items: Sequence[Carried], room: int) -> list[list[Carried]]:
    """Items in as few pieces as fit a message each."""
    pieces: list[list[Carried]] = [[]]
    size = 0
    for item in items:
        size += _cost(item)
        if pieces[-1] and size > room:
            pieces.append([])
            size = _cost(item)
        pieces[-1].append(item)
    return pieces


def _size(items: Sequence[Carried]) -> int:
    return sum(map(_cost, items))


def _cost(item: Carried) -> int:
    return len(item.body) + 5  # with its length


def again(error: CarrierError) -> CarrierError:
    """One each: an exception that several await grows a trace of all of them."""
    fresh = type(error).__new__(type(error))
    fresh.args = error.args
    fresh.__dict__.update(error.__dict__)
    return fresh
