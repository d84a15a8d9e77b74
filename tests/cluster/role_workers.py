"""Workers as they are run, `sentinel run --role worker`, for the chaos: what is committed stands in their journals."""

import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from sentinel.assembly.active_config import ActiveConfig
from sentinel.cluster.carried_entry import of_mention
from sentinel.cluster.carrier import Carried
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.mention import Mention
from sentinel.micros import from_micros, to_micros
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from tests.cluster.judged import Row
from tests.cluster.miniature_worker import MAX_BYTES
from tests.cluster.nats_servers import CLOCK
from tests.postgres import PostgresServer

DATABASE = "roles"
BRANDS = 12


class RoleWorkers:
    """Implements `WorkersUnderFaults`."""

    max_bytes = MAX_BYTES

    def __init__(self, postgres: PostgresServer, partitions: int, stream: str) -> None:
        self._postgres = postgres
        self._partitions = Partitions(partitions)
        self._stream = stream
        self._router: PartRouter | None = None

    async def prepare(self) -> None:
        database = await Database.open(await self._postgres.blank(DATABASE), StoreHealth(CLOCK), shared=True)
        await divided_into(database, self._partitions.count)
        await database.close()
        with tempfile.TemporaryDirectory() as folder:
            path = self._written(Path(folder) / "setup.yaml", ["nats://127.0.0.1"])
            self._router = PartRouter(ActiveConfig.read(path, lambda _: "http://x").setup, self._partitions)

    def command(self, name: str, urls: Sequence[str], prefers: Sequence[int], folder: Path) -> list[str]:
        path = self._written(folder / f"{name}.yaml", urls)
        return [sys.executable, "-m", "sentinel", "run", "--role", "worker", "-c", str(path)]

    def carried(self, brand: int, id: str) -> list[Carried]:
        assert self._router is not None
        now = CLOCK.now()
        mention = Mention(source="http", id=id, text=f"brand{brand} {id}", published_at=now)
        return list(of_mention(mention, self._router.parts_of(mention, now)))

    def _written(self, path: Path, urls: Sequence[str]) -> Path:
        nats = {"servers": list(urls), "stream": self._stream, "max_bytes": self.max_bytes}
        settings = {
            "brands": [{"name": f"brand{n}", "match": {"any": [f"brand{n}"]}} for n in range(BRANDS)],
            "store": {"url": self._postgres.url(DATABASE)},
            "cluster": {"partitions": self._partitions.count, "nats": nats},
            "web": {"port": 0},
        }
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        return path

    async def rows(self) -> list[Row]:
        return [Row(row["part"], row["id"]) for row in await self._ask("SELECT part, id FROM journal ORDER BY seq")]

    async def owners(self) -> dict[int, tuple[str, int]]:
        found = await self._ask("SELECT id, owner, epoch FROM parts")
        return {row["id"]: (row["owner"], row["epoch"]) for row in found}

    def owns(self, owner: str, name: str, pid: int) -> bool:
        return f"-{pid}-" in owner

    async def committed(self, part: int, epoch: int, since: datetime) -> datetime | None:
        query = (
            "SELECT min(observed_at) AS at FROM journal JOIN parts ON parts.id = journal.part "
            f"WHERE part = {part} AND epoch > {epoch} AND observed_at > {to_micros(since)}"
        )
        found = (await self._ask(query))[0]["at"]
        return from_micros(found) if found is not None else None

    async def _ask(self, statement: str) -> Sequence[Any]:
        return await self._postgres.ask(DATABASE, statement)
