"""What a mention costs the whole daemon, from the socket to the days of reports, in processor time of all its threads.

    python benchmarks/door.py [BEFORE] [--only WORD ...] [--rounds 1] [--mentions 4000] [--lone 600] [--stream 20000]

A daemon of its own, as a process, with SQLite, ticks, checkpoints, days and the index of words. The clock stops when
all that was posted is folded and counted into days; what the daemon does while nobody posts is taken off. With
``BEFORE``, another tree of the same project, both are measured in turns, and only their ratio carries over to another
machine or hour.

``stream`` is a websocket of public posts as Bluesky's Jetstream sends them, one in 200 about a brand, as fast as they
are read; a whole network has about a hundred a second.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

import aiohttp
import yaml
from aiohttp import web

ROOT = Path(__file__).parents[1]
PYTHON = [sys.executable]
BATCH, AT_ONCE = 500, 50
STARTS = 180
"""Seconds in which it must be ready."""
AT_REST = 0.04
"""Of a core: more is still the start."""
SETTLED = 120.0
"""Seconds in which what was posted must be counted."""
SPOKEN = (
    "hoy ayer barrio tienda pedido nadie contesta gracias semana tarde siempre nunca precio caja llamada espera "
    "factura cobro servicio cliente madrid lluvia tren coche noche amigo trabajo libro película música fútbol comida "
    "mañana viaje playa sol casa perro gato calle ciudad tiempo mundo vida gente cosa día año vez hora país"
)
WORDS = SPOKEN.split()


def said(rng: Random, about: str) -> str:
    """A text that nobody said before."""
    words = [*(rng.choice(WORDS) for _ in range(18)), f"número{rng.randrange(10**9)}"]
    words.insert(rng.randrange(6), about)
    return " ".join(words)


def mentions(count: int, share: float, seed: int) -> list[bytes]:
    """Encoded mentions of now; ``share`` of them is about the brand."""
    rng, now = Random(seed), datetime.now(UTC).isoformat()
    made = []
    for number in range(count):
        about = "acme" if rng.random() < share else "nada"
        who = f"n{rng.randrange(10**6)}"
        one = {
            "source": "posted",
            "id": f"{seed}-{number}",
            "text": said(rng, about),
            "published_at": now,
            "lang": "es",
        }
        made.append(json.dumps(one | {"author": {"id": who, "handle": who}}).encode())
    return made


def events(count: int, share: float, seed: int) -> list[str]:
    """Frames of a stream of public posts; ``share`` of them is about the brand."""
    rng, begun = Random(seed), int((time.time() - 30) * 1e6)
    made = []
    for number in range(count):
        about = "acme" if rng.random() < share else "nada"
        stamp = datetime.fromtimestamp(begun / 1e6, UTC).isoformat().replace("+00:00", "Z")
        record: dict[str, object] = {
            "$type": "app.bsky.feed.post",
            "createdAt": stamp,
            "langs": ["es"],
            "text": said(rng, about),
        }
        if rng.random() < 0.5:
            there = {
                "cid": "bafyrei" + "a" * 52,
                "uri": f"at://did:plc:{rng.randrange(10**12)}/app.bsky.feed.post/3l{number}",
            }
            record["reply"] = {"parent": there, "root": there}
        commit: dict[str, object] = {
            "rev": f"3l{number}",
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": f"3m{number}",
        }
        commit |= {"record": record, "cid": "bafyrei" + "b" * 52}
        event = {
            "did": f"did:plc:{rng.randrange(10**12):024}",
            "time_us": begun + number,
            "kind": "commit",
            "commit": commit,
        }
        made.append(json.dumps(event))
    return made


@dataclass
class Daemon:
    """One process of the tree that is measured."""

    folder: Path
    port: int
    process: asyncio.subprocess.Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def spent(self) -> float:
        """Seconds of processor time, of all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def newest(self) -> tuple[int, int]:
        """The newest entry of the journal, and up to which one they are counted."""
        with closing(sqlite3.connect(f"file:{self.folder / 'sentinel.db'}?mode=ro", uri=True)) as store:
            last = store.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0]
            found = store.execute("SELECT value FROM meta WHERE key = 'brand_days_counted'").fetchone()
        return last, json.loads(found[0]).get("seq", 0) if found else 0

    async def settled(self, least: int) -> None:
        """Wait until there are so many entries at least, all counted."""
        until = time.monotonic() + SETTLED
        while True:
            last, counted = self.newest()
            if last >= least and counted >= last:
                return
            assert time.monotonic() < until, f"counted up to {counted} of {last}"
            await asyncio.sleep(0.2)


@asynccontextmanager
async def a_daemon(**more: object) -> AsyncIterator[Daemon]:
    """Started and ready; killed afterwards."""
    import socket

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "language": "es",
            "brands": [{"name": "Acme", "match": {"any": ["acme"]}}],
            "web": {"port": port, "rate_limit": 100_000},
            "store": {"url": f"sqlite:///{folder / 'sentinel.db'}"},
        }
        (folder / "c.yaml").write_text(yaml.safe_dump(settings | more), encoding="utf-8")
        with (folder / "log").open("wb") as log:
            command = [*PYTHON, "-m", "sentinel", "run", "-c", str(folder / "c.yaml")]
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        daemon = Daemon(folder, port, process)
        try:
            await ready(daemon)
            yield daemon
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def ready(daemon: Daemon) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(STARTS * 10):
            assert daemon.process.returncode is None, (daemon.folder / "log").read_text()[-2000:]
            try:
                async with session.get(f"{daemon.url}/-/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError(f"the daemon was not ready within {STARTS} seconds")


async def idle(daemon: Daemon, seconds: float = 4.0) -> float:
    """What it takes of a core while nobody posts, once all that follows a start is done."""
    for _ in range(15):
        begun = daemon.spent()
        await asyncio.sleep(seconds)
        if (rests := (daemon.spent() - begun) / seconds) < AT_REST:
            return rests
    raise AssertionError(f"the daemon takes {rests:.0%} of a core though nobody posts")


async def post(session: aiohttp.ClientSession, daemon: Daemon, body: bytes) -> None:
    while True:
        async with session.post(f"{daemon.url}/api/v1/mentions", data=body) as answer:
            told = await answer.read()
        if answer.status == 202:
            return
        assert answer.status == 429, told
        await asyncio.sleep(0.2)


async def post_all(daemon: Daemon, bodies: list[bytes], at_once: int) -> None:
    """Each as soon as one of ``at_once`` connections is free."""
    left = iter(bodies)

    async def one(session: aiohttp.ClientSession) -> None:
        for body in left:
            await post(session, daemon, body)

    headers = {"Content-Type": "application/x-ndjson"}
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session, asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(one(session))


async def posted(made: list[bytes], size: int, at_once: int) -> float:
    """Seconds of processor time a mention."""
    left = iter(made)
    bodies = [b"\n".join(each) for each in iter(lambda: list(islice(left, size)), [])]
    async with a_daemon() as daemon:
        warm = mentions(BATCH, 1.0, 99)
        await post_all(daemon, [b"\n".join(warm), *warm[:AT_ONCE]], 1)
        await daemon.settled(len(warm))
        rests = await idle(daemon)
        spent, begun = daemon.spent(), time.monotonic()
        await post_all(daemon, bodies, at_once)
        await daemon.settled(len(warm) + len(made))
        return (daemon.spent() - spent - rests * (time.monotonic() - begun)) / len(made)


async def streamed(frames: list[str], warm: int = 2_000) -> float:
    """The same of a post of a stream; the first ``warm`` of them are not counted."""
    begin, sent = asyncio.Event(), asyncio.Event()

    async def subscribe(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        for place, frame in enumerate(frames):
            if place == warm:
                await begin.wait()
            await socket.send_str(frame)
        sent.set()
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/subscribe", subscribe)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = f"ws://127.0.0.1:{runner.addresses[0][1]}/subscribe"
    wanted = [sum("acme" in each for each in part) for part in (frames[:warm], frames)]
    try:
        async with a_daemon(sources={"public": {"type": "bluesky", "hosts": [host], "dead_after": "10m"}}) as daemon:
            await daemon.settled(wanted[0])
            rests = await idle(daemon)
            spent, begun = daemon.spent(), time.monotonic()
            begin.set()
            await sent.wait()
            await daemon.settled(wanted[1])
            return (daemon.spent() - spent - rests * (time.monotonic() - begun)) / (len(frames) - warm)
    finally:
        await runner.cleanup()


def cases(asked: argparse.Namespace) -> dict[str, Callable[[], Coroutine[None, None, float]]]:
    many, lone, stream = asked.mentions, asked.lone, asked.stream
    return {
        "batch: 500 in a post, all about a brand": lambda: posted(mentions(many, 1.0, 1), BATCH, 1),
        "few: 500 in a post, one in 200 about a brand": lambda: posted(mentions(many, 0.005, 2), BATCH, 1),
        "lone: posted alone, 50 at a time": lambda: posted(mentions(lone, 1.0, 3), 1, AT_ONCE),
        "serial: posted alone, each after the answer": lambda: posted(mentions(lone, 1.0, 4), 1, 1),
        "stream: a public post, one in 200 about a brand": lambda: streamed(events(stream, 0.005, 5)),
    }


def measured(asked: argparse.Namespace) -> dict[str, float]:
    """Microseconds each, by case."""
    chosen = {name: one for name, one in cases(asked).items() if not asked.only or name.partition(":")[0] in asked.only}
    return {name: asyncio.run(one()) * 1e6 for name, one in chosen.items()}


def measured_in(tree: Path, arguments: list[str]) -> dict[str, float]:
    path = os.pathsep.join([str(tree), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(Path(__file__).absolute()), "--here", *arguments]
    ended = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, cwd=tree, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, nargs="?", help="another tree of the same project")
    parser.add_argument("--only", nargs="*", default=[], help="first words of the cases")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--mentions", type=int, default=4_000)
    parser.add_argument("--lone", type=int, default=600)
    parser.add_argument("--stream", type=int, default=20_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measured(asked)))
        return
    sizes = [f"--{name}={getattr(asked, name)}" for name in ("mentions", "lone", "stream")]
    arguments = [*sizes, *(("--only", *asked.only) if asked.only else ())]
    trees = [*([asked.before.absolute()] if asked.before else []), ROOT]
    least: list[dict[str, float]] = [{} for _ in trees]
    for _ in range(asked.rounds):
        for best, tree in zip(least, trees, strict=True):
            for name, each in measured_in(tree, arguments).items():
                best[name] = min(best.get(name, each), each)
    report(least)


def report(least: list[dict[str, float]]) -> None:
    print(f"{'':50}{' before' if len(least) > 1 else '':>9} {'now':>9}   µs of processor time each")
    for name, now in least[-1].items():
        before = f"{least[0][name]:9.1f}" if len(least) > 1 else " " * 9
        times = f"{least[0][name] / now:5.2f} times as fast" if len(least) > 1 else ""
        print(f"{name:50}{before} {now:9.1f}   {times}")
    names = {name.partition(":")[0]: name for name in least[-1]}
    for place, when in enumerate(("before", "now")[-len(least) :]):
        of = least[place]
        for alone in ("lone", "serial"):
            if alone in names and "batch" in names:
                ratio = of[names[alone]] / of[names["batch"]]
                print(f"{when}: {alone} costs {ratio:.1f} times what one of a batch does (target 3)")
        if "stream" in names:
            print(f"{when}: a hundred public posts a second are {of[names['stream']] / 100:.2f} % of a core (target 2)")


if __name__ == "__main__":
    main()
