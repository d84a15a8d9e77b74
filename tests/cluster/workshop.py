"""Workers over one store, in one process: each with connections of its own, all by one clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.partition_parts import PartitionFolds
from sentinel.clock import SystemClock
from sentinel.cluster.carried_entry import of_mention
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.partition_owner import PartitionFold, PartitionOwner
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.cluster.worker import Worker
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.notify.base import MessageKind
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.outbox import Outbox
from sentinel.store.partition_rows import OwnedPart, PartitionRows
from tests.daemon.setups import CONFIG
from tests.daemon.watchhouse import NoFigures
from tests.fakes import FakeClock

PARTS = 4
BRANDS = "".join(
    f"  - {{name: {name}, match: {{any: [{name.lower()}]}}}}\n" for name in ("Acme", "Beta", "Delta", "Gamma", "Zeta")
)
TEXT = CONFIG[: CONFIG.index("brands:")] + "brands:\n" + BRANDS + CONFIG[CONFIG.index("contacts:") :]


@dataclass
class Workshop:
    """The store, whoever puts mentions in, and the workers."""

    url: str
    file: Path
    config: ActiveConfig
    database: Database
    rows: PartitionRows
    wall: FakeClock
    carrier: TableCarrier
    opened: list[Database] = field(default_factory=list)
    tables: list[PartitionRows] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)
    partitions: Partitions = field(default_factory=lambda: Partitions(PARTS))

    @classmethod
    async def open(cls, url: str, folder: Path, wall: FakeClock) -> "Workshop":
        path = folder / "cluster.yaml"
        divided = f'store: {{url: "{url}"}}\ncluster: {{partitions: {PARTS}}}\n'
        path.write_text(TEXT + divided, encoding="utf-8")
        database = await Database.open(url, StoreHealth(wall), shared=True)
        rows = PartitionRows(url)
        await divided_into(database, PARTS)
        config = ActiveConfig.read(path, lambda _: "http://x")
        return cls(url, path, config, database, rows, wall, TableCarrier(database, wall))

    async def close(self) -> None:
        for task in self.running:
            task.cancel()
        if self.running:
            await asyncio.wait(self.running)
        for rows in (*self.tables, self.rows):
            await rows.close()
        for database in (*self.opened, self.database):
            await database.close()

    # -- what happens

    async def put(self, mentions: Sequence[Mention]) -> None:
        """Somebody hears these."""
        router = PartRouter(self.config.setup, self.partitions)
        now = self.wall.now()
        await self.carrier.publish(
            [each for mention in mentions for each in of_mention(mention, router.parts_of(mention, now))]
        )

    async def owner(self, part: int, name: str) -> PartitionOwner:
        """Take a partition as it stands now, whoever has it."""
        (row,) = [row for row in await self.rows.look() if row.id == part]
        owned = await self.rows.claim(row, name)
        assert owned is not None
        return PartitionOwner(owned, await self._fold(owned), self.carrier, self.wall)

    async def worker(self, name: str, carrier: Carrier | None = None, url: str = "") -> Worker:
        """One more process; ``url``: its own way to the store."""
        rows, database = PartitionRows(url or self.url), await self._connected(url)
        self.tables.append(rows)
        clock = SystemClock.over(self.wall)
        folds = PartitionFolds(database, self.partitions, lambda: self.config, NoFigures(), clock, _no_secrets)

        async def build(owned: OwnedPart) -> PartitionFold:
            return folds.build(owned)

        return Worker(name, rows, carrier or TableCarrier(database, self.wall), build, self.wall)

    def start(self, worker: Worker, stop: asyncio.Event | None = None) -> asyncio.Task[None]:
        """It runs until it is cancelled, which is as if it were killed."""
        task = asyncio.ensure_future(worker.run(stop or asyncio.Event()))
        self.running.append(task)
        return task

    async def pass_time(self, seconds: float, step: float = 0.25) -> None:
        """Time passes, and the database has its say in between."""
        for _ in range(round(seconds / step)):
            await self.wall.advance(step)
            await breathe()

    async def until(self, holds: Callable[[], Awaitable[bool]], why: str) -> None:
        """Time passes until it holds: the database answers in its own time, whatever the clock says."""
        for _ in range(600):
            if await holds():
                return
            await self.pass_time(0.25)
        raise AssertionError(f"never: {why}")

    # -- what came of it

    async def journal_of(self, part: int) -> list[str]:
        return [entry.id for entry in await Journal(self.database, self.wall, part=part).read(0, 10_000)]

    async def incidents(self) -> list[Incident]:
        return await IncidentStore(self.database).find(limit=100)

    async def pages(self) -> list[tuple[str, str]]:
        """(contact, brand) of all that was ever put into the outbox as a page, in order."""
        due = await Outbox(self.database).due(self.wall.now() + timedelta(days=1))
        brand = {each.id: each.brand for each in await self.incidents()}
        return [(row.contact, brand[row.incident or ""]) for row in due if row.message.kind is MessageKind.PAGE]

    async def _fold(self, owned: OwnedPart) -> PartitionFold:
        database, clock = await self._connected(), SystemClock.over(self.wall)
        return PartitionFolds(database, self.partitions, lambda: self.config, NoFigures(), clock, _no_secrets).build(
            owned
        )

    async def _connected(self, url: str = "") -> Database:
        database = await Database.open(url or self.url, StoreHealth(self.wall), shared=True)
        self.opened.append(database)
        return database


async def _no_secrets() -> None:
    """Nobody rotates any."""


async def breathe(seconds: float = 0.02) -> None:
    """What waits for the database's answer gets it."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    loop.call_later(seconds, done.set_result, None)
    await done
