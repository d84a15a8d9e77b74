"""What pages cost: how much open ones take from a daemon under load, and how long and heavy each is when it is opened.

    python benchmarks/pages.py [--tabs 200] [--pairs 8] [--seconds 6] [--brands 12 300]

A real daemon as a process takes mentions as fast as it can, in turns without and with open pages: each listens to
`/api/v1/live` and fetches its changing part when told, as ``live.js`` does. What counts is mentions folded for each
second of processor time of the daemon, which neighbours on the machine bend less than its wall clock; where they bend
it too much, what the pages take of a core at rest still tells, since the ingest is bound by one. Times of first pages
are the server's and the socket's, one after the other on an open connection, while nothing else is going on; beside
them the processor time of one.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from sentinel.mention import Author, Mention, encode_mention
from sentinel.simulation.history import Story, history
from tests.stories.daemon import RunningDaemon, eventually
from tests.stories.phone import Phone, a_phone

BATCH = 200
TICKS = os.sysconf("SC_CLK_TCK")
MOST_COST, MOST_MS, MOST_WEIGHT = 0.05, 50.0, 100_000
TABS = Path(__file__).parent / "tabs.py"
LINK = re.compile(r"http://[\d.:]+(/a/[\w.~-]+)")


def settings(brands: list[str], phone: Phone) -> dict[str, Any]:
    """As it ships, but for the limit of posts and a phone that is at hand."""
    return {
        "language": "es",
        "brands": [{"name": name, "match": {"any": [name.replace(" ", "").lower()]}} for name in brands],
        "contacts": {"ana": {"name": "Ana", "channels": [phone.url()]}},
        "web": {"rate_limit": 100_000},
        "delivery": {"group_wait": "0s"},
    }


def names(count: int) -> list[str]:
    return [f"Marca {number}" for number in range(count)]


def calm(brands: list[str]) -> Iterator[Mention]:
    """A day and a half of each brand."""
    for seed, brand in enumerate(brands):
        story = Story(
            brand=brand.replace(" ", ""),
            language="es",
            end=datetime.now(UTC),
            seed=seed,
            calm=timedelta(days=1.5),
            storm=timedelta(0),
            per_hour=2,
        )
        yield from history(story)


def burning(brand: str) -> list[Mention]:
    story = Story(
        brand=brand.replace(" ", ""),
        language="es",
        end=datetime.now(UTC),
        seed=99,
        calm=timedelta(0),
        storm=timedelta(minutes=4),
        per_hour=0,
        storm_per_minute=90,
    )
    return list(history(story))


@contextmanager
def a_town(count: int) -> Iterator[tuple[RunningDaemon, str, str]]:
    """A daemon whose first brand burns; with the incident's page and the link that the phone got."""
    brands = names(count)
    with (
        tempfile.TemporaryDirectory() as folder,
        a_phone() as phone,
        RunningDaemon(Path(folder), settings(brands, phone)) as daemon,
    ):
        mentions = list(calm(brands))
        for start in range(0, len(mentions), 2000):
            daemon.send(mentions[start : start + 2000])
        daemon.send(burning(brands[0]))
        eventually(
            lambda: [found for _, _, message in phone.pages if (found := LINK.search(message))], "the phone rings"
        )
        found = next(found for _, _, message in phone.pages if (found := LINK.search(message)))
        incident = daemon.json("/api/v1/incidents")["incidents"][0]["id"]
        yield daemon, f"/incidents/{incident}", found[1]


# -- open pages against the ingest path
# ---------------------------------------------------------------------------------------


class Firehose:
    """Posts mentions as fast as they are taken, about brands that stay calm for it: one in two is about somebody, none
    is negative.
    """

    def __init__(self, daemon: RunningDaemon, brands: list[str]) -> None:
        self._daemon = daemon
        self._brands = brands[1:]
        self._over = threading.Event()
        self._rng = Random(7)
        self._number = 0
        self._thread = threading.Thread(target=self._pour)

    def __enter__(self) -> "Firehose":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _pour(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._daemon.port, timeout=60)
        while not self._over.is_set():
            connection.request("POST", "/api/v1/mentions", self._batch(), {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 429:
                self._over.wait(0.05)

    def _batch(self) -> bytes:
        return b"\n".join(encode_mention(self._one()) for _ in range(BATCH))

    def _one(self) -> Mention:
        self._number += 1
        brand = self._rng.choice(self._brands).replace(" ", "").lower()
        who = f"n{self._rng.randrange(10**6)}"
        return Mention(
            source="firehose",
            id=f"n{self._number}",
            text=f"Hoy {brand} abre en el barrio, cosa número {self._rng.randrange(10**9)}",
            published_at=datetime.now(UTC),
            lang="es",
            author=Author(id=who, handle=who),
        )


def folded(daemon: RunningDaemon) -> float:
    """Mentions that the engine has counted."""
    text = daemon.get("/metrics")[1].decode()
    return sum(float(value) for value in re.findall(r"^sentinel_mentions_total\{[^}]*\} (\S+)", text, re.MULTILINE))


def spent(daemon: RunningDaemon) -> float:
    """Processor seconds of the daemon, all its threads."""
    assert daemon.process is not None
    fields = Path(f"/proc/{daemon.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def turn(daemon: RunningDaemon, seconds: float) -> tuple[float, float]:
    """Mentions a second of processor time, and of the wall's."""
    count, cpu, wall = folded(daemon), spent(daemon), time.monotonic()
    threading.Event().wait(seconds)
    count, cpu, wall = folded(daemon) - count, spent(daemon) - cpu, time.monotonic() - wall
    return count / cpu, count / wall


@contextmanager
def open_pages(daemon: RunningDaemon, tabs: int, incident: str) -> Iterator[dict[str, int]]:
    """So many pages, in a process of their own; at the end, how often they were told and how often they asked."""
    command = [sys.executable, str(TABS), str(daemon.port), str(tabs), incident]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "open"
    seen: dict[str, int] = {}
    try:
        yield seen
    finally:
        running.stdin.close()
        seen |= json.loads(running.stdout.read())
        running.wait()


def apart(daemon: RunningDaemon) -> None:
    """The daemon on a core of its own, and those who ask on the others: their work is not to be counted as its."""
    cores = sorted(os.sched_getaffinity(0))
    if daemon.process is not None and len(cores) > 1:
        for task in Path(f"/proc/{daemon.process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), cores[:1])
        os.sched_setaffinity(0, cores[1:])


def at_rest(daemon: RunningDaemon, tabs: int, incident: str, pairs: int, seconds: float) -> float:
    """What the pages take of a core while no mention comes in, median of pairs: nothing but they and the tick is to be
    seen then.
    """

    def share() -> float:
        before = spent(daemon)
        threading.Event().wait(seconds)
        return (spent(daemon) - before) / seconds

    shares = []
    for _ in range(pairs):
        without = share()
        with open_pages(daemon, tabs, incident):
            threading.Event().wait(2)
            shares.append(share() - without)
    taken = statistics.median(shares)
    said = ", ".join(f"{each:.1%}" for each in sorted(shares))
    print(
        f"at rest {tabs} open pages take {taken:.1%} of a core ({said}); "
        f"allowed {MOST_COST:.0%}: {verdict(taken <= MOST_COST)}",
        flush=True,
    )
    return taken


def tabs_cost(tabs: int, pairs: int, seconds: float, brands: int) -> bool:
    costs: list[float] = []
    with a_town(brands) as (daemon, incident, _):
        apart(daemon)
        threading.Event().wait(5)
        taken = at_rest(daemon, tabs, incident, pairs, 2 * seconds)
        with Firehose(daemon, names(brands)):
            turn(daemon, 5)
            for number in range(pairs):
                first = turn(daemon, seconds)
                with open_pages(daemon, tabs, incident) as seen:
                    turn(daemon, 2)
                    with_tabs = turn(daemon, seconds)
                last = turn(daemon, seconds)
                without = [(a + b) / 2 for a, b in zip(first, last, strict=True)]
                costs.append(1 - with_tabs[0] / without[0])
                print(
                    f"pair {number + 1}: without {without[0]:7,.0f} a CPU second, {without[1]:7,.0f} a second;"
                    f" with {tabs} pages {with_tabs[0]:7,.0f}, {with_tabs[1]:7,.0f};"
                    f" told {seen['told']:,}, fetched {seen['fetched']:,} "
                    f"({seen['bytes'] / max(1, seen['fetched']) / 1000:.1f} kB each),"
                    f" cost {costs[-1]:+.1%}",
                    flush=True,
                )
    median, off = statistics.median(costs), statistics.stdev(costs) / len(costs) ** 0.5 if len(costs) > 1 else 1.0
    said = (
        f"{tabs} open pages cost {median:.1%} ± {off:.1%} of the ingest, "
        f"median of {pairs} turns, each between two without"
    )
    print(
        f"{said}; allowed {MOST_COST:.0%}: "
        f"{'the machine is too busy to tell' if off > MOST_COST / 2 else verdict(median <= MOST_COST)}"
    )
    return taken <= MOST_COST and (median <= MOST_COST or off > MOST_COST / 2)


# -- first pages
# --------------------------------------------------------------------------------------------------------------


def first_pages(brands: int, times: int = 100) -> bool:
    good = True
    with a_town(brands) as (daemon, incident, link):
        connection = HTTPConnection("127.0.0.1", daemon.port, timeout=60)
        for path, name in (("/", "/"), ("/wall", "/wall"), (incident, "/incidents/{id}"), (link, "/a/{token}")):
            took, body, cpu = [], b"", spent(daemon)
            for _ in range(times):
                began = time.perf_counter()
                connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
                answer = connection.getresponse()
                body = answer.read()
                took.append(1000 * (time.perf_counter() - began))
                assert answer.status == 200, (path, answer.status)
            cpu = 1000 * (spent(daemon) - cpu) / times
            raw = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
            p95 = statistics.quantiles(took, n=20)[-1]
            fine = p95 <= MOST_MS and len(raw) <= MOST_WEIGHT
            good = good and fine
            said = f"p50 {statistics.median(took):6.1f} ms  p95 {p95:6.1f} ms  CPU {cpu:5.1f} ms"
            weight = f"{len(raw) / 1000:6.1f} kB ({len(body) / 1000:5.1f} kB sent)"
            print(f"{brands:4d} brands  {name:16s} {said}  {weight}: {verdict(fine)}", flush=True)
    return good


def verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tabs", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--brands", type=int, nargs="+", default=[12, 300])
    asked = parser.parse_args()
    good = [first_pages(brands) for brands in asked.brands]
    if asked.tabs:
        good.append(tabs_cost(asked.tabs, asked.pairs, asked.seconds, asked.brands[0]))
    raise SystemExit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
