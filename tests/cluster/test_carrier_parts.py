"""The carrier's parts without servers: lanes that keep order, messages and their ids, what comes back for a request."""

import asyncio
from collections.abc import Sequence

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from sentinel.cluster.carried_message import message_id, pack, unpack
from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import CarrierAway, CarrierError, PinLost, StreamFull
from sentinel.cluster.partition_lane import PartitionLane, again
from sentinel.cluster.pull import Delivered, PullStanding, PullStatus, read


def items(*ids: str, size: int = 1) -> list[Carried]:
    return [Carried(part=0, id=id, body=b"x" * size) for id in ids]


class Sent:
    """What a lane sends; its answer waits until the test gives it."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self._answers: asyncio.Queue[CarrierError | None] = asyncio.Queue()

    async def send(self, part: int, group: Sequence[Carried]) -> None:
        self.groups.append([each.id for each in group])
        if (error := await self._answers.get()) is not None:
            raise error

    def answer(self, error: CarrierError | None = None) -> None:
        self._answers.put_nowait(error)


async def test_one_message_at_a_time_and_the_rest_goes_together() -> None:
    """While the first is under way two others come: they share the next one."""
    sent = Sent()
    lane = PartitionLane(0, sent.send, 1000)
    pieces = [piece for each in ("a", "b", "c") for piece in (lane.put(items(each)), await turn())[0]]
    assert sent.groups == [["a"]]
    sent.answer()
    sent.answer()
    await asyncio.wait([piece.done for piece in pieces])
    assert sent.groups == [["a"], ["b", "c"]]


async def test_a_message_that_fails_is_told_to_each_and_the_next_one_goes() -> None:
    """Whoever waits gets an error of its own."""
    sent = Sent()
    lane = PartitionLane(0, sent.send, 1000)
    (first,) = lane.put(items("a"))
    await turn()
    (second,), (third,) = lane.put(items("b")), lane.put(items("c"))
    sent.answer()
    sent.answer(StreamFull("full", retry_after=5.0))
    await asyncio.wait([second.done, third.done])
    told = [second.done.exception(), third.done.exception()]
    assert all(isinstance(each, StreamFull) and each.retry_after == 5.0 for each in told)
    assert told[0] is not told[1]
    assert first.done.exception() is None
    (last,) = lane.put(items("d"))
    sent.answer()
    assert await last.done is None


async def test_what_does_not_fit_goes_in_several_messages() -> None:
    """In order, and a larger one alone."""
    sent = Sent()
    lane = PartitionLane(0, sent.send, 100)
    pieces = lane.put([*items("a", "b", size=40), *items("c", size=90), *items("d", size=40)])
    for _ in pieces:
        sent.answer()
    await asyncio.wait([piece.done for piece in pieces])
    assert sent.groups == [["a", "b"], ["c"], ["d"]]


async def test_a_lane_that_is_closed_tells_who_waits() -> None:
    """They are cancelled, not left waiting."""
    sent = Sent()
    lane = PartitionLane(0, sent.send, 100)
    (under_way,) = lane.put(items("a"))
    await turn()
    (waiting,) = lane.put(items("b"))
    await lane.close()
    assert under_way.done.cancelled()
    assert waiting.done.cancelled()


@pytest.mark.parametrize("error", [StreamFull("x", retry_after=1.0), PinLost("x"), CarrierAway("x", retry_after=2.0)])
def test_an_error_told_again_says_the_same(error: CarrierError) -> None:
    other = again(error)
    assert (type(other), str(other), other.retry_after) == (type(error), str(error), error.retry_after)
    assert other is not error


def test_a_message_id_tells_what_is_published_and_in_which_order() -> None:
    """Also for text that UTF-8 does not hold."""
    ids = [message_id(each) for each in (["a", "b"], ["b", "a"], ["ab"], ["a"], ["\ud800"])]
    assert len(set(ids)) == 5
    assert ids[0] == message_id(["a", "b"])


@pytest.mark.parametrize("message", [b"", b"hello", pack([b"a"])[:-1], b"\x92\x02\x91\xc4\x01a"])
def test_a_message_that_is_none_of_ours_is_said_so(message: bytes) -> None:
    """Cut, foreign, or of a later version."""
    with pytest.raises(CarrierError, match="the stream holds a message"):
        unpack(message)


def came(headers: dict[str, str], reply: str = "") -> Msg:
    return Msg(_client=Client(), subject="x", reply=reply, data=b"body", headers=headers)


def test_a_delivered_message_knows_its_places() -> None:
    reply = "$JS.ACK.SENTINEL.part-0.1.41.7.1796051582774223482.9"
    assert read(came({"Nats-Pin-Id": "p"}, reply)) == Delivered(seq=41, number=7, pin="p", reply=reply, body=b"body")


@pytest.mark.parametrize(
    ("headers", "standing"),
    [
        ({"Status": "100", "Description": "Idle Heartbeat", "Nats-Last-Consumer": "5"}, (PullStatus.WAITING, 5)),
        ({"Status": "408", "Description": "Request Timeout"}, (PullStatus.OVER, None)),
        ({"Status": "409", "Description": "Leadership Change"}, (PullStatus.OVER, None)),
        ({"Status": "409", "Description": "Server Shutdown"}, (PullStatus.OVER, None)),
        ({"Status": "409", "Description": "Consumer Deleted"}, (PullStatus.NO_CONSUMER, None)),
        ({"Status": "423", "Description": "Nats-Pin-Id mismatch"}, (PullStatus.PIN_LOST, None)),
        ({"Status": "503"}, (PullStatus.NO_LEADER, None)),
    ],
)
def test_a_word_on_a_request_is_understood(headers: dict[str, str], standing: tuple[PullStatus, int | None]) -> None:
    """Whatever is not known asks again, which is safe."""
    assert read(came(headers)) == PullStanding(status=standing[0], delivered=standing[1])


async def turn() -> None:
    """Whoever can go on does."""
    for _ in range(3):
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        loop.call_soon(done.set_result, None)
        await done
