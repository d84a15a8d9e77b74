"""What ten thousand brands cost: the real daemon in a process of its own, started from a store in which most brands are
quiet and some are not, while mentions of the busy ones come in.

    python benchmarks/many_brands.py [BRANDS] [--busy 500] [--rate 100] [--seconds 60] [--flat 0]

Every step runs in a process of its own. Pauses are of the event loop once the web server is open: by the clock, and in
processor time of the loop's own thread, which a busy machine lengthens less. ``--flat N`` folds that many mentions of
the busy brands, their ages forced by event time (one every two seconds), and says what memory does meanwhile.
"""

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

HISTORY = timedelta(days=4)
QUIET, BUSY = 6, 400
"""Mentions of a quiet and of a busy brand in the history."""
MADE, MADE_BUSY = 25, 5
"""Brands whose history is folded; the others are like one of them."""
BEAT = 0.005
BATCH = 50
WORDS = tuple(
    word
    for line in (
        "la el una de que con por para tienda pedido servicio hoy ayer nunca siempre caja color barrio mesa calle hora",
        "semana cliente precio compra cambio respuesta correo entrega producto oferta camino parte gente vez forma",
    )
    for word in line.split()
)
FELT = ("genial", "horrible", "normal", "gracias", "fatal", "estafa", "contenta", "enfadado", "lento", "bien")


def here(asked: argparse.Namespace) -> Path:
    return Path(asked.folder)


def configuration(asked: argparse.Namespace, brands: int) -> str:
    """Two terms a brand, one in ten with an account of its own."""
    rows = []
    for n in range(brands):
        own = f", own: ['@marca{n}']" if n % 10 == 0 else ""
        rows.append(f"  - {{name: Marca {n}, match: {{any: [marca{n}, '#casa{n}x']}}{own}}}\n")
    store = f"store: {{url: 'sqlite:///{here(asked)}/sentinel.db'}}\n"
    web = "web: {host: 127.0.0.1, port: 0}\n"
    return f"language: es\nlogging: {{level: warning}}\n{store}{web}brands:\n" + "".join(rows)


def resident() -> float:
    """MiB in memory now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def mention_of(brand: int, number: int, at: datetime, rng: Random):
    """Words that nobody said before."""
    from sentinel.mention import Author, Mention

    said = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(10, 25)))
    who = f"u{rng.randrange(10**6)}"
    return Mention(
        source="http",
        id=f"m{number}",
        text=f"{said} marca{brand} {rng.choice(FELT)} {number}",
        published_at=at,
        lang="es",
        author=Author(id=who, handle=who, followers=rng.randrange(1000)),
    )


def past(end: datetime) -> Iterator[Any]:
    """Of the first brands, from the busiest to those of which hardly anybody speaks."""
    rng = Random(3)
    heard = [(rng.random(), brand) for brand in range(MADE) for _ in range(QUIET if brand >= MADE_BUSY else BUSY)]
    for number, (share, brand) in enumerate(sorted(heard), 1):
        yield mention_of(brand, number, end - HISTORY + share * (HISTORY - timedelta(minutes=5)), rng)


# -- steps, each a process


def check(asked: argparse.Namespace) -> dict[str, float]:
    from sentinel.config.loader import examine

    begun = time.process_time()
    config = examine(here(asked) / "c.yaml").taken
    read = time.process_time() - begun
    from sentinel.assembly.build import engine_setup
    from sentinel.engine.engine import Engine
    from sentinel.sentiment.seed import load_seed

    before = resident()
    begun = time.process_time()
    setup = engine_setup(config)
    built = time.process_time() - begun
    begun = time.process_time()
    engine = Engine(setup, load_seed())
    made = time.process_time() - begun
    assert len(engine.brands) == asked.brands
    return {"read the file, s": read, "to values, s": built, "engine, s": made, "engine, MiB": resident() - before}


def fill(asked: argparse.Namespace) -> dict[str, float]:
    """Fold a made-up past of a few brands, and write down a checkpoint in which all are like one of them."""
    from sentinel.assembly.build import build_engine
    from sentinel.config.loader import load
    from sentinel.engine.engine import VERSION
    from sentinel.engine.fold import Fold
    from sentinel.engine.packed_engine import packed_in_slices, read_packed
    from sentinel.store.checkpoints import Checkpoints
    from sentinel.store.database import Database

    few = here(asked) / "few.yaml"
    few.write_text(configuration(asked, MADE), encoding="utf-8")
    engine, end = build_engine(load(few)), datetime.now(UTC)
    fold = Fold(engine, engine.setup.tick)
    for mention in past(end):
        for _ in fold.before(mention.published_at):
            pass
        engine.observe(mention, mention.published_at)
    state: Any = list(packed_in_slices(engine))[-1]
    made = list(state["brands"].values())
    likes = [n % MADE_BUSY if n < asked.busy else MADE_BUSY + n % (MADE - MADE_BUSY) for n in range(asked.brands)]
    state["brands"] = {f"Marca {n}": made[like] for n, like in enumerate(likes)}
    plain = sum(len(bytes(made[like])) for like in likes)

    async def save() -> None:
        database = await Database.open(f"sqlite:///{here(asked)}/sentinel.db")
        await Checkpoints(database, VERSION, read_packed).save(0, end, state)
        await database.close()

    asyncio.run(save())
    with sqlite3.connect(here(asked) / "sentinel.db") as store:
        size = sum(size for (size,) in store.execute("SELECT length(body) FROM checkpoints"))
    return {
        "a quiet brand in a checkpoint, kB": len(bytes(made[-1])) / 1000,
        "a busy one, kB": len(bytes(made[0])) / 1000,
        "all of them, MB": plain / 1e6,
        "on disk, MB": size / 1e6,
    }


class Pauses:
    """The longest turns of the event loop."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    async def run(self) -> None:
        wall, cpu = time.monotonic(), time.thread_time()
        while True:
            await asyncio.sleep(BEAT)
            now, spent = time.monotonic(), time.thread_time()
            self.wall.append(now - wall - BEAT)
            self.cpu.append(spent - cpu)
            wall, cpu = now, spent

    def taken(self) -> tuple[float, float, int]:
        """Longest by the clock and of processor time, in ms, and how many took over 200 ms of the latter."""
        found = max(self.wall, default=0) * 1000, max(self.cpu, default=0) * 1000, sum(c > 0.2 for c in self.cpu)
        self.wall, self.cpu = [], []
        return found


async def post(daemon, asked: argparse.Namespace, over: asyncio.Event) -> int:
    """Mentions of the busy brands, straight into the journal."""
    import msgspec

    run = time.time_ns()
    rng, number, begun = Random(run), 0, time.monotonic()
    while not over.is_set():
        at = datetime.now(UTC)
        batch = [mention_of(rng.randrange(asked.busy), n, at, rng) for n in range(number, number + BATCH)]
        batch = [msgspec.structs.replace(each, id=f"{run}-{each.id}") for each in batch]
        number += BATCH
        await daemon._parts.journal.append(batch)
        await asyncio.sleep(max(0.0, begun + number / asked.rate - time.monotonic()))
    return number


async def living(asked: argparse.Namespace) -> dict[str, float]:
    from sentinel.assembly.collector import look_seldom, pass_over, uncollected

    bound, stop, pauses, said = asyncio.Event(), asyncio.Event(), Pauses(), {}
    wall, cpu = time.monotonic(), time.process_time()
    look_seldom()  # as `sentinel run` does, and imports and builds likewise
    with uncollected():
        from sentinel.assembly.app import Daemon
        from sentinel.clock import SystemClock
        from sentinel.logs import set_up

        set_up("warning", "auto")
        said["imports, s of processor"] = time.process_time() - cpu

        def opened(_: object) -> None:
            pass_over()
            bound.set()

        daemon = Daemon(here(asked) / "c.yaml", SystemClock(), opened)
    pass_over()
    running = asyncio.create_task(daemon.run(stop))
    await asyncio.wait([running, asyncio.create_task(bound.wait())], return_when=asyncio.FIRST_COMPLETED)
    said["web open, s of processor"] = time.process_time() - cpu
    beats = asyncio.create_task(pauses.run())
    while not daemon._ready:
        await asyncio.sleep(0.02)
        if running.done():
            await running
    said |= {"start, s of processor": time.process_time() - cpu, "start, s by the clock": time.monotonic() - wall}
    _name(said, "while starting", pauses.taken())
    said["after the start, MiB"] = resident()
    await asyncio.sleep(6)
    _name(said, "first tick", pauses.taken())
    over, loop = asyncio.Event(), daemon._parts.loop
    posting = asyncio.create_task(post(daemon, asked, over))
    spent, begun = time.process_time(), time.monotonic()
    await asyncio.sleep(asked.seconds)
    said["processor used while posting, share"] = (time.process_time() - spent) / (time.monotonic() - begun)
    _name(said, "posting", pauses.taken())
    for number in (1, 2):
        await _timed(said, f"checkpoint {number}", loop.checkpoint(), pauses)
    over.set()
    said |= {"mentions posted": await posting, "queue at the end": loop.queue}
    for page in ("metrics", "metrics", "", "wall", "api/v1/brands"):
        got = asyncio.create_task(asyncio.to_thread(_get, f"{daemon._in_force.base_url}/{page}"))
        await _timed(said, f"/{page}", got, pauses)
        said[f"/{page}, kB"] = await got / 1000
    for what, fresh in (("a source falls silent", False), ("it comes back", True)):
        await _timed(said, what, loop.source_changed("http", fresh), pauses)
        await asyncio.sleep(6)
        _name(said, f"tick after: {what}", pauses.taken())
    await _timed(said, "reload", daemon.reload(), pauses)
    await asyncio.sleep(6)
    _name(said, "tick after the reload", pauses.taken())
    said |= {"resident, MiB": resident(), "at most, MiB": peak()}
    beats.cancel()
    stop.set()
    await running
    return said


def _name(said: dict[str, float], what: str, found: tuple[float, float, int]) -> None:
    said[f"{what}: longest turn, ms of processor"] = found[1]
    said[f"{what}: longest turn, ms by the clock"] = found[0]


async def _timed(said: dict[str, float], what: str, done: Awaitable[object], pauses: Pauses) -> None:
    begun, spent = time.monotonic(), time.process_time()
    await done
    said[f"{what}, s by the clock"] = time.monotonic() - begun
    said[f"{what}, s of processor"] = time.process_time() - spent
    await asyncio.sleep(4 * BEAT)  # the turn in which it ended is one of its own
    _name(said, what, pauses.taken())


def _get(url: str) -> int:
    with urlopen(url, timeout=60) as answer:
        return len(answer.read())


def live(asked: argparse.Namespace) -> dict[str, float]:
    return asyncio.run(living(asked))


def flat(asked: argparse.Namespace) -> dict[str, float]:
    """Memory at each tenth of a long stream."""
    from sentinel.assembly.build import build_engine
    from sentinel.config.loader import load
    from sentinel.engine.packed_engine import packed_in_slices

    engine, rng = build_engine(load(here(asked) / "c.yaml")), Random(5)
    start, said, step = datetime(2026, 3, 2, tzinfo=UTC), {}, max(1, asked.flat // 10)
    for number in range(1, asked.flat + 1):
        at = start + timedelta(seconds=2 * number)
        engine.observe(mention_of(rng.randrange(asked.busy), number, at, rng), at)
        if number % 1000 == 0:
            engine.assess(at)
            for _ in packed_in_slices(engine):
                pass
        if number % step == 0:
            said[f"after {number:,} mentions, MiB"] = resident()
    return said


def hour(asked: argparse.Namespace) -> dict[str, float]:
    """An hour on event time from the written state: mentions of the busy brands at ``--rate``, ticks, a checkpoint a
    minute, the posts that pages show, the board and its metrics; memory every five minutes.
    """
    from prometheus_client import CollectorRegistry

    from sentinel.assembly.build import build_engine
    from sentinel.assembly.collector import look_seldom, pass_over, uncollected
    from sentinel.config.loader import load
    from sentinel.daemon.board_keeper import BoardKeeper
    from sentinel.daemon.lately_said import LatelySaid
    from sentinel.engine.fold import Fold
    from sentinel.engine.packed_engine import packed_in_slices
    from sentinel.metrics.configured import declare
    from sentinel.metrics.metrics import Metrics

    look_seldom()
    with uncollected():
        config = load(here(asked) / "c.yaml")
        engine, begin = build_engine(config), asyncio.run(_restored(asked))
        engine.restore(begin.state)
        engine.put_off_quiet()
    now, rng, lately, metrics = begin.at, Random(7), LatelySaid(lambda _: ()), Metrics(CollectorRegistry())
    del begin
    declare(metrics, config, engine.setup, "")
    board = BoardKeeper(engine, tuple, lambda: 0, now)
    fold, said, number = Fold(engine, engine.setup.tick), {}, 0
    for _ in fold.jump(now):
        pass
    pass_over()
    said["at first, MiB"] = resident()
    for tick in range(1, 721):
        for step in range(5 * asked.rate):
            number += 1
            at = now + timedelta(seconds=step / asked.rate)
            mention = mention_of(rng.randrange(asked.busy), number, at, rng)
            lately.add(_heard(engine.observe(mention, at), mention, number))
        now += timedelta(seconds=5)
        for _ in fold.through(now):
            pass
        board.note(now)
        metrics.board(board.board())
        if tick % 12 == 0:
            for _ in packed_in_slices(engine):
                pass
        if tick % 60 == 0:
            said[f"after {tick // 12} min and {number:,} mentions, MiB"] = resident()
            print(f"{tick // 12:4} min {resident():8.1f} MiB", file=sys.stderr, flush=True)
    said |= {"objects at the end": sum(not each.is_packed for each in engine.brands), "at most, MiB": peak()}
    return said


def _heard(observations, mention, number: int):
    from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing

    to = [
        HeardAs(brand=each.brand, label=each.sentiment.label, probability=0.5, standing=Standing.COUNTED)
        for each in observations
    ]
    at = mention.published_at
    return [
        HeardMention(number=number, mention=mention, heard_at=at, at=at, hearing=Hearing(brands=tuple(to), lang="es"))
    ]


async def _restored(asked: argparse.Namespace):
    from sentinel.engine.engine import VERSION
    from sentinel.engine.packed_engine import read_packed
    from sentinel.store.checkpoints import Checkpoints
    from sentinel.store.database import Database

    database = await Database.open(f"sqlite:///{here(asked)}/sentinel.db")
    found = await Checkpoints(database, VERSION, read_packed).newest(VERSION)
    await database.close()
    return found


STEPS = {"check": check, "fill": fill, "live": live, "flat": flat, "hour": hour}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brands", type=int, nargs="?", default=10_000)
    parser.add_argument("--busy", type=int, default=500)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--flat", type=int, default=0)
    parser.add_argument("--steps", nargs="*", default=["check", "fill", "live"])
    parser.add_argument("--folder", help="kept, for further runs of single steps")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        print(json.dumps(STEPS[asked.step](asked)))
        return
    with tempfile.TemporaryDirectory() as made:
        asked.folder = asked.folder or made
        (here(asked) / "c.yaml").write_text(configuration(asked, asked.brands), encoding="utf-8")
        for step in [*asked.steps, *(["flat"] if asked.flat else [])]:
            sized = [str(asked.brands), "--busy", str(asked.busy), "--rate", str(asked.rate)]
            more = ["--seconds", str(asked.seconds), "--flat", str(asked.flat), "--folder", asked.folder]
            ended = subprocess.run(
                [sys.executable, __file__, *sized, *more, "--step", step], stdout=subprocess.PIPE, check=True
            )
            print(f"-- {step}, {asked.brands:,} brands, {asked.busy} busy", flush=True)
            for what, figure in json.loads(ended.stdout.splitlines()[-1]).items():
                print(f"{what:60} {figure:12,.2f}", flush=True)


if __name__ == "__main__":
    main()
