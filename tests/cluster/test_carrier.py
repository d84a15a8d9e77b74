"""The carrier over three real NATS servers: once, in order, from hand to hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from itertools import count
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import BodyTooLarge, CarrierAway, CarrierBusy, CarrierMisfit, PinLost, StreamFull
from sentinel.cluster.connection import connected
from sentinel.cluster.jetstream_api import JetStreamApi
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.cluster.mention_stream import MentionStream
from sentinel.cluster.stream_publisher import StreamPublisher
from sentinel.config.nats import NatsSettings
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.errors import JournalFull
from sentinel.sources.http import MentionIntake
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.builders import a_mention
from tests.cluster.nats_servers import CLOCK, NatsServers, soon
from tests.cluster.stand import PARTITIONS, CarrierStand, Worker, some
from tests.daemon.setups import a_setup

_numbers = count(1)


@pytest.fixture(scope="module")
def servers() -> Iterator[NatsServers]:
    """Started once for all of them; each test has a stream of its own."""
    servers = NatsServers.begin()
    yield servers
    servers.end()


@pytest.fixture
async def stand(servers: NatsServers) -> AsyncIterator[CarrierStand]:
    stand = CarrierStand(servers, f"TEST{next(_numbers)}")
    yield stand
    await stand.end()


class Sequences(msgspec.Struct):
    consumer_seq: int


class ConsumerTold(msgspec.Struct):
    delivered: Sequences


async def test_what_is_published_twice_is_carried_once(stand: CarrierStand) -> None:
    """A publisher that did not hear the answer publishes again, in another process even."""
    first, second = await stand.carrier(), await stand.carrier()
    await first.publish(some(0, "a", "b"))
    await second.publish(some(0, "a", "b"))
    await first.publish(some(0, "c"))
    worker = Worker(first, 0)
    assert await worker.until("c") == ["a", "b", "c"]


async def test_a_publisher_whose_answer_is_lost_is_carried_once(stand: CarrierStand) -> None:
    """The servers keep the message and the network holds back that they did: it goes again, and counts once."""
    relay, whole = await stand.relay(), await stand.carrier()
    client = await connected(stand.settings([relay.url]))
    api = JetStreamApi(client, CLOCK, answers_within=0.2)
    publisher = StreamPublisher(api, MentionStream(api, stand.settings(), PARTITIONS, CLOCK))
    await publisher.publish(some(0, "a"))
    relay.hold_answers()
    tries = relay.publishes
    waiting = asyncio.ensure_future(publisher.publish(some(0, "b")))
    worker = Worker(whole, 0)
    await worker.until("b")
    await soon(lambda: _true(relay.publishes >= tries + 2), "it is tried again")
    assert not waiting.done()
    relay.mend()
    await waiting
    await whole.publish(some(0, "c"))
    assert await worker.until("c") == ["a", "b", "c"]
    await publisher.close()
    await client.close()


async def test_the_order_of_a_partition_is_kept(stand: CarrierStand) -> None:
    """Many publish at once: what one of them published earlier is handed out earlier."""
    carrier = await stand.carrier()
    async with asyncio.TaskGroup() as tasks:
        for n in range(100):
            tasks.create_task(carrier.publish(some(n % 2, f"{n}", f"{n}+")))
    await carrier.publish(some(0, "end"))
    await carrier.publish(some(1, "end"))
    for part in range(2):
        wanted = [word for n in range(part, 100, 2) for word in (f"{n}", f"{n}+")]
        assert await Worker(carrier, part).until("end") == [*wanted, "end"]


async def test_bodies_beyond_one_message_are_several_in_order(stand: CarrierStand) -> None:
    """A message has a bound; what goes beyond it follows."""
    carrier = await stand.carrier(max_bytes=2**26)
    bodies = [bytes([n]) * 300_000 for n in range(9)]
    await carrier.publish([Carried(part=0, id=str(n), body=body) for n, body in enumerate(bodies)])
    took: list[bytes] = []
    batches = carrier.take(0, 0)
    while len(took) < len(bodies):
        took += (await anext(batches)).bodies
    assert took == bodies


async def test_nothing_to_publish_is_published_at_once(stand: CarrierStand) -> None:
    """An empty batch, such as a source's that only moves its cursor."""
    await (await stand.carrier()).publish([])


async def test_a_worker_goes_on_where_the_last_one_committed(stand: CarrierStand) -> None:
    """What it had in hand and did not commit comes again, all of it and in order."""
    carrier = await stand.carrier()
    await carrier.publish(some(0, "a"))
    first = Worker(carrier, 0)
    await first.until("a")
    await first.accept()
    committed = first.last
    await carrier.publish(some(0, "b"))
    await carrier.publish(some(0, "c"))
    await first.until("c")
    second = Worker(await stand.carrier(), 0, committed)
    assert await second.until("c") == ["b", "c"]


async def test_a_frozen_worker_loses_the_pin_and_its_late_acknowledgement_changes_nothing(stand: CarrierStand) -> None:
    """It committed, stood still before it could say so, and another one took over; then it wakes."""
    carrier, second = await stand.carrier(), await stand.carrier()
    await carrier.publish(some(0, "a", "b"))
    frozen = Worker(carrier, 0)
    await frozen.until("b")
    committed = frozen.last
    await carrier.publish(some(0, "c"))
    owner = Worker(second, 0, committed)
    assert await owner.until("c") == ["c"]
    await frozen.accept()
    with pytest.raises(PinLost, match="another worker takes from partition 0"):
        while True:
            await frozen.next()
    await carrier.publish(some(0, "d"))
    assert await owner.until("d") == ["c", "d"]
    assert await Worker(await stand.carrier(), 0, committed).until("d") == ["c", "d"]


async def test_an_idle_worker_learns_that_another_one_takes(stand: CarrierStand) -> None:
    """Nothing is published meanwhile: the pin alone would say nothing, the servers' heartbeat does."""
    carrier = await stand.carrier()
    await carrier.publish(some(0, "a"))
    idle = Worker(carrier, 0)
    await idle.until("a")
    waiting = asyncio.ensure_future(idle.next())
    owner = Worker(await stand.carrier(), 0, idle.last)
    taking = asyncio.ensure_future(owner.next())
    with pytest.raises(PinLost):
        await waiting
    await carrier.publish(some(0, "b"))
    await taking
    assert owner.words == ["b"]


async def test_a_killed_worker_is_taken_over_at_once(stand: CarrierStand, servers: NatsServers) -> None:
    """Its connection is gone, its pin is not: who takes over does not wait until it lapses."""
    client = await connected(stand.settings())
    api = JetStreamApi(client, CLOCK)
    stream = MentionStream(api, stand.settings(), PARTITIONS, CLOCK)
    await soon(lambda: _ensured(stream), "the stream is made")
    killed = Worker(JetStreamCarrier(client, stream, StreamPublisher(api, stream), CLOCK), 0)
    carrier = await stand.carrier()
    await carrier.publish(some(0, "a"))
    await killed.until("a")
    await client.close()
    began = CLOCK.monotonic()
    assert await Worker(carrier, 0).until("a") == ["a"]
    assert CLOCK.monotonic() - began < 2.5


async def test_messages_that_got_lost_on_the_way_come_again(stand: CarrierStand) -> None:
    """The servers sent them, and the connection broke: their numbers are missing, and the consumer is set back."""
    relay = await stand.relay()
    carrier, other = await stand.carrier([relay.url]), await stand.carrier()
    await other.publish(some(0, "a"))
    worker = Worker(carrier, 0)
    await worker.until("a")
    relay.cut()
    await other.publish(some(0, "b"))
    await soon(lambda: _delivered(stand, 2), "b is on its way")
    relay.sever()
    await other.publish(some(0, "c"))
    assert await worker.until("c") == ["a", "b", "c"]


async def test_the_last_message_before_silence_comes_again(stand: CarrierStand) -> None:
    """Nothing is published after it, whose number would show that it is missing: the servers' heartbeat does."""
    relay = await stand.relay()
    carrier, other = await stand.carrier([relay.url]), await stand.carrier()
    await other.publish(some(0, "a"))
    worker = Worker(carrier, 0)
    await worker.until("a")
    relay.cut()
    await other.publish(some(0, "b"))
    await soon(lambda: _delivered(stand, 2), "b is on its way")
    relay.sever()
    assert await worker.until("b") == ["a", "b"]


async def test_publishing_goes_on_when_the_leader_dies(stand: CarrierStand, servers: NatsServers) -> None:
    """The others elect one; what is under way goes again under its id; a worker takes on."""
    carrier = await stand.carrier()
    worker = Worker(carrier, 0)
    await carrier.publish(some(0, "before"))
    await worker.until("before")
    leader = await servers.leader(stand.name)
    servers.stop(leader)
    try:
        for n in range(10):
            await carrier.publish(some(0, str(n)))
        try:
            words = await worker.until("9")
        except PinLost:
            words = await Worker(carrier, 0).until("9")
        assert words == ["before", *map(str, range(10))]
    finally:
        servers.start(leader)


async def test_a_full_stream_refuses_until_workers_commit(stand: CarrierStand) -> None:
    """Nothing that was accepted is thrown away for what is new."""
    carrier = await stand.carrier(max_bytes=2**20)
    kept: list[str] = []
    with pytest.raises(StreamFull, match="stream TEST.* is full .1048576 bytes") as full:
        for n in range(20):
            await carrier.publish([Carried(part=0, id=str(n), body=str(n).encode().rjust(100_000))])
            kept.append(str(n))
    assert full.value.retry_after == 5.0
    worker = Worker(carrier, 0)
    assert [word.strip() for word in await worker.until(kept[-1].rjust(100_000))] == kept
    await worker.accept()
    await carrier.publish(some(0, "again"))
    await worker.until("again")


async def test_whoever_posts_meets_a_full_stream(stand: CarrierStand, tmp_path: Path) -> None:
    """What does not fit is not taken and no error either: the sender hears that the queue is full (429), and is heard
    once workers have committed some of it; sources that can wait are told to.
    """
    carrier, partitions, setup = await stand.carrier(max_bytes=2**20), Partitions(PARTITIONS), a_setup(tmp_path)
    router = PartRouter(setup, partitions)
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/front.db", StoreHealth(CLOCK))
    carried = CarriedJournal(database, CLOCK, carrier, lambda: router)
    intake = MentionIntake(journal=carried, clock=CLOCK, heard={})
    posts = [json.dumps(_post(number)).encode() for number in range(200)]
    taken = [await intake.take(post) for post in posts[:150]]
    kept = sum(each.accepted for each in taken)
    assert [each.whole for each in taken] == [True] * kept + [False] * (150 - kept)
    assert 0 < kept < 150
    with pytest.raises(JournalFull, match="is full") as full:
        await carried.append([a_mention("acme " + "x" * 9_000, id="again")], cursor=("news", b"7"))
    assert full.value.retry_after == 5.0
    assert await carried.cursor("news") is None
    part, bodies = partitions.of_name("Acme"), 0
    async with aclosing(carrier.take(part, 0)) as batches:
        async for batch in batches:
            bodies += len(batch.bodies)
            await carrier.accepted(part, batch.last)
            if bodies >= kept:
                break
    await carrier._stream.forget(part, batch.last)
    assert (await intake.take(posts[150])).accepted == 1
    await database.close()


def _post(number: int) -> dict[str, str]:
    text = f"acme {number} " + "x" * 9_000
    return {"source": "reviews", "id": str(number), "text": text, "published_at": f"{CLOCK.now():%Y-%m-%dT%H:%M:%SZ}"}


async def test_what_the_servers_say_of_the_stream(stand: CarrierStand) -> None:
    """How much it holds, and what each partition's consumer has not had acknowledged; messages are timed."""
    carrier = await stand.carrier(max_bytes=2**20)
    times: list[float] = []
    carrier.timed(times.append)
    worker = Worker(carrier, 1)
    await carrier.publish(some(1, "first"))
    await worker.until("first")
    await carrier.publish(some(1, "second"))
    watching = asyncio.ensure_future(carrier.watch())
    await soon(lambda: _true(carrier.standing.pending == {1: 2}), "two are not acknowledged")
    assert 0 < carrier.fullness < 0.1
    assert carrier.standing.most == 2**20
    assert len(times) == 2
    assert carrier.reconnects == 0
    watching.cancel()


async def test_more_than_this_process_holds_is_refused(stand: CarrierStand) -> None:
    """While the servers do not answer, memory does not grow without an end."""
    relay = await stand.relay()
    client = await connected(stand.settings([relay.url]))
    api = JetStreamApi(client, CLOCK)
    stream = MentionStream(api, stand.settings(), PARTITIONS, CLOCK)
    await soon(lambda: _ensured(stream), "the stream is made")
    publisher = StreamPublisher(api, stream, most_waiting=1000)
    relay.cut()
    waiting = asyncio.ensure_future(publisher.publish([Carried(part=0, id="a", body=b"x" * 900)]))
    await soon(lambda: _true(publisher.waiting > 0), "it waits")
    with pytest.raises(CarrierBusy, match="905 bytes of mentions wait for NATS, 1000 may") as busy:
        await publisher.publish([Carried(part=0, id="b", body=b"x" * 900)])
    assert busy.value.retry_after == 1.0
    relay.mend()
    await waiting
    assert publisher.waiting == 0
    await publisher.close()
    await client.close()


async def test_a_body_beyond_a_message_is_refused(stand: CarrierStand) -> None:
    """Whatever else stands in the batch is not published either."""
    carrier = await stand.carrier()
    with pytest.raises(BodyTooLarge, match="8388608 bytes is larger than NATS takes"):
        await carrier.publish([*some(0, "a"), Carried(part=0, id="b", body=b"x" * 2**23)])
    assert await carrier.waiting() == 0


async def test_a_caller_that_is_cancelled_loses_only_the_answer(stand: CarrierStand) -> None:
    """Others share its message."""
    carrier = await stand.carrier()
    gone = asyncio.ensure_future(carrier.publish(some(0, "gone")))
    other = asyncio.ensure_future(carrier.publish(some(0, "other")))
    await CLOCK.sleep(0)
    gone.cancel()
    await other
    assert await Worker(carrier, 0).until("other") == ["gone", "other"]


async def test_a_stream_of_somebody_elses_is_refused(stand: CarrierStand) -> None:
    """It would throw mentions away."""
    client = await stand.servers.client()
    await client.request(
        f"$JS.API.STREAM.CREATE.{stand.name}",
        f'{{"name": "{stand.name}", "subjects": ["{stand.name}.*"], "discard": "old", "retention": "limits",'
        '"storage": "file"}'.encode(),
        timeout=5,
    )
    with pytest.raises(CarrierMisfit, match="has discard 'old' and needs 'new'; give another name"):
        await JetStreamCarrier.open(stand.settings(), PARTITIONS, CLOCK)
    await client.close()


async def test_another_number_of_partitions_is_refused(stand: CarrierStand) -> None:
    """What waits in partitions that there are no more would wait for ever."""
    await stand.carrier(partitions=4)
    with pytest.raises(CarrierMisfit, match="made for 4 partitions and there are 2 now"):
        await JetStreamCarrier.open(stand.settings(), 2, CLOCK)


async def test_a_stream_grows_with_the_configuration(stand: CarrierStand) -> None:
    """No command of NATS's own is needed for it."""
    await stand.carrier(max_bytes=2**20)
    carrier = await stand.carrier(max_bytes=2**22)
    for n in range(20):
        await carrier.publish([Carried(part=0, id=str(n), body=str(n).encode().rjust(100_000))])
    assert 19 <= await carrier.waiting() <= 22


async def test_a_stream_made_anew_numbers_beyond_the_old_one(stand: CarrierStand) -> None:
    """Its servers lost everything: what is published then is not taken for what was committed before."""
    carrier = await stand.carrier()
    await carrier.publish(some(0, "old"))
    worker = Worker(carrier, 0)
    await worker.until("old")
    client = await stand.servers.client()
    await client.request(f"$JS.API.STREAM.DELETE.{stand.name}", timeout=5)
    fresh = await stand.carrier()
    await fresh.publish(some(0, "new"))
    assert await Worker(fresh, 0, worker.last).until("new") == ["new"]
    await client.close()


async def test_a_stream_from_an_older_copy_is_refused(stand: CarrierStand) -> None:
    """It ends before what is committed."""
    carrier = await stand.carrier()
    with pytest.raises(CarrierMisfit, match="restored from an older copy"):
        await Worker(carrier, 0, 2**60).next()


async def test_what_is_committed_is_deleted(stand: CarrierStand) -> None:
    """The stream holds what waits, and little more."""
    carrier = await stand.carrier()
    await carrier.publish(some(0, "a"))
    await carrier.publish(some(1, "other"))
    worker = Worker(carrier, 0)
    await worker.until("a")
    await worker.accept()
    stream = MentionStream(carrier._api, stand.settings(), PARTITIONS, CLOCK)
    assert (await stream.state()).messages == 1
    assert await Worker(carrier, 1).until("other") == ["other"]


async def test_nobody_listens() -> None:
    """The error names the address and no password."""
    with pytest.raises(CarrierAway, match="NATS at nats://127.0.0.1:1 does not answer") as away:
        settings = NatsSettings(servers=(SecretStr("nats://ana:hunter2@127.0.0.1:1"),))
        await JetStreamCarrier.open(settings, 1, CLOCK)
    assert "hunter2" not in str(away.value)
    assert away.value.retry_after == 5.0


async def test_user_and_password_of_the_first_address_are_everybodys() -> None:
    """A server that asks for them lets nobody else in."""
    servers = NatsServers.begin(1, ("ana", "p@ss"))
    try:
        stand = CarrierStand(servers, "S")
        (url,) = servers.urls
        await stand.carrier([url.replace("//", "//ana:p%40ss@")], replicas=1)
        with pytest.raises(CarrierMisfit, match="refuses user or password"):
            await JetStreamCarrier.open(stand.settings([url.replace("//", "//ana:wrong@")]), 2, CLOCK)
        await stand.end()
    finally:
        servers.end()


async def _delivered(stand: CarrierStand, many: int) -> bool:
    """Whether the servers sent so many messages of partition 0."""
    client = await stand.servers.client()
    try:
        given = await client.request(f"$JS.API.CONSUMER.INFO.{stand.name}.part-0", timeout=2)
        return msgspec.json.decode(given.data, type=ConsumerTold).delivered.consumer_seq >= many
    finally:
        await client.close()


async def _true(what: bool) -> bool:
    return what


async def _ensured(stream: MentionStream) -> bool:
    """Not while a server of the test before is still missed by the others."""
    with suppress(CarrierAway):
        await stream.ensure()
        return True
    return False
