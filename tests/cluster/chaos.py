"""A cluster under faults drawn at random: ``python -m tests.cluster.chaos --rounds N --seed S``.

Publishers hand mentions to three NATS servers, workers commit them to PostgreSQL. A round is one fault: a worker is
killed, frozen and woken, cut off; who sends or shows pages is frozen and woken; a publisher is cut off; the leader of
the stream is killed; PostgreSQL is restarted, or stopped without a word to anybody. Then all works again, and the round
ends when everything accepted is committed. What is judged stands in `judged.py`. The seed gives the same draws again,
not the same instants.
"""

import argparse
import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Protocol

from pydantic import SecretStr

from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import CarrierAway, CarrierError
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.config.nats import NatsSettings
from tests.cluster.judged import Row, judged
from tests.cluster.miniature_workers import MiniatureWorkers
from tests.cluster.nats_servers import CLOCK, NatsServers, soon
from tests.cluster.relay import Relay
from tests.cluster.role_fronts import RoleFronts
from tests.cluster.role_workers import RoleWorkers
from tests.postgres import PostgresServer

PARTITIONS = 4
WORKERS = 3
BRANDS = tuple(f"brand{n}" for n in range(12))
PUBLISHERS = 3
SLOWLY = 0.3
"""Seconds between looks for what nobody times."""
SHORT, LONG = 4.0, 10.0
"""Seconds for which a worker is frozen or cut off, at least and at most."""
ROOT = Path(__file__).parents[2]


class Way:
    """Relays to all servers, for one client."""

    def __init__(self, servers: NatsServers) -> None:
        self.relays = [Relay(port) for port in servers.ports[: servers.many]]

    async def begin(self) -> list[str]:
        for relay in self.relays:
            await relay.begin()
        return [relay.url for relay in self.relays]

    def cut(self) -> None:
        for relay in self.relays:
            relay.cut()

    def mend(self) -> None:
        for relay in self.relays:
            relay.mend()

    async def end(self) -> None:
        for relay in self.relays:
            await relay.end()


class WorkersUnderFaults(Protocol):
    """What kind of workers they are."""

    max_bytes: int
    publish_every: float
    """Seconds between two batches of one publisher."""

    async def prepare(self) -> None:
        """Have an empty store, divided into partitions from 1 on."""
        ...

    def command(self, name: str, urls: Sequence[str], prefers: Sequence[int], folder: Path) -> list[str]:
        """What begins one; it may claim some partitions at once."""
        ...

    def carried(self, brand: int, id: str) -> list[Carried]:
        """A mention of a brand, on its way."""
        ...

    async def begin_beside(self, urls: Sequence[str], folder: Path) -> RoleFronts | None:
        """Whoever sends and shows what workers decide; who is judged with them."""
        ...

    async def rows(self) -> list[Row]:
        """What is committed, in the order in which it was."""
        ...

    async def rows_since(self, number: int) -> tuple[list[Row], int]:
        """At least what was committed since an earlier call gave this number, and the number to go on with."""
        ...

    async def owners(self) -> dict[int, tuple[str, int]]:
        """Partition to its owner and epoch."""
        ...

    async def settled(self, pids: Collection[int]) -> bool:
        """Whether each of these processes has what it should: a fault that hits a start measures no take-over."""
        ...

    async def judged(self) -> tuple[list[str], str]:
        """What was not kept besides, and what there was to keep; at the end."""
        ...

    def owns(self, owner: str, name: str, pid: int) -> bool:
        """Whether an owner is this process."""
        ...

    async def committed(self, part: int, epoch: int, since: datetime) -> datetime | None:
        """When a partition was first committed to under a later epoch; ``since`` then, its owner did nothing."""
        ...


class WorkerProcess:
    """One worker, with a way to the servers that can be cut."""

    def __init__(self, name: str, command: Sequence[str], way: Way, folder: Path) -> None:
        self.name = name
        self.way = way
        with (folder / f"{name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, what: signal.Signals) -> None:
        self._process.send_signal(what)

    async def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        await self.way.end()


class Chaos:
    """One run: `begin`, `round` as often as wanted, `settle`."""

    def __init__(
        self,
        servers: NatsServers,
        postgres: PostgresServer,
        folder: Path,
        seed: int,
        kind: Callable[[PostgresServer, int, str], WorkersUnderFaults],
    ) -> None:
        self._servers = servers
        self._postgres = postgres
        self._folder = folder
        self._rng = Random(seed)
        self._stream = f"CHAOS{seed}"
        self._kind = kind(postgres, PARTITIONS, self._stream)
        self._workers: dict[str, WorkerProcess] = {}
        self._born = 0
        self._publishing: list[asyncio.Task[None]] = []
        self._ways: list[Way] = []
        self._publishers: list[JetStreamCarrier] = []
        self._accepted: set[str] = set()
        self._doubtful: set[str] = set()
        self._committed: set[str] = set()
        self._read_to = 0
        self.told = ""
        """What there was to keep besides mentions."""
        self.take_overs: list[float] = []
        self.rounds = 0
        self._fronts: RoleFronts | None = None
        self._acts: tuple[tuple[Callable[[], Awaitable[str]], int], ...] = (
            (self._kill, 3),
            (self._freeze, 3),
            (self._cut_worker, 2),
            (self._cut_publisher, 1),
            (self._kill_leader, 2),
            (self._freeze_and_kill_leader, 1),
            (self._restart_postgres, 1),
            (self._stop_postgres_immediately, 2),
        )

    async def begin(self) -> None:
        await self._kind.prepare()
        for number in range(PUBLISHERS):
            await self._begin_publishing(number)
        for number in range(WORKERS):
            await self._bear([part for part in range(1, PARTITIONS + 1) if part % WORKERS == number])
        await soon(self._settled, "each worker has its share", every=SLOWLY)

        way = Way(self._servers)
        self._ways.append(way)
        self._fronts = await self._kind.begin_beside(await way.begin(), self._folder)
        if self._fronts is not None:
            self._acts += ((self._freeze_notifier, 2), (self._freeze_web, 2))

    async def round(self, only: str = "") -> str:
        """One fault, and until it is over; gives what it was."""
        acts = [(act, weight) for act, weight in self._acts if re.search(only, act.__name__)]
        await soon(self._settled, "each worker has its share", every=SLOWLY)
        (act,) = self._rng.choices([act for act, _ in acts], [weight for _, weight in acts])
        began, before = CLOCK.monotonic(), len(self.take_overs)
        told = await act()
        await self._caught_up()
        self.rounds += 1
        taken = "".join(f", taken over in {each:.1f} s" for each in self.take_overs[before:])
        return f"{act.__name__.strip('_')} {told}: over after {CLOCK.monotonic() - began:.1f} s{taken}"

    async def settle(self) -> list[str]:
        """No more is published; gives what was not kept."""
        for task in self._publishing:
            task.cancel()
        await asyncio.wait(self._publishing)
        await self._caught_up()
        wrong, self.told = await self._kind.judged()
        return judged(self._accepted, self._doubtful, await self._kind.rows()) + wrong

    async def end(self) -> None:
        """Nothing is left running."""
        for task in self._publishing:
            task.cancel()
        for worker in self._workers.values():
            await worker.kill()
        for publisher in self._publishers:
            await publisher.close()
        if self._fronts is not None:
            self._fronts.end()
        for way in self._ways:
            await way.end()

    def __str__(self) -> str:
        times = sorted(self.take_overs)
        mentions = f"{len(self._accepted)} mentions accepted, {len(self._doubtful)} doubtful"
        said = f"{self.rounds} rounds, {mentions}, {self.told}"
        if not times:
            return said
        p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
        middle = statistics.median(times)
        return f"{said}, {len(times)} take-overs: median {middle:.2f} s, p95 {p95:.2f} s, longest {times[-1]:.2f} s"

    # -- faults, each giving what it did
    # --------------------------------------------------------------------------------------------------------------

    async def _kill(self) -> str:
        worker = await self._busiest()
        owned = await self._owned_by(worker)
        at = CLOCK.now()
        await worker.kill()
        del self._workers[worker.name]
        await self._taken_over(owned, at)
        await self._bear([])
        return f"{worker.name} with {len(owned)} partitions"

    async def _freeze(self) -> str:
        worker = await self._busiest()
        owned = await self._owned_by(worker)
        at = CLOCK.now()
        worker.send(signal.SIGSTOP)
        try:
            await self._apart(self._taken_over(owned, at), self._rng.uniform(SHORT, LONG))
        finally:
            worker.send(signal.SIGCONT)
        return f"{worker.name} with {len(owned)} partitions"

    async def _cut_worker(self) -> str:
        worker = await self._busiest()
        owned = await self._owned_by(worker)
        worker.way.cut()
        await CLOCK.sleep(self._rng.uniform(SHORT, LONG))
        worker.way.mend()
        return f"{worker.name} with {len(owned)} partitions"

    async def _cut_publisher(self) -> str:
        way = self._rng.choice(self._ways[:PUBLISHERS])
        way.cut()
        await CLOCK.sleep(self._rng.uniform(1, SHORT))
        way.mend()
        return ""

    async def _kill_leader(self) -> str:
        leader = await self._servers.leader(self._stream)
        self._servers.stop(leader)
        await CLOCK.sleep(self._rng.uniform(0.5, SHORT))
        self._servers.start(leader)
        return f"n{leader}"

    async def _freeze_and_kill_leader(self) -> str:
        worker = await self._busiest()
        worker.send(signal.SIGSTOP)
        try:
            told = await self._kill_leader()
            await CLOCK.sleep(self._rng.uniform(1, SHORT))
        finally:
            worker.send(signal.SIGCONT)
        return f"{worker.name}, {told}"

    async def _restart_postgres(self) -> str:
        self._postgres.stop(signal.SIGINT)
        self._postgres.start()
        return ""

    async def _stop_postgres_immediately(self) -> str:
        self._postgres.stop(signal.SIGQUIT)
        await CLOCK.sleep(self._rng.uniform(0, SHORT))
        self._postgres.start()
        return ""

    async def _freeze_notifier(self) -> str:
        assert self._fronts is not None
        return await self._fronts.freeze_notifier()

    async def _freeze_web(self) -> str:
        assert self._fronts is not None
        return await self._fronts.freeze_web()

    # -- what is looked at
    # --------------------------------------------------------------------------------------------------------------

    async def _caught_up(self) -> None:
        """Everything accepted until now is committed."""
        wanted = set(self._accepted)

        async def done() -> bool:
            rows, self._read_to = await self._kind.rows_since(self._read_to)
            self._committed.update(row.id for row in rows)
            return wanted <= self._committed

        await soon(done, "everything accepted is committed", every=SLOWLY)

    async def _taken_over(self, owned: dict[int, int], at: datetime) -> None:
        """Each of these partitions was committed to under a later epoch; how long that took is kept."""
        for part, epoch in owned.items():
            first = await soon(partial(self._kind.committed, part, epoch, at), f"partition {part} is taken over")
            assert first is not None
            self.take_overs.append((first - at).total_seconds())

    async def _apart(self, work: Awaitable[None], least: float) -> None:
        """Some work, and at least so many seconds."""
        began = CLOCK.monotonic()
        await work
        await CLOCK.sleep(began + least - CLOCK.monotonic())

    async def _owned_by(self, worker: WorkerProcess) -> dict[int, int]:
        """Partition to epoch."""
        owners = await self._kind.owners()
        return {
            part: epoch for part, (owner, epoch) in owners.items() if self._kind.owns(owner, worker.name, worker.pid)
        }

    async def _busiest(self) -> WorkerProcess:
        """Who owns most; a fault that hits nobody shows nothing."""

        async def most() -> WorkerProcess | None:
            owned = {name: len(await self._owned_by(each)) for name, each in self._workers.items()}
            best = max(owned, key=lambda name: owned[name])
            return self._workers[best] if owned[best] else None

        worker = await soon(most, "somebody owns a partition")
        assert worker is not None
        return worker

    async def _settled(self) -> bool:
        return await self._kind.settled([worker.pid for worker in self._workers.values()])

    # -- who takes part
    # --------------------------------------------------------------------------------------------------------------

    async def _bear(self, prefers: Sequence[int]) -> None:
        way = Way(self._servers)
        self._born += 1
        name = f"worker{self._born}"
        command = self._kind.command(name, await way.begin(), prefers, self._folder)
        self._workers[name] = WorkerProcess(name, command, way, self._folder)

    async def _begin_publishing(self, number: int) -> None:
        way = Way(self._servers)
        settings = NatsSettings(
            servers=tuple(map(SecretStr, await way.begin())), stream=self._stream, max_bytes=self._kind.max_bytes
        )

        async def opened() -> JetStreamCarrier | None:
            try:
                return await JetStreamCarrier.open(settings, PARTITIONS, CLOCK)
            except CarrierAway:
                return None

        carrier = await soon(opened, "a publisher is connected")
        assert carrier is not None
        self._ways.append(way)
        self._publishers.append(carrier)
        brands = BRANDS[number::PUBLISHERS]
        self._publishing.append(asyncio.ensure_future(self._publish(carrier, brands)))

    async def _publish(self, carrier: JetStreamCarrier, brands: Sequence[str]) -> None:
        rng = Random(brands[0])
        number = 0
        while True:
            number += 1
            ids = [f"{brand}/{number}" for brand in rng.sample(brands, rng.randint(1, len(brands)))]
            self._doubtful.update(ids)
            try:
                await carrier.publish(
                    [each for id in ids for each in self._kind.carried(BRANDS.index(id.split("/")[0]), id)]
                )
            except CarrierError:
                continue
            self._doubtful.difference_update(ids)
            self._accepted.update(ids)
            await CLOCK.sleep(self._kind.publish_every)


async def play(
    servers: NatsServers,
    postgres: PostgresServer,
    folder: Path,
    seed: int,
    rounds: int,
    say: Callable[[str], None],
    only: str = "",
    kind: Callable[[PostgresServer, int, str], WorkersUnderFaults] = MiniatureWorkers,
) -> tuple[Chaos, list[str]]:
    """So many rounds, of faults whose names match ``only``; gives what was not kept."""
    chaos = Chaos(servers, postgres, folder, seed, kind)
    try:
        await chaos.begin()
        for _ in range(rounds):
            say(await chaos.round(only))
        return chaos, await chaos.settle()
    finally:
        await chaos.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6))
    parser.add_argument("--only", default="", help="a pattern of the faults' names, such as kill|web")
    parser.add_argument("--miniature", action="store_true", help="workers that commit and fold nothing")
    told = parser.parse_args()
    print(f"seed {told.seed}", flush=True)
    servers, postgres = NatsServers.begin(), PostgresServer.begin()
    folder = Path(tempfile.mkdtemp(prefix="sentinel-chaos-"))
    try:
        chaos, wrong = asyncio.run(
            play(
                servers,
                postgres,
                folder,
                told.seed,
                told.rounds,
                lambda line: print(line, flush=True),
                told.only,
                MiniatureWorkers if told.miniature else RoleWorkers,
            )
        )
    finally:
        postgres.end()
        servers.end()
    print(chaos)
    print("\n".join(wrong) or "every promise was kept", f"(logs of workers: {folder})")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
