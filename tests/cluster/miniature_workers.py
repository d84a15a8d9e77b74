"""Workers in miniature for the chaos: how they are begun, and where what they committed stands."""

import sys
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from sentinel.cluster.carrier import Carried
from tests.cluster.judged import Row
from tests.cluster.miniature_worker import MAX_BYTES, TABLES, WorkerTask
from tests.postgres import PostgresServer

DATABASE = "chaos"
PUBLISH_EVERY = 0.02
UNORDERED = 1_000
"""Rows that may be committed behind one with a later number."""


class MiniatureWorkers:
    """Implements `WorkersUnderFaults`."""

    max_bytes = MAX_BYTES
    publish_every = PUBLISH_EVERY

    def __init__(self, postgres: PostgresServer, partitions: int, stream: str) -> None:
        self._postgres = postgres
        self._partitions = partitions
        self._stream = stream

    async def prepare(self) -> None:
        await self._postgres.blank(DATABASE)
        for statement in TABLES.split(";"):
            await self._ask(statement)
        await self._ask(f"INSERT INTO parts SELECT n, '', 0, 0, 0 FROM generate_series(1, {self._partitions}) AS n")

    def command(self, name: str, urls: Sequence[str], prefers: Sequence[int], folder: Path) -> list[str]:
        told = WorkerTask(
            name=name,
            urls=list(urls),
            stream=self._stream,
            partitions=self._partitions,
            host=str(self._postgres.folder),
            database=DATABASE,
            prefers=list(prefers),
        )
        return [sys.executable, "-m", "tests.cluster.miniature_worker", msgspec.json.encode(told).decode()]

    def carried(self, brand: int, id: str) -> list[Carried]:
        return [Carried(part=brand % self._partitions + 1, id=id, body=id.encode())]

    async def begin_beside(self, urls: Sequence[str], folder: Path) -> None:
        """Nobody sends what nobody decides."""

    async def rows(self) -> list[Row]:
        return [Row(row["part"], row["id"]) for row in await self._ask("SELECT part, id FROM committed ORDER BY nr")]

    async def rows_since(self, number: int) -> tuple[list[Row], int]:
        found = await self._ask(f"SELECT nr, part, id FROM committed WHERE nr > {number - UNORDERED} ORDER BY nr")
        return [Row(row["part"], row["id"]) for row in found], found[-1]["nr"] if found else number

    async def settled(self, pids: Collection[int]) -> bool:
        """Nobody has a share of its own."""
        return all(owner for owner, _ in (await self.owners()).values())

    async def judged(self) -> tuple[list[str], str]:
        """There are no ladders."""
        return [], "no ladders"

    async def owners(self) -> dict[int, tuple[str, int]]:
        return {
            row["id"]: (row["owner"], row["epoch"]) for row in await self._ask("SELECT id, owner, epoch FROM parts")
        }

    def owns(self, owner: str, name: str, pid: int) -> bool:
        return owner == name

    async def committed(self, part: int, epoch: int, since: datetime) -> datetime | None:
        query = f"SELECT min(at) AS at FROM committed WHERE part = {part} AND epoch > {epoch}"
        found = await self._ask(query)
        at: datetime | None = found[0]["at"]
        return at

    async def _ask(self, statement: str):  # type: ignore[no-untyped-def]
        return await self._postgres.ask(DATABASE, statement)
