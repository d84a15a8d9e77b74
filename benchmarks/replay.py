"""How fast and how flat a replay is: mentions a second at two densities, and memory as a long recording goes by.

    python benchmarks/replay.py [MENTIONS]     default 200000

Speeds are of this machine now; the ratio of the two densities and the growth of memory are what carries over.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sentinel.assembly.build import build_engine
from sentinel.config.loader import load
from sentinel.engine.replay import Replay
from sentinel.mention import Mention
from sentinel.simulation.history import Story, history

END = datetime(2026, 3, 2, 9, tzinfo=UTC)


def run(label: str, story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text("brands: [{name: Acme}]\n", encoding="utf-8")
        replay = Replay(build_engine(load(path, {})))
    mentions = list(history(story))
    started = time.process_time()
    for _ in replay.run(mentions):
        pass
    seconds = time.process_time() - started
    print(f"{label:28s} {len(mentions):8,d} mentions  {len(mentions) / seconds:8,.0f} a second of one core")


def memory(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text("brands: [{name: Acme}]\n", encoding="utf-8")
        replay = Replay(build_engine(load(path, {})))
    story = Story(
        brand="Acme",
        language="es",
        end=END,
        calm=timedelta(0),
        storm=timedelta(minutes=count / 600),
        storm_per_minute=600,
    )
    step = max(1, count // 10)
    peaks: list[int] = []

    def watched() -> Iterator[Mention]:
        for number, mention in enumerate(_stream(story)):
            if number % step == 0:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            yield mention

    for _ in replay.run(watched()):
        pass
    print("peak memory (MiB) at each tenth:", *peaks)


def _stream(story: Story) -> Iterator[Mention]:
    """The story in pieces of an hour, so that making it takes no room."""
    begin, piece = story.end - story.storm, timedelta(hours=1)
    number = 0
    while begin < story.end:
        number += 1
        end = min(story.end, begin + piece)
        part = Story(
            brand=story.brand,
            language=story.language,
            end=end,
            seed=number,
            calm=timedelta(0),
            storm=end - begin,
            storm_per_minute=600,
        )
        yield from history(part)
        begin = end


if __name__ == "__main__":
    run(
        "sparse, one in half a minute",
        Story(brand="Acme", language="es", end=END, per_hour=120, calm=timedelta(days=5), storm=timedelta(0)),
    )
    run(
        "dense, ten a second",
        Story(
            brand="Acme",
            language="es",
            end=END,
            calm=timedelta(hours=1),
            storm=timedelta(minutes=40),
            storm_per_minute=600,
        ),
    )
    memory(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
