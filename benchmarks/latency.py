"""How long a page takes under load: the real daemon as a process, a firehose over HTTP, and brands that catch fire in
the midst of it.

Two clocks: the daemon's own (`sentinel_page_latency_seconds`, newest mention that tipped the score to the provider's
answer) and the outside's (from the moment the burst is posted to the moment the receiver has the page). Both include
the wait for the next tick.

    python benchmarks/latency.py [--rate 1000] [--seconds 40] [--brands 20] [--tick 1] [--batch 100] [--about 0.2]
        [--workers 2] [--others 10000 --spoken 500]

With ``--batch 500 --about 1`` every mention of the firehose is matched, as many at once as a sender should send; the
rate that a machine takes says `benchmarks/door.py`. With ``--workers`` it is a cluster over its own PostgreSQL: one
process listens, sends and shows, so many others fold; the daemon's own clock is the sender's then. With ``--others`` it
watches so many more brands, ``--spoken`` of which the firehose is about; nobody speaks of the rest.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))
from sentinel.mention import Author, Mention
from sentinel.simulation.history import Story, history
from tests.postgres import PostgresServer
from tests.stories.daemon import RunningDaemon
from tests.stories.test_cluster import RunningRole

PARTITIONS = 8
BURST = timedelta(seconds=60)
QUANTILES = (0.5, 0.9, 0.99)


@dataclass
class Receiver:
    """When each brand's contact was first paged, by the clock that only goes ahead."""

    port: int = 0
    paged: dict[str, float] = field(default_factory=dict)


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at = time.monotonic()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.paged.setdefault(self.path.strip("/"), at)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def settings(port: int, brands: list[str], others: list[str], tick: float) -> dict[str, object]:
    """Every brand has a contact of its own at one provider; brands that take the noise never alarm."""
    calm = {"thresholds": {"watch": 97, "alert": 98, "crisis": 99}}
    return {
        "language": "es",
        "brands": [
            *({"name": name, "match": {"any": [name.lower()]}, **calm} for name in others),
            *({"name": name, "match": {"any": [name.lower()]}, "policy": name} for name in brands),
        ],
        "contacts": {name: {"channels": [f"json://127.0.0.1:{port}/{name}"]} for name in brands},
        "policies": {name: {"steps": [{"notify": [name]}]} for name in brands}
        | {"default": {"steps": [{"notify": [brands[0]]}]}},
        "engine": {"tick": f"{tick}s"},
    }


def noise(rng: Random, number: int, share: float, spoken: list[str]) -> Mention:
    """One mention of the firehose; ``share`` of them is about a brand that never alarms."""
    about = rng.choice(spoken).lower() if rng.random() < share else "nada"
    text = f"Hoy {about} nuevo en el barrio, cosa número {rng.randrange(10**9)} de la semana"
    who = f"n{rng.randrange(10**6)}"
    return Mention(
        source="firehose",
        id=f"n{number}",
        text=text,
        published_at=datetime.now(UTC),
        lang="es",
        author=Author(id=who, handle=who),
    )


def burst(brand: str, seed: int) -> list[Mention]:
    """A firestorm of the last minute, in one post."""
    story = Story(
        brand=brand,
        language="es",
        end=datetime.now(UTC),
        seed=seed,
        calm=timedelta(0),
        storm=BURST,
        per_hour=0,
        storm_per_minute=400,
    )
    return list(history(story))


def firehose(
    daemon: RunningDaemon, asked: argparse.Namespace, spoken: list[str], over: threading.Event, doors: list[float]
) -> None:
    """Post the noise at a steady pace, and note how long each post that was taken waited for its answer; what the
    daemon refuses for being full is counted as not sent.
    """
    rng, number, begun = Random(7), 0, time.monotonic()
    while not over.is_set():
        batch = [noise(rng, number + n, asked.about, spoken) for n in range(asked.batch)]
        number += asked.batch
        posted = time.monotonic()
        status, _ = daemon.send(batch)
        if status == 202:
            doors.append(time.monotonic() - posted)
        over.wait(max(0.0, begun + number / asked.rate - time.monotonic()))


def daemon_quantiles(text: str) -> str:
    """What the daemon's own histogram says: between which bounds each quantile lies."""
    rows = re.findall(r'sentinel_page_latency_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    buckets = [(bound, float(count)) for bound, count in rows]
    total = buckets[-1][1] if buckets else 0.0
    said = []
    for quantile in QUANTILES:
        reached = next((bound for bound, count in buckets if total and count >= quantile * total), "?")
        said.append(f"p{quantile * 100:.0f} ≤ {reached} s")
    return f"{', '.join(said)} (n = {total:.0f})"


@contextmanager
def running(folder: Path, settings: dict[str, object], workers: int) -> Iterator[RunningDaemon]:
    """One daemon; or, of a cluster, the process that listens, while so many workers fold."""
    if not workers:
        with RunningDaemon(folder, settings) as daemon:
            yield daemon
        return
    postgres = PostgresServer.begin()
    try:
        store = {"url": asyncio.run(postgres.blank("latency"))}
        settings = settings | {"store": store, "cluster": {"partitions": PARTITIONS}}
        with ExitStack() as stack:
            for number in range(workers):
                (own := folder / f"worker{number}").mkdir()
                stack.enter_context(RunningRole(own, settings, roles=("worker",)))
            yield stack.enter_context(RunningRole(folder, settings))
    finally:
        postgres.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--brands", type=int, default=20)
    parser.add_argument("--tick", type=float, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--batch", type=int, default=100, help="mentions of the firehose in one post")
    parser.add_argument("--about", type=float, default=0.2, help="share of the firehose that is about a brand")
    parser.add_argument("--others", type=int, default=1, help="brands that never alarm")
    parser.add_argument("--spoken", type=int, default=1, help="of which so many are spoken of")
    asked = parser.parse_args()
    others = [f"Fondo{n}" for n in range(asked.others)]
    brands = [f"Marca{n}" for n in range(asked.brands)]
    over, doors = threading.Event(), list[float]()
    posted, answered = dict[str, float](), dict[str, float]()
    with tempfile.TemporaryDirectory() as folder, a_receiver() as receiver:  # noqa: SIM117
        with running(Path(folder), settings(receiver.port, brands, others, asked.tick), asked.workers) as daemon:
            calm = datetime.now(UTC) - timedelta(minutes=30)
            for n, brand in enumerate(brands):
                story = Story(
                    brand=brand, language="es", end=calm, seed=n, calm=timedelta(days=2), storm=timedelta(0), per_hour=4
                )
                daemon.send(list(history(story)))
            hose = threading.Thread(target=firehose, args=(daemon, asked, others[: asked.spoken], over, doors))
            hose.start()
            pause = threading.Event()
            begun = time.monotonic()
            for n, brand in enumerate(brands):
                pause.wait(max(0.0, begun + 3 + n * (asked.seconds - 6) / len(brands) - time.monotonic()))
                mentions = burst(brand, 1000 + n)
                posted[brand] = time.monotonic()
                daemon.send(mentions)
                answered[brand] = time.monotonic()
            pause.wait(max(3.0, 4 * asked.tick))
            took = time.monotonic() - begun
            over.set()
            hose.join()
            own, queue = daemon_quantiles(daemon.get("/metrics")[1].decode()), daemon.metric("sentinel_queue_mentions")
    report(asked, receiver, posted, answered, len(doors) * asked.batch / took, own, queue)
    if doors := sorted(doors):
        steady = ", ".join(f"p{q * 100:.0f} {doors[min(len(doors) - 1, int(q * len(doors)))]:.2f} s" for q in QUANTILES)
        print(f"the firehose's posts until their 202: {steady} (n = {len(doors)}), target 1 s at p99")


def report(
    asked: argparse.Namespace,
    receiver: Receiver,
    posted: dict[str, float],
    answered: dict[str, float],
    rate: float,
    own: str,
    queue: float,
) -> None:
    """The figures, and what they are measured against."""
    outside = sorted(receiver.paged[brand] - at for brand, at in posted.items() if brand in receiver.paged)
    doors = sorted(answered[brand] - at for brand, at in posted.items())
    missing = [brand for brand in posted if brand not in receiver.paged]
    print(
        f"{rate:,.0f} mentions/s taken of {asked.rate:,}; tick {asked.tick:g} "
        f"s; {len(outside)} crises paged, {len(missing)} not; "
        f"queue at the end {queue:.0f}"
    )
    if outside:
        said = ", ".join(
            f"p{q * 100:.0f} {outside[min(len(outside) - 1, int(q * len(outside)))]:.2f} s" for q in QUANTILES
        )
        print(f"posted → on the phone: {said}, worst {outside[-1]:.2f} s")
        print(f"    of which the door (until 202): p50 {doors[len(doors) // 2]:.2f} s, worst {doors[-1]:.2f} s")
        excess = outside[min(len(outside) - 1, int(0.99 * len(outside)))] - asked.tick
        print(f"    p99 above the tick: {excess:+.2f} s, target +2 s: {'met' if excess <= 2 else 'MISSED'}")
    print(f"the daemon's own clock: {own}")


if __name__ == "__main__":
    main()
