"""Whether memory stays flat over a long stream: made mentions of three brands, no text said before and every fifth
author a new one, through the engine on event time, twenty a second and a tick every five.

    python benchmarks/memory.py [MENTIONS]     default 5000000

Memory is printed at each tenth: what is in use then, and the most so far. The first tenth fills what is bounded.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sentinel.assembly.build import build_engine
from sentinel.config.loader import load
from sentinel.engine.replay import Replay
from sentinel.mention import Author, Mention

BRANDS = ("Acme", "Lumbre", "Norte")
START = datetime(2026, 3, 2, tzinfo=UTC)
A_SECOND = 20
KNOWN_AUTHORS = 50_000
SYLLABLES = ("ca", "lo", "mi", "ter", "san", "do", "pel", "ru", "bra", "ne", "gus", "ti", "vo", "lar", "fe", "quin")
SAID = (
    "el pedido llega tarde otra vez",
    "qué buen servicio el de hoy",
    "no contesta nadie al teléfono",
    "la tienda del barrio cierra",
    "me han cobrado dos veces",
    "gracias por la ayuda de ayer",
    "horrible, no vuelvo",
    "normal, ni bien ni mal",
)
CONFIG = "language: es\nbrands: [{name: Acme}, {name: Lumbre}, {name: Norte}]\n"


def in_use() -> float:
    """MiB in memory now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stream(count: int) -> Iterator[Mention]:
    rng = Random(11)
    for number in range(count):
        words = " ".join("".join(rng.choices(SYLLABLES, k=4)) for _ in range(2))
        who = f"u{rng.randrange(KNOWN_AUTHORS)}" if number % 5 else f"n{number}"
        yield Mention(
            source="http",
            id=f"m{number}",
            text=f"{rng.choice(BRANDS)}: {rng.choice(SAID)} {words}",
            published_at=START + timedelta(seconds=number / A_SECOND),
            lang="es",
            author=Author(id=who, handle=who, followers=number % 3000),
        )


def told(count: int, step: int) -> Iterator[Mention]:
    begun = time.process_time()
    for number, mention in enumerate(stream(count)):
        if number % step == 0:
            print(f"{number:10,d} {in_use():8.1f} {most():8.1f} {time.process_time() - begun:9.1f}", flush=True)
        yield mention


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text(CONFIG, encoding="utf-8")
        replay = Replay(build_engine(load(path, {})))
    print("  mentions  MiB now  at most  processor", flush=True)
    for _ in replay.run(told(count, max(1, count // 10))):
        pass
    print(
        f"{replay.counts.mentions:10,d} {in_use():8.1f} {most():8.1f}   matched {replay.counts.matched:,d}", flush=True
    )


if __name__ == "__main__":
    main()
