"""SIGKILL at every commit and every send, in one story after the other: a page is never lost, and nobody is woken twice
without being told.

A run without a kill counts a story's boundaries; then each boundary is a crash point: killed there, started again, told
to its end, judged. Pairs, killed again in the second life, are points too. A run of the tests tells a sample of them,
drawn as `tests.cases` says; SENTINEL_EVERY_CASE=1 kills at every boundary and as often a second time;
SENTINEL_CRASH_POINTS sets the number of points for all stories together.

To add a story, add a `CrashStory` to `tests.crash.stories.STORIES`: providers that misbehave (``modes``), what people,
reloads and clocks do (``acts``), how long a daemon is away after a crash (``absent``). All else is common to all: the
lives, the kills, the invariants. What a story needs beyond that goes into `Run._act`; what must hold besides, into
`tests.crash.verdict`. A test that kills at one known boundary plays a `Run` whose ``kill_first`` names it, as below.

A run's clock is the pulse of its daemon (`tests.forks.pulse`): on a slow machine a story takes longer and stays the
same, and a run is stuck when its daemon has lived for a minute without what is waited for, or has no pulse.
"""

import asyncio
import math
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.cases import EVERY, how_many, lots
from tests.crash.account import account
from tests.crash.run import Run
from tests.crash.stories import STORIES, CrashStory
from tests.crash.town import REPEAT, Town
from tests.crash.verdict import faults

POINTS = 150
"""Of all stories together, at most, unless more are asked for."""
AT_ONCE = int(os.environ.get("SENTINEL_CRASH_AT_ONCE") or 2 * (os.cpu_count() or 1))
"""Runs. A life waits for its ticks most of its time: two a core leave room for other workers."""
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    # Hundreds of runs, each of which ends by itself when its daemon hangs: this ends a test that does.
    pytest.mark.timeout(7200 if EVERY else 1800),
    pytest.mark.slow,
]


class Yard:
    """Where runs take place: the town, a folder in memory where there is one, the stores that stories begin with."""

    def __init__(self, town: Town, http: aiohttp.ClientSession, folder: Path) -> None:
        self._town = town
        self._http = http
        self._folder = folder
        self._templates: dict[int, Path] = {}
        self._runs = 0

    async def run(self, story: CrashStory, *kills: int) -> Run:
        """A run that is ready to be played."""
        if story.brands not in self._templates:
            calm = Run(town=self._town, http=self._http, story=story, folder=self._folder / f"calm{story.brands}")
            self._templates[story.brands] = await calm.make_template()
        self._runs += 1
        folder = self._folder / f"{story.name}-{self._runs}"
        return Run(self._town, self._http, story, folder, kills, self._templates[story.brands])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def yard() -> AsyncIterator[Yard]:
    """Memory instead of a disk: a kill leaves the page cache alone, and hundreds of daemons need not wait for a
    platter.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="sentinel-crash-", dir=memory if memory.is_dir() else None) as name:
        async with Town.opened() as town, aiohttp.ClientSession() as http:
            yield Yard(town, http, Path(name))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_killed_at_every_boundary(
    yard: Yard, story: CrashStory, record_property: Callable[[str, object], None]
) -> None:
    """Wherever the daemon dies, the story ends as if it had not, and the five invariants hold."""
    calm = await yard.run(story)
    uncut = await calm.play()
    assert faults(calm, uncut, uncut) == []
    boundaries = max(told.get("boundary", 0) for told in calm.guest.told)
    points, failed = _points(story, boundaries), []
    crossed = 0
    room = asyncio.Semaphore(AT_ONCE)

    async def killed(*kills: int) -> None:
        nonlocal crossed
        async with room:
            run = await yard.run(story, *kills)
            found = await _judged(run, lambda end: faults(run, end, uncut))
            crossed += min(run.crashes, 1)
            if found:
                failed.append(_report(run, found))
            shutil.rmtree(run.folder, ignore_errors=True)

    async with asyncio.TaskGroup() as tasks:
        for kills in points:
            tasks.create_task(killed(*kills), name=f"{story.name} {kills}")
    record_property("crash_points", crossed)
    assert not failed, f"{len(failed)} of {len(points)} crash points failed; the first:\n" + "\n\n".join(failed[:2])
    assert crossed >= 0.8 * len(points), "a story crosses about the same boundaries every time"


async def test_case_01_killed_after_the_provider_accepted(yard: Yard) -> None:
    """Ana has her page, the store does not know: it comes once more, says so, and the ladder goes on as if nothing had
    happened.
    """
    story = STORIES[0]
    calm = await yard.run(story)
    uncut = await calm.play()
    run = await yard.run(story)
    run.kill_first = "after send"
    end = await run.play()
    assert faults(run, end, uncut) == []
    titles = [each.title for each in run.guest.arrivals if each.contact == "ana"]
    assert [REPEAT in title for title in titles] == [False, True]


async def _judged(run: Run, judge: Callable[..., list[str]]) -> list[str]:
    try:
        return judge(await run.play())
    except ExceptionGroup as group:
        return [f"did not end: {error}" for error in group.exceptions]


def _points(story: CrashStory, boundaries: int) -> list[tuple[int, ...]]:
    """Every boundary, and as many pairs with a second kill early in the second life; a sample of both."""
    draw = lots(story.name)
    points: list[tuple[int, ...]] = [(first,) for first in range(1, boundaries + 1)]
    points += [(first, draw.randint(1, max(2, boundaries // 2))) for first in range(1, boundaries + 1)]
    share = math.ceil(how_many("SENTINEL_CRASH_POINTS", POINTS, len(points) * len(STORIES)) / len(STORIES))
    return points if share >= len(points) else sorted(draw.sample(points, share))


def _report(run: Run, found: list[str]) -> str:
    return f"{run.story.name} killed at {run.kills}:\n" + "\n".join(found) + f"\n{account(run)}"
