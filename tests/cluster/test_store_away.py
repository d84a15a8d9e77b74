"""PostgreSQL is away: those who send tell people, and page from memory whoever an open ladder would have paged."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from sentinel.assembly.app import Daemon
from sentinel.assembly.duty_parts import HOUSEKEEPING
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.process_roles import ProcessRole
from sentinel.cluster.duties import Duties
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.daemon.selfcheck.store_alarm import STAND_IN
from sentinel.incidents.incident import State
from sentinel.notify.base import Delivery, MessageKind, SendOutcome, SendReason, Status
from sentinel.notify.retry import after_send
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.holder import Unshared
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import Workshop
from tests.postgres import PostgresServer

AWAY = "💾 Sentinel no llega a su base de datos: no se vigila ninguna marca"
BACK = "💾 Sentinel vuelve a llegar a su base de datos"
SENT = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)


class Notifying:
    """A process that sends, as far as it looks after the store; what it would send is taken by hand."""

    def __init__(self, workshop: Workshop, stack: AsyncExitStack) -> None:
        self._workshop = workshop
        self._stack = stack
        self.daemon = Daemon(workshop.file, workshop.wall, roles=[ProcessRole.NOTIFY])

    @property
    def parts(self) -> DaemonParts:
        return self.daemon._parts

    @property
    def duties(self) -> Duties:
        assert self.daemon._duties is not None
        return self.daemon._duties.duties

    async def begin(self) -> "Notifying":
        workshop, daemon = self._workshop, self.daemon
        database = await Database.open(workshop.url, StoreHealth(workshop.wall), shared=True)
        self._stack.push_async_callback(database.close)
        daemon._held = Unshared()
        await daemon._appear(database, self._stack)
        secrets = await daemon._secrets_of(database, workshop.url)
        daemon._in_force.links = secrets.links
        daemon._in_force.reword()
        await daemon._stand(database, secrets, self._stack)
        await self.look()
        return self

    async def look(self) -> None:
        """At who else lives, and at the incidents."""
        await self.duties.look()
        assert isinstance(self.parts.loop, MirrorLoop)
        await self.parts.loop.look()

    async def goes_round(self, seconds: float = 0) -> list[Delivery]:
        """A while passes and it looks after the store; gives what it sends then, and the provider takes all of it."""
        await self._workshop.wall.advance(seconds)
        assert isinstance(self.parts.loop, MirrorLoop)
        await self.parts.loop.tick()
        await self.parts.watch._patrol.go_round()
        now = self._workshop.wall.now()
        sent = await self.parts.store.due(now)
        for row in sent:
            await self.parts.store.record(row, after_send(row, SENT, now, channels=1, max_attempts=3))
        return sent


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def burning(workshop: Workshop) -> None:
    """Acme has a crisis of which Ana was paged, and whoever folds it is gone."""
    owner = await taken_up(await workshop.owner(ACME, "gone"))
    await workshop.put(storm())
    await owner._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(owner)
    assert await workshop.pages() == [("ana", "Acme")]


async def test_ladders_are_climbed_from_memory_while_the_store_is_away(
    workshop: Workshop, postgres: PostgresServer, stack: AsyncExitStack
) -> None:
    """The operators hear within a quarter of a minute that nothing is watched, and of what stood open. When
    it is the boss's turn the boss is paged, nobody twice however long it lasts, and once the store is back whoever owns
    the partition does not page the boss for that step again.
    """
    await burning(workshop)
    notify = await Notifying(workshop, stack).begin()
    for row in await notify.goes_round():
        assert row.message.kind is MessageKind.PAGE  # Ana's, which waited for somebody who sends
    postgres.stop()
    try:
        assert await notify.goes_round(1) == []
        (told,) = await notify.goes_round(11)
        assert (told.contact, told.message.title) == ("ana", AWAY)
        assert "Acme" in told.message.body
        sent = [row for pace in (10, 60) for _ in range(60) for row in await notify.goes_round(pace)]
        assert [(row.contact, row.step, row.round) for row in sent] == [("boss", 2, 0), ("ana", 1, 1)]
    finally:
        postgres.start()
    await notify.goes_round(2)
    titles = [row["title"] for row in await postgres.ask("cluster", "SELECT title FROM outbox WHERE incident IS NULL")]
    assert sorted(titles) == [AWAY, BACK]
    query = "SELECT contact, step, round, state FROM outbox WHERE kind = 'page' AND incident IS NOT NULL ORDER BY id"
    rows = [tuple(row) for row in await postgres.ask("cluster", query)]
    assert ("boss", 2, 0, "accepted") in rows
    heir = await taken_up(await workshop.owner(ACME, "heir"))
    await ticked(heir)
    (incident,) = await workshop.incidents()
    assert incident.state is State.OPEN
    after = [tuple(row) for row in await postgres.ask("cluster", query)]
    assert [each for each in after if each[:3] == ("boss", 2, 0)] == [("boss", 2, 0, "accepted")]


async def test_whoever_stands_in_tells_it_a_minute_later(
    workshop: Workshop, postgres: PostgresServer, stack: AsyncExitStack
) -> None:
    """Nobody can know whether the one whose duty it is has gone with the database: another one says so as well."""
    both = [await Notifying(workshop, stack).begin() for _ in range(2)]
    for _ in range(2):  # whose share it is lets go of nothing before the other one has
        for each in both:
            await each.look()
    has = [each for each in both if each.duties.has(HOUSEKEEPING)]
    assert len(has) == 1
    postgres.stop()
    told: list[tuple[bool, int]] = []
    try:
        for seconds in range(0, 90, 2):
            for each in both:
                told += [(each in has, seconds) for row in await each.goes_round(1) if row.message.title == AWAY]
    finally:
        postgres.start()
    (first, early), (second, late) = told
    assert (first, second) == (True, False)
    assert late - early >= STAND_IN.total_seconds()


async def test_whoever_hears_nobody_else_pages_nobody(
    workshop: Workshop, postgres: PostgresServer, stack: AsyncExitStack
) -> None:
    """It is more likely cut off alone, and others page: the operators hear of it, and no ladder is climbed."""
    await burning(workshop)
    notify = await Notifying(workshop, stack).begin()
    await notify.goes_round()
    ladders = notify.parts.watch._patrol._alarm._ladders
    assert ladders is not None
    ladders._heard = lambda: False
    postgres.stop()
    try:
        sent = [row for _ in range(120) for row in await notify.goes_round(10)]
    finally:
        postgres.start()
    assert [row.message.title for row in sent] == [AWAY]
