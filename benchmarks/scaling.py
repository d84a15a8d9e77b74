"""What more workers bring: ``python -m benchmarks.scaling [--mentions 20000] [--workers 1 2 4]``.

The same mentions of the same brands are handed to one worker, then to two, to four: processes as `sentinel run --role
worker` starts them, over a PostgreSQL of the benchmark's own, with the table as carrier. Counted is the processor time
of each worker, from when all partitions are taken up until everything is folded, so that two cores tell what eight
would do. Two figures, 1 being what one worker does:

*spent*: mentions for each second of all workers' processor time; what being several costs.
*linear*: mentions for each second of the busiest worker's, by the number of workers; what it brings where each has a
core, with how unevenly brands are spread.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import yaml

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import SystemClock
from sentinel.cluster.carried_entry import of_mention
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.mention import Author, Mention
from sentinel.simulation.texts import texts
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from sentinel.store.part_boards import PartBoards
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[1]
DATABASE = "scaling"
PARTITIONS = 16
BRANDS = 160
WARM = 2_000
"""Mentions before counting begins: each process meets words for the first time."""
LOOK_EVERY = 0.5
CLOCK = SystemClock()
TICKS = os.sysconf("SC_CLK_TCK")


def mentions(count: int) -> Iterator[Mention]:
    """Of the last minutes, about all brands alike, in three languages; hardly a text is said twice."""
    rng, begun = Random(7), datetime.now(UTC) - timedelta(minutes=5)
    for number in range(count):
        language = ("en", "es", "pt")[number % 3] if number % 10 == 0 else ("en", "es")[number % 2]
        words = texts("es" if language == "pt" else language)
        who = f"u{rng.randrange(10**6)}"
        said = words.say(words.calm, f"brand{rng.randrange(BRANDS)}", rng)
        yield Mention(
            source="http",
            id=f"m{number}",
            text=f"{said} {rng.randrange(10**6)}",
            published_at=begun + timedelta(minutes=5) * (number / count),
            author=Author(id=who, handle=who),
        )


def settings(postgres: PostgresServer, folder: Path) -> Path:
    path = folder / "scaling.yaml"
    written = {
        "brands": [{"name": f"brand{n}", "match": {"any": [f"brand{n}"]}} for n in range(BRANDS)],
        "store": {"url": postgres.url(DATABASE)},
        "cluster": {"partitions": PARTITIONS},
        "web": {"port": 0},
        "contacts": {"ana": {"channels": ["json://127.0.0.1:9/nobody"]}},
        "policies": {"default": {"steps": [{"notify": ["ana"]}]}},
    }
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


@contextmanager
def workers(count: int, path: Path) -> Iterator[list[int]]:
    """Their process numbers."""
    command = [sys.executable, "-m", "sentinel", "run", "--role", "worker", "-c", str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (path.parent / "workers.log").open("ab") as log:
        running = [subprocess.Popen(command, stdout=log, stderr=log, env=environment) for _ in range(count)]
    try:
        yield [each.pid for each in running]
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()


def spent(process: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def until(postgres: PostgresServer, question: str) -> None:
    """Wait until the store says yes."""
    while not (await postgres.ask(DATABASE, question))[0][0]:
        await CLOCK.sleep(LOOK_EVERY)


async def shown(boards: PartBoards, since: datetime) -> None:
    """Wait until every partition has said since then that nothing of it waits."""
    while True:
        states = {one.part for one in await boards.states() if one.at >= since and not one.starting and not one.queue}
        if len(states) == PARTITIONS:
            return
        await CLOCK.sleep(LOOK_EVERY)


async def hand_over(some: list[Mention], router: PartRouter, carrier: TableCarrier) -> None:
    """To the partitions of their brands, all at once: workers that wait for more would read them one by one."""
    await carrier.publish([one for each in some for one in of_mention(each, router.parts_of(each, CLOCK.now()))])


async def measure(postgres: PostgresServer, count: int, many: int, folder: Path) -> list[float]:
    """Seconds of each worker's processor time for so many mentions."""
    database = await Database.open(await postgres.blank(DATABASE), StoreHealth(CLOCK), shared=True)
    await divided_into(database, PARTITIONS)
    path = settings(postgres, folder)
    router = PartRouter(ActiveConfig.read(path, lambda _: "http://x").setup, Partitions(PARTITIONS))
    carrier = TableCarrier(database, CLOCK)
    with workers(count, path) as processes:
        held = f"SELECT count(*) = {PARTITIONS} AND count(DISTINCT owner) = {count} FROM parts WHERE owner <> ''"
        await until(postgres, held)
        boards = PartBoards(database)
        await shown(boards, since=CLOCK.now())
        for first, last in ((0, WARM), (WARM, WARM + many)):
            before = [spent(each) for each in processes]
            await hand_over(list(islice(mentions(WARM + many), first, last)), router, carrier)
            await until(postgres, f"SELECT count(*) = {last} FROM journal")
            await shown(boards, since=CLOCK.now())
        used = [spent(each) - begun for each, begun in zip(processes, before, strict=True)]
    await database.close()
    return used


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    asked = parser.parse_args()
    postgres = PostgresServer.begin()
    try:
        one = 0.0
        for count in asked.workers:
            with tempfile.TemporaryDirectory() as folder:
                used = await measure(postgres, count, asked.mentions, Path(folder))
            one = one or sum(used)
            print(
                f"{count} workers: {sum(used):6.1f} s together ({', '.join(f'{each:.1f}' for each in used)}), "
                f"{asked.mentions / sum(used):,.0f} mentions for each; spent {one / sum(used):.2f}, "
                f"linear {one / max(used) / count:.2f}",
                flush=True,
            )
    finally:
        postgres.end()


if __name__ == "__main__":
    asyncio.run(main())
