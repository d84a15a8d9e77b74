"""What the failure tables of docs/cluster.md and docs/cluster-nats.md say, row by row: here what no other test enacts,
and that each row names its test.
"""

import asyncio
import json
import re
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from nats.aio.msg import Msg

from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import StreamFull
from sentinel.cluster.connection import connected
from sentinel.cluster.jetstream_api import TOO_MUCH, JetStreamApi
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.cluster.mention_stream import MentionStream
from sentinel.cluster.stream_publisher import StreamPublisher
from sentinel.cluster.worker import Worker
from sentinel.store import partition_rows
from sentinel.store import postgres as server_store
from sentinel.store.health import StoreFailing
from tests.builders import a_mention
from tests.cluster.nats_servers import CLOCK, NatsServers, soon
from tests.cluster.stand import PARTITIONS, CarrierStand, some
from tests.cluster.stand import Worker as Taker
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import Workshop, breathe
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jumps", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_a_machine_whose_clock_jumps(workshop: Workshop, jumps: timedelta) -> None:
    """Nobody's partition is taken over for it, and what is stamped meanwhile is folded and paged as ever."""
    one, two = await workshop.worker("one"), await workshop.worker("two")
    for worker in (one, two):
        workshop.start(worker)
    await workshop.until(partial(_own, 2, one, two), "each owns half")
    epochs = {row.id: row.epoch for row in await workshop.rows.look()}
    workshop.wall.step_wall(jumps)
    for _ in range(10):
        await _all_live_on(workshop)
    assert {row.id: row.epoch for row in await workshop.rows.look()} == epochs
    await workshop.put(storm(end=workshop.wall.now()))
    await workshop.until(partial(_burns, workshop), "the crisis is an incident")


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_taken_over_from_a_machine_whose_clock_is_wrong(workshop: Workshop, wrong: timedelta) -> None:
    """What the last owner stamped lies an hour ahead, or back: the next one folds what comes, and pages for it at once
    and not an hour later.
    """
    workshop.wall.step_wall(wrong)
    last = await taken_up(await workshop.owner(ACME, "wrong"))
    await workshop.put([a_mention("acme", id="calm")])
    await last._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(last)
    assert await last.fold.loop.checkpoint()
    workshop.wall.step_wall(-wrong)
    heir = await taken_up(await workshop.owner(ACME, "right"))
    await workshop.put(storm())
    await heir._take_in(await anext(workshop.carrier.take(ACME, heir._accepted)))
    for _ in range(3):
        await ticked(heir)
    assert [each.brand for each in await workshop.incidents()] == ["Acme"]
    assert await workshop.pages() == [("ana", "Acme")]


async def test_a_worker_that_postgresql_does_not_hear(
    workshop: Workshop, postgres: PostgresServer, tmp_path: Path
) -> None:
    """The way between them is cut while NATS is well: another one owns what it had, and once the way is back it finds
    out, begins anew, and has its share again.
    """
    way = tmp_path / ".s.PGSQL.5432"
    way.symlink_to(postgres.folder / way.name)
    one = await workshop.worker("one", url=f"postgresql://sentinel@/cluster?host={tmp_path}")
    two = await workshop.worker("two")
    for worker in (one, two):
        workshop.start(worker)
    await workshop.until(partial(_own, 2, one, two), "each owns half")
    way.unlink()
    await postgres.ask(
        "cluster", "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    )

    async def owned(count: int, *workers: Worker) -> bool:
        for database in workshop.opened:  # as a worker's patrol does
            with suppress(StoreFailing):
                await database.mend()
                database.health.well()
        return await _own(count, *workers)

    await workshop.until(partial(owned, 4, two), "the other owns all")
    way.symlink_to(postgres.folder / way.name)
    await workshop.until(partial(owned, 2, one, two), "each owns half again")


async def test_an_owner_that_is_frozen_amid_a_statement(
    workshop: Workshop, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds a partition's row and everybody's turn to write, and no limit of the server's counts there: whoever
    looks ends its session, and the partition is taken over and written to.
    """
    monkeypatch.setattr(partition_rows, "STANDS_STILL", 0.1)
    worker = await workshop.worker("heir")
    limit = {"idle_in_transaction_session_timeout": server_store.SHARED_IDLE_WITHIN}
    frozen = await asyncpg.connect(
        host=str(postgres.folder),
        user="sentinel",
        database="cluster",
        server_settings={"application_name": server_store.SHARING} | limit,
    )
    held = frozen.transaction()
    await held.start()
    await frozen.execute("SELECT pg_advisory_xact_lock(hashtext('sentinel ' || current_schema()))")
    await frozen.execute(f"UPDATE parts SET beat = beat + 1 WHERE id = {ACME}")
    half = await frozen.prepare("SELECT $1::int")  # of a statement; the rest never comes
    workshop.start(worker)
    putting = asyncio.ensure_future(workshop.put(storm()))
    await workshop.until(partial(_burns, workshop), "the crisis is an incident")
    await putting
    assert frozen.is_closed(), half


@pytest.fixture
def servers() -> NatsServers:
    """Of this test alone: all of them are stopped."""
    return NatsServers.begin()


async def test_no_nats_server_is_left(servers: NatsServers) -> None:
    """Nothing is taken meanwhile and nothing accepted is lost; what is under way when they come back counts once."""
    stand = CarrierStand(servers, "DOWN")
    try:
        carrier = await stand.carrier()
        await carrier.publish(some(1, "before"))
        for number in range(servers.many):
            servers.stop(number)
        await soon(partial(_answers, carrier, False), "they are not heard")
        under_way = asyncio.ensure_future(carrier.publish(some(1, "meanwhile")))
        for number in range(servers.many):
            servers.start(number)
        await under_way
        taker = Taker(carrier, 1)
        assert await taker.until("meanwhile") == ["before", "meanwhile"]
        await taker.leave()
    finally:
        await stand.end()
        servers.end()


@pytest.mark.parametrize("code", TOO_MUCH)
async def test_servers_whose_disk_is_full(code: int) -> None:
    """It is answered as a stream that is full: come back later; nothing that was accepted is thrown away."""
    servers = NatsServers.begin(many=1)
    stand = CarrierStand(servers, "DISK")
    client = await servers.client()
    try:

        async def refuse(message: Msg) -> None:
            said = {"error": {"code": 503, "err_code": code, "description": "insufficient resources"}}
            await message.respond(json.dumps(said).encode())

        await client.subscribe("DISK.1", cb=refuse)
        await client.flush()
        ours = await connected(stand.settings())
        api = JetStreamApi(ours, CLOCK)
        publisher = StreamPublisher(api, MentionStream(api, stand.settings(), PARTITIONS, CLOCK))
        with pytest.raises(StreamFull, match="start more workers, or raise max_bytes") as full:
            await publisher.publish([Carried(part=1, id="a", body=b"a")])
        assert full.value.retry_after == 5.0
        await publisher.close()
        await ours.close()
    finally:
        await client.close()
        servers.end()


@pytest.mark.parametrize("page", ["cluster.md", "es/cluster.md", "cluster-nats.md", "es/cluster-nats.md"])
def test_every_row_of_a_failure_table_names_its_test(page: str) -> None:
    """The third column; each of them exists."""
    rows = _failures((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert len(rows) > 5
    written = "\n".join(each.read_text(encoding="utf-8") for each in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)\(", written))
    for what, _, tests in rows:
        named = re.findall(r"`(test_\w+)`", tests)
        assert named, f"{page}: {what} names no test"
        assert set(named) <= known, f"{page}: {what} names {sorted(set(named) - known)}, which there is not"


def _failures(text: str) -> list[tuple[str, str, str]]:
    """What fails, what follows, and the tests that enact it."""
    _, _, after = re.split(r"^## (What happens when|Qué pasa cuando)$", text, maxsplit=1, flags=re.MULTILINE)
    table = [line for line in after.split("\n## ")[0].splitlines() if line.startswith("|")][2:]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]


async def _own(count: int, *workers: Worker) -> bool:
    return all(len(worker.owners) == count for worker in workers)


async def _all_live_on(workshop: Workshop) -> None:
    """Half a second, and as long as the database takes to hear everybody's beat of it: a machine that others use as
    well may stop it for longer than a beat may stand still.
    """

    async def beats() -> list[int]:
        known, rows = await workshop.rows.look_round(None)
        return [*(beat for _, beat in known), *(row.beat for row in rows)]

    before = await beats()
    await workshop.wall.advance(0.5)
    for _ in range(1_000):
        now = await beats()
        if len(now) == len(before) and all(new > old for new, old in zip(now, before, strict=True)):
            return
        await breathe()
    raise AssertionError("never: everybody shows a sign of life")


async def _burns(workshop: Workshop) -> bool:
    with suppress(StoreFailing):  # whoever waited too long for a lock is told so, and asks again
        return [each.brand for each in await workshop.incidents()] == ["Acme"]
    return False


async def _answers(carrier: JetStreamCarrier, wanted: bool) -> bool:
    return carrier.reachable is wanted
