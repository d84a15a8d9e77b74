"""The runner: a source that fails is started again after a while, one that is silent is noticed, none harms the
others.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from sentinel.backoff import Backoff
from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadInput, JournalFull, SourceError, StoreError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, Reason, Source
from sentinel.sources.runner import HEALTHY, MOST, PATROL, PERMANENT, Runner
from sentinel.store.group import Appended
from tests.builders import a_mention
from tests.fakes import START, FakeClock, settle

Step = Callable[[Inlet, bytes | None], Awaitable[None]]


class Scripted(Source[SourceSettings]):
    """Does one step of its script at each start; waits for ever once it is through."""

    default_silence = timedelta(minutes=2)
    script: list[Step]
    starts: int = 0

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        self.starts += 1
        if not self.script:
            await asyncio.Event().wait()
        await self.script.pop(0)(inlet, cursor)


class MemoryJournal:
    """What the runner needs of a journal, at once and in memory."""

    def __init__(self) -> None:
        self.broken = False
        self.full = False
        self.keys: set[tuple[str, str]] = set()
        self.deletes: list[tuple[str, str]] = []
        self.erased: list[tuple[str, str]] = []
        self.cursors: dict[str, bytes] = {}

    async def append(
        self,
        mentions: Sequence[Mention],
        *,
        deletes: Sequence[tuple[str, str]],
        erased: Sequence[tuple[str, str]],
        cursor: tuple[str, bytes] | None,
    ) -> Appended:
        if self.broken:
            raise StoreError("the disk is full")
        if self.full:
            raise JournalFull("the stream is full", retry_after=5)
        new = {mention.key for mention in mentions} - self.keys
        self.keys |= new
        self.deletes += deletes
        self.erased += erased
        self.cursors |= dict([cursor] if cursor else [])
        return Appended(accepted=len(new), duplicates=len(mentions) - len(new))

    async def cursor(self, source: str) -> bytes | None:
        return self.cursors.get(source)


@dataclass
class World:
    """A runner and what it told others."""

    clock: FakeClock
    runner: Runner
    journal: MemoryJournal
    source: Scripted
    freshness: list[tuple[str, bool]]
    received: list[int] = field(default_factory=list)
    succeeded: list[datetime] = field(default_factory=list)
    refusals: list[tuple[str, int]] = field(default_factory=list)
    pressed: bool = False

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)


@pytest.fixture
def world(clock: FakeClock) -> World:
    source = Scripted("sky", SourceSettings(type="scripted"), clock, user_agent="test")
    source.script = []
    freshness: list[tuple[str, bool]] = []

    async def tell(name: str, fresh: bool, part: str) -> None:
        freshness.append((f"{name}: {part}" if part else name, fresh))

    class Meter:
        def received(self, source: str, count: int) -> None:
            world.received.append(count)

        def source_refused(self, source: str, reason: str, count: int) -> None:
            world.refusals.append((reason, count))

        def source_succeeded(self, source: str, at: datetime) -> None:
            world.succeeded.append(at)

    journal = MemoryJournal()
    runner = Runner(
        source,
        journal,
        clock,
        Meter(),
        lambda mention: "acme" in mention.text,
        lambda: world.pressed,
        tell,
        backoff=Backoff(rng=random.Random(1)),
    )
    world = World(clock, runner, journal, source, freshness)
    return world


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        jobs = [tasks.create_task(world.runner.run()), tasks.create_task(world.runner.patrol())]
        await settle()
        yield
        for job in jobs:
            job.cancel()


def bring(*ids: str, cursor: bytes | None = None, **batch: tuple[str, ...]) -> Step:
    async def step(inlet: Inlet, _: bytes | None) -> None:
        mentions = tuple(a_mention(id=id, source="sky") for id in ids)
        assert await inlet.put(Batch(mentions=mentions, cursor=cursor, **batch)) <= len(ids)
        await asyncio.Event().wait()

    return step


def fail(error: Exception) -> Step:
    async def step(inlet: Inlet, _: bytes | None) -> None:
        raise error

    return step


async def test_what_a_source_brings_is_on_disk_with_its_cursor(world: World) -> None:
    """And counted: only what is new, and when."""
    world.source.script = [bring("1", "1", "2", cursor=b"2", deletes=("1",), erased=("2",))]
    async with running(world):
        assert world.received == [2]
        assert world.succeeded == [START]
    assert world.journal.cursors == {"sky": b"2"}
    assert (world.journal.deletes, world.journal.erased) == ([("sky", "1")], [("sky", "2")])
    assert world.runner.state.last_event == world.runner.state.last_success == START


async def test_a_source_starts_from_its_cursor(world: World) -> None:
    """After a failure as after a restart: what was committed is where it goes on."""
    seen: list[bytes | None] = []

    async def first(inlet: Inlet, cursor: bytes | None) -> None:
        seen.append(cursor)
        await inlet.put(Batch(cursor=b"7"))
        raise SourceError("broken")

    async def second(inlet: Inlet, cursor: bytes | None) -> None:
        seen.append(cursor)

    world.source.script = [first, second]
    async with running(world):
        await world.pass_time(2)
    assert seen == [None, b"7"]
    assert world.runner.state.finished


async def test_a_source_that_fails_is_tried_again_later_and_later(world: World) -> None:
    """Its state says how often in a row and why, until it is well."""
    world.source.script = [fail(SourceError("the far side is down"))] * 3 + [bring("1")]
    async with running(world):
        state = world.runner.state
        assert (state.failures, state.detail, world.source.starts) == (1, "the far side is down", 1)
        await world.pass_time(1)
        await world.pass_time(2)
        await world.pass_time(4)
        assert world.source.starts == 4
        assert (state.failures, state.detail) == (0, "")
        assert world.runner.backoff.failures == 3


async def test_the_back_off_forgets_after_a_healthy_minute(world: World) -> None:
    """Not at the first sign of life: a far side that drops us at once must not be besieged."""

    async def flicker(inlet: Inlet, _: bytes | None) -> None:
        inlet.alive()
        raise SourceError("dropped")

    async def live(inlet: Inlet, _: bytes | None) -> None:
        while True:
            inlet.alive()
            await world.clock.sleep(10)

    world.source.script = [flicker, flicker, live]
    async with running(world):
        await world.pass_time(3)
        assert world.source.starts == 3
        assert world.runner.backoff.failures == 2
        await world.pass_time(HEALTHY.total_seconds())
        assert world.runner.backoff.failures == 0


@pytest.mark.parametrize(
    ("error", "wait"),
    [(SourceError("busy", retry_after=300), 300), (SourceError("refused", permanent=True), PERMANENT)],
)
async def test_the_far_side_may_ask_for_a_longer_wait(world: World, error: SourceError, wait: float) -> None:
    """And one that refuses us is not asked again soon."""
    world.source.script = [fail(error)]
    async with running(world):
        await world.pass_time(wait - 1)
        assert world.source.starts == 1
        await world.pass_time(2)
        assert world.source.starts == 2


async def test_a_bug_in_a_source_does_not_end_the_daemon(world: World) -> None:
    """It is shown by its kind alone: its words may hold what nobody should read."""
    world.source.script = [fail(ZeroDivisionError("secret"))]
    async with running(world):
        assert world.runner.state.detail == "crashed: ZeroDivisionError"
        await world.pass_time(1)
        assert world.source.starts == 2


async def test_a_store_that_fails_is_waited_for(world: World) -> None:
    """The source is started again from the last cursor: nothing is lost."""

    world.journal.broken = True
    world.source.script = [bring("1"), bring("1")]
    async with running(world):
        assert world.runner.state.detail == "the disk is full"
        world.journal.broken = False
        await world.pass_time(1)
        assert world.received == [1]


async def test_silence_is_noticed_and_so_is_its_end(world: World) -> None:
    """Each once."""
    world.source.script = [bring("1")]
    async with running(world):
        await world.pass_time(120)
        assert world.freshness == []
        await world.pass_time(PATROL)
        assert world.freshness == [("sky", False)]
        assert world.runner.state.stale
        await world.pass_time(60)
        world.runner.heard(1)
        await world.pass_time(PATROL)
        assert world.freshness == [("sky", False), ("sky", True)]
        assert not world.runner.state.stale


async def test_a_machine_that_slept_gives_its_sources_their_time_again(world: World) -> None:
    """Seven hours in which nobody listened are no silence; two minutes after them are, and further sleep ends none."""
    world.source.script = [bring("1")]
    async with running(world):
        await world.pass_time(60)
        world.clock.step_wall(timedelta(hours=7))
        await world.pass_time(100)
        assert world.freshness == []
        await world.pass_time(30)
        assert world.freshness == [("sky", False)]
        world.clock.step_wall(timedelta(hours=7))
        await world.pass_time(PATROL)
        assert world.freshness == [("sky", False)]


async def test_a_source_that_never_answered_is_silent_too(world: World) -> None:
    """Time counts from the start."""
    world.source.script = [fail(SourceError("down", retry_after=9999))]
    async with running(world):
        await world.pass_time(130)
        assert world.freshness == [("sky", False)]


async def test_a_source_that_is_done_is_not_silent(world: World) -> None:
    """A file that was read to its end has nothing more to say."""

    async def end(inlet: Inlet, _: bytes | None) -> None:
        inlet.alive()

    world.source.script = [end]
    async with running(world):
        await world.pass_time(1000)
        assert world.freshness == []
        assert world.runner.state.finished


async def test_the_configuration_rules_what_silence_is(world: World) -> None:
    """And a source without a figure of either kind may be silent for ever."""
    world.source.settings = SourceSettings(type="scripted", silence_after=timedelta(minutes=10))
    async with running(world):
        await world.pass_time(500)
        assert world.freshness == []
        await world.pass_time(120)
        assert world.freshness == [("sky", False)]
    world.source.settings = SourceSettings(type="scripted")
    world.source.default_silence = None  # type: ignore[misc]  # as a source of another kind has it
    await world.runner.patrol()


@pytest.mark.parametrize("can_wait", [True, False])
async def test_a_full_queue_holds_those_that_can_wait(world: World, can_wait: bool) -> None:
    """The others go on into the journal, which is where a queue is safe."""
    world.source.can_wait = can_wait  # type: ignore[misc]
    world.pressed = True
    world.source.script = [bring("1")]
    async with running(world):
        assert world.received == ([] if can_wait else [1])
        await world.pass_time(10)
        world.pressed = False
        await world.pass_time(1)
        assert world.received == [1]


@pytest.mark.parametrize("can_wait", [True, False])
async def test_a_full_journal_holds_those_that_can_wait(world: World, can_wait: bool) -> None:
    """They bring the same again when they were told to; the others begin anew where their far side still has it."""
    world.source.can_wait = can_wait  # type: ignore[misc]
    world.journal.full = True
    world.source.script = [bring("1", cursor=b"1")] * (1 if can_wait else 2)
    async with running(world):
        assert (world.received, world.journal.cursors, world.runner.state.failures) == ([], {}, 0 if can_wait else 1)
        world.journal.full = False
        await world.pass_time(10)
        assert (world.received, world.journal.cursors) == ([1], {"sky": b"1"})


async def test_troubles_of_parts_are_kept_apart(world: World) -> None:
    """One feed that is well does not hide another that is not."""
    runner = world.runner
    runner.trouble("feed 1 is down", "feed 1")
    runner.trouble("feed 2 is a page", "feed 2")
    assert runner.state.detail == "feed 1 is down (and 1 more)"
    runner.alive()
    runner.alive("feed 1")
    assert runner.state.detail == "feed 2 is a page"
    runner.refused(3, "line 7: no JSON")
    assert runner.state.refused == 3
    assert runner.wants(a_mention("de acme"))


async def test_a_part_that_fails_beside_healthy_ones_is_told(world: World) -> None:
    """After as long as the whole source may be silent; one at a time, and its end; what is made up for, never."""
    runner = world.runner
    world.source.script = [bring("1")]
    async with running(world):
        runner.trouble("feed 1 is down", "feed 1", unheard=True)
        runner.trouble("the stream is refused; it is asked", "stream")
        await world.pass_time(60)
        runner.trouble("feed 1 is down", "feed 1", unheard=True)
        runner.trouble("feed 2 is down", "feed 2", unheard=True)
        runner.alive("feed 3")
        await world.pass_time(60)
        assert world.freshness == []
        runner.alive("feed 3")
        await world.pass_time(PATROL)
        assert world.freshness == [("sky: feed 1", False)]
        assert runner.state.silent_part == "feed 1"
        await world.pass_time(60)
        runner.alive("feed 1")
        await world.pass_time(PATROL)
        assert world.freshness == [("sky: feed 1", False), ("sky: feed 1", True), ("sky: feed 2", False)]
        runner.alive("feed 2")
        await world.pass_time(PATROL)
    assert world.freshness[3:] == [("sky: feed 2", True)]


async def test_a_source_that_is_silent_as_a_whole_says_it_once(world: World) -> None:
    """None of its parts is told beside it."""
    world.source.script = [bring("1")]
    async with running(world):
        await world.pass_time(1)
        world.runner.trouble("feed 1 is down", "feed 1", unheard=True)
        world.runner.trouble("feed 2 is down", "feed 2", unheard=True)
        await world.pass_time(180)
    assert world.freshness == [("sky", False)]


@pytest.mark.parametrize("answers", [True, False])
async def test_a_part_that_was_silent_when_the_last_run_ended(world: World, answers: bool) -> None:
    """Its return is told; so is that nothing is known of it any more, as of a feed that was taken out."""
    world.runner.was_silent("feed 1")
    async with running(world):
        await world.pass_time(60)
        world.runner.alive("feed 1" if answers else "feed 2")
        await world.pass_time(PATROL)
        assert world.freshness == ([("sky: feed 1", True)] if answers else [])
        world.runner.alive()
        await world.pass_time(60)
    assert world.freshness == [("sky: feed 1", True)]


async def test_silent_when_the_last_run_ended(world: World) -> None:
    """A restart is no answer: it stays silent, nobody is told anew, until the far side speaks; then its return is
    told.
    """
    world.runner.was_silent()
    assert world.runner.allowed == timedelta(minutes=2)
    async with running(world):
        await world.pass_time(60)
        assert world.runner.state.stale
        assert world.freshness == []
        world.runner.alive()
        await world.pass_time(PATROL)
    assert world.freshness == [("sky", True)]


async def test_what_is_refused_is_counted_by_reason_and_told_once_an_hour(world: World) -> None:
    """One line, whatever a source sends."""

    async def rubbish(inlet: Inlet, _: bytes | None) -> None:
        for number in range(3):
            inlet.refused(2, f"line {number}")
        inlet.refused(1, "line 9", Reason.EMPTY)
        await asyncio.Event().wait()

    world.source.script = [rubbish]
    with capture_logs() as lines:
        async with running(world):
            assert world.refusals == [("unreadable", 2)] * 3 + [("empty", 1)]
            await world.pass_time(3600.0)
            world.runner.refused(1, "line 10")
    told = [line for line in lines if line["event"] == "source_items_refused"]
    assert [(line.get("unreadable"), line.get("empty")) for line in told] == [(2, None), (5, 1)]


async def test_a_source_that_begins_anew_starts_at_once_without_what_it_learned(world: World) -> None:
    """Also while it waits after a failure; a part that there is not is refused."""
    seen: list[bytes | None] = []

    async def refuse(inlet: Inlet, cursor: bytes | None) -> None:
        seen.append(cursor)
        raise SourceError("gone", permanent=True)

    world.journal.cursors["sky"] = b"learned"
    world.source.script = [refuse, refuse]
    async with running(world):
        with pytest.raises(BadInput, match="no parts"):
            await world.runner.begin_anew("https://x.example")
        await world.runner.begin_anew()
        await settle()
    assert seen == [b"learned", b""]


async def test_a_large_batch_is_written_bit_by_bit(world: World) -> None:
    """The cursor with the last of it; while the queue is full the rest waits."""
    world.source.script = [bring(*map(str, range(2 * MOST + 1)), cursor=b"end")]
    world.pressed = True
    async with running(world):
        assert world.journal.keys == set()
        world.pressed = False
        await world.pass_time(1.0)
        assert len(world.journal.keys) == 2 * MOST + 1
        assert world.journal.cursors["sky"] == b"end"
    assert world.received == [MOST, MOST, 1]
