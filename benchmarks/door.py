"""What a mention costs from the socket to the days of reports: the real daemon as a process, posts over HTTP, SQLite.

Processor time of the daemon (all its threads), by how the mentions come: 500 in a post, all about a brand; 500 in a
post, about nobody but a few; one in a post, many at once; one in a post, each after the answer to the one before.
Waited for is all that follows: the fold, ticks, days, and the index of words. What an idle daemon takes meanwhile is
left out.

    python benchmarks/door.py [--batches 20] [--only NAME ...]
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))
from sentinel.mention import Author, Mention
from tests.forks.patience import eventually
from tests.stories.daemon import RunningDaemon

BATCH = 500
LONE = 300
SAID = (
    "otra vez sin línea desde las {n}, llevo {m} horas y nadie responde, qué vergüenza",
    "la factura {n} viene mal y me cobran {m} euros de más, quiero una solución",
    "muy contento con el técnico {n}, vino en {m} minutos y todo funciona",
    "¿sabéis si abre la tienda {n} el día {m}? gracias",
    "la app no carga, error {n}, he reiniciado {m} veces",
    "hoy el pedido {n} llegó antes de tiempo, {m} puntos para ellos",
)
SETTINGS = {"language": "es", "brands": [{"name": "Acme", "match": {"any": ["acme"]}}]}


class Posts:
    """Mentions that nobody said before."""

    def __init__(self) -> None:
        self._rng, self._made = Random(7), 0

    def some(self, count: int, about: float = 1.0) -> list[Mention]:
        """So many, of which a share is about the brand."""
        return [self._one("acme" if self._rng.random() < about else "la ciudad") for _ in range(count)]

    def _one(self, about: str) -> Mention:
        self._made += 1
        who = f"u{self._rng.randrange(50_000)}"
        text = self._rng.choice(SAID).format(n=self._rng.randrange(10**6), m=self._rng.randrange(10**4))
        return Mention(
            source="firehose",
            id=f"n{self._made}",
            text=f"{about}: {text}",
            published_at=datetime.now(UTC),
            lang="es",
            author=Author(id=who, handle=who, followers=self._rng.randrange(2_000)),
        )


def used(daemon: RunningDaemon) -> float:
    """Seconds of processor time that it has taken."""
    assert daemon.process is not None
    spent = Path(f"/proc/{daemon.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


def settled(daemon: RunningDaemon) -> None:
    """Wait until all that was taken is counted into days."""

    def is_counted() -> bool:
        with closing(sqlite3.connect(daemon.folder / "sentinel.db")) as store:
            newest = store.execute("SELECT max(seq) FROM journal").fetchone()[0] or 0
            told = store.execute("SELECT value FROM meta WHERE key = 'brand_days_counted'").fetchone()
        return told is not None and int(msgspec.json.decode(told[0])["seq"]) >= newest

    eventually(is_counted, "what came is counted")


def cost(daemon: RunningDaemon, idle: float, work: Callable[[], int]) -> float:
    """Microseconds a mention."""
    began, at = used(daemon), time.monotonic()
    count = work()
    settled(daemon)
    return (used(daemon) - began - idle * (time.monotonic() - at)) / count * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    posts = Posts()

    def in_batches(daemon: RunningDaemon, about: float) -> int:
        for _ in range(asked.batches):
            assert daemon.send(posts.some(BATCH, about))[0] == 202
        return asked.batches * BATCH

    def at_once(daemon: RunningDaemon) -> int:
        with ThreadPoolExecutor(50) as pool:
            for status, _ in pool.map(lambda one: daemon.send([one]), posts.some(LONE)):
                assert status == 202
        return LONE

    def one_by_one(daemon: RunningDaemon) -> int:
        for one in posts.some(LONE):
            assert daemon.send([one])[0] == 202
        return LONE

    work: dict[str, Callable[[RunningDaemon], int]] = {
        "500 in a post, all matched": lambda daemon: in_batches(daemon, 1.0),
        "500 in a post, 1 in 200 matched": lambda daemon: in_batches(daemon, 0.005),
        "posted alone, 50 at a time": at_once,
        "posted alone, one after the other": one_by_one,
    }
    with tempfile.TemporaryDirectory() as folder, RunningDaemon(Path(folder), SETTINGS) as daemon:
        in_batches(daemon, 1.0)
        settled(daemon)
        began, at = used(daemon), time.monotonic()
        time.sleep(5)
        idle = (used(daemon) - began) / (time.monotonic() - at)
        print(f"idle: {idle:.2%} of a core")
        for name, each in work.items():
            if not asked.only or any(part in name for part in asked.only):
                took = cost(daemon, idle, lambda each=each: each(daemon))  # type: ignore[misc]  # of this turn
                print(f"{name:36} {took:8.1f} µs each, {1e6 / took:9,.0f} a second of a core")


if __name__ == "__main__":
    main()
