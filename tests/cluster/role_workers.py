"""Workers as they are run, `sentinel run --role worker`, for the chaos: what is committed stands in their journals."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import yaml

from sentinel.assembly.active_config import ActiveConfig
from sentinel.cluster.carried_entry import of_mention
from sentinel.cluster.carrier import Carried
from sentinel.cluster.shares import shares
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.mention import Author, Mention
from sentinel.micros import from_micros, to_micros
from sentinel.simulation.texts import texts
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from tests.cluster.drilled_brands import DrilledBrands, ended
from tests.cluster.judged import Row
from tests.cluster.miniature_worker import MAX_BYTES
from tests.cluster.miniature_workers import UNORDERED
from tests.cluster.nats_servers import CLOCK
from tests.cluster.role_fronts import RoleFronts
from tests.postgres import PostgresServer

DATABASE = "roles"
BRANDS = 12
BURNING = 3
"""The first so many brands are in trouble all the time; of the others people begin drills."""
CONTACTS = ("ana", "boss", "chief")
PUBLISH_EVERY = 0.08
_LADDER = {
    "steps": [{"notify": [who], "after": f"{place * 6}s"} for place, who in enumerate(CONTACTS)],
    "repeat": 2,
    "repeat_after": "6s",
}


class RoleWorkers:
    """Implements `WorkersUnderFaults`."""

    max_bytes = MAX_BYTES
    publish_every = PUBLISH_EVERY

    def __init__(self, postgres: PostgresServer, partitions: int, stream: str) -> None:
        self._postgres = postgres
        self._partitions = Partitions(partitions)
        self._stream = stream
        self._router: PartRouter | None = None
        self._rng = Random(stream)
        self._logs: Path | None = None
        self._people: DrilledBrands | None = None
        self._living: asyncio.Task[None] | None = None
        self._fronts: RoleFronts | None = None

    async def prepare(self) -> None:
        database = await Database.open(await self._postgres.blank(DATABASE), StoreHealth(CLOCK), shared=True)
        await divided_into(database, self._partitions.count)
        await database.close()
        with tempfile.TemporaryDirectory() as folder:
            path = self._written(Path(folder) / "setup.yaml", ["nats://127.0.0.1"])
            setup = ActiveConfig.read(path, lambda _: "http://x").setup
        self._router = PartRouter(setup, self._partitions)
        parts = self._partitions.of_brands(setup.brands)
        burning = [f"brand{n}" for n in range(BURNING)]
        self._people = DrilledBrands(self._ask, parts, burning, self._rng)
        self._living = asyncio.ensure_future(self._people.live())

    def command(self, name: str, urls: Sequence[str], prefers: Sequence[int], folder: Path) -> list[str]:
        self._logs = folder
        path = self._written(folder / f"{name}.yaml", urls)
        return [sys.executable, "-m", "sentinel", "run", "--role", "worker", "-c", str(path)]

    def carried(self, brand: int, id: str) -> list[Carried]:
        assert self._router is not None
        now = CLOCK.now()
        text, who = f"brand{brand} {id}", f"user{self._rng.randrange(10**6)}"
        if brand < BURNING:
            words = texts("es")
            text = words.say(words.crisis, f"brand{brand}", self._rng)
        mention = Mention(source="http", id=id, text=text, published_at=now, author=Author(id=who, handle=who))
        return list(of_mention(mention, self._router.parts_of(mention, now)))

    def _written(self, path: Path, urls: Sequence[str]) -> Path:
        path.write_text(yaml.safe_dump(self._settings(urls)), encoding="utf-8")
        return path

    def _settings(self, urls: Sequence[str]) -> dict[str, Any]:
        nats = {"servers": list(urls), "stream": self._stream, "max_bytes": self.max_bytes}
        channel = self._fronts.phone.url if self._fronts is not None else "json://127.0.0.1:9/{}".format
        return {
            "brands": [{"name": f"brand{n}", "match": {"any": [f"brand{n}"]}} for n in range(BRANDS)],
            "store": {"url": self._postgres.url(DATABASE)},
            "cluster": {"partitions": self._partitions.count, "nats": nats},
            "web": {"port": 0},
            "contacts": {who: {"channels": [channel(who)]} for who in CONTACTS},
            "policies": {"default": _LADDER},
            "incidents": {"acknowledgement_expires": "24h"},
            "delivery": {"budgets": {each: {"messages": 10_000} for each in ("contact", "provider")}},
        }

    async def begin_beside(self, urls: Sequence[str], folder: Path) -> RoleFronts:
        """Those who send and show."""
        self._fronts = RoleFronts(self._ask, self._rng)
        await self._fronts.begin(self._settings(urls), folder)
        return self._fronts

    async def rows(self) -> list[Row]:
        return [Row(row["part"], row["id"]) for row in await self._ask("SELECT part, id FROM journal ORDER BY seq")]

    async def rows_since(self, number: int) -> tuple[list[Row], int]:
        beyond = number - UNORDERED  # owners write beside one another
        found = await self._ask(f"SELECT seq, part, id FROM journal WHERE seq > {beyond} ORDER BY seq")
        return [Row(row["part"], row["id"]) for row in found], found[-1]["seq"] if found else number

    async def owners(self) -> dict[int, tuple[str, int]]:
        found = await self._ask("SELECT id, owner, epoch FROM parts")
        return {row["id"]: (row["owner"], row["epoch"]) for row in found}

    async def settled(self, pids: Collection[int]) -> bool:
        """Every worker shows itself, and each has its share."""
        shown = [row["id"] for row in await self._ask("SELECT id FROM workers")]
        ours = [each for each in shown if any(self.owns(each, "", pid) for pid in pids)]
        wanted = shares(ours, self._partitions.count)
        owners = {part: owner for part, (owner, _) in (await self.owners()).items()}
        return len(ours) == len(pids) and owners == wanted and self._taken_up(await self.owners())

    def owns(self, owner: str, name: str, pid: int) -> bool:
        return f"-{pid}-" in owner

    async def committed(self, part: int, epoch: int, since: datetime) -> datetime | None:
        """Once it is committed to and its journal's tail is folded, whichever is later."""
        query = (
            "SELECT min(observed_at) AS at FROM journal JOIN parts ON parts.id = journal.part "
            f"WHERE part = {part} AND epoch > {epoch} AND observed_at > {to_micros(since)}"
        )
        found = (await self._ask(query))[0]["at"]
        folded = [at for (taken, by), at in self._said_taken_up().items() if taken == part and by > epoch]
        return max(from_micros(found), min(folded)) if found is not None and folded else None

    async def judged(self) -> tuple[list[str], str]:
        """Of ladders."""
        assert self._people is not None
        assert self._living is not None
        await ended(self._living)
        wrong, told = await self._people.judged()
        if self._fronts is None:
            return wrong, told
        unsent, sent = await self._fronts.judged()
        return wrong + unsent, f"{told}, {sent}"

    def _taken_up(self, owners: dict[int, tuple[str, int]]) -> bool:
        said = self._said_taken_up()
        return all((part, epoch) in said for part, (_, epoch) in owners.items())

    def _said_taken_up(self) -> dict[tuple[int, int], datetime]:
        """Partition and epoch to when a worker's log says that it is taken up."""
        assert self._logs is not None
        found = {}
        for path in self._logs.glob("*.log"):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                if '"partition_taken_up"' in line:
                    told = json.loads(line)
                    found[told["partition"], told["epoch"]] = datetime.fromisoformat(told["timestamp"])
        return found

    async def _ask(self, statement: str) -> Sequence[Any]:
        return await self._postgres.ask(DATABASE, statement)
