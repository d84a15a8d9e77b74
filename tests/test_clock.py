"""The wall clock jumps and the machine sleeps: time goes on, pages still go, nothing fires twice."""

import asyncio
from datetime import datetime, timedelta

import pytest

from sentinel.clock import SystemClock
from sentinel.incidents.incident import State
from sentinel.scoring.level import Level
from tests.fakes import START, FakeClock
from tests.incidents.story import Story

HOUR = timedelta(hours=1)


@pytest.fixture
def ours(clock: FakeClock) -> SystemClock:
    """Our clock over a machine's whose wall clock can be set."""
    return SystemClock(clock.now, clock.monotonic)


async def test_set_back_it_goes_on(clock: FakeClock, ours: SystemClock) -> None:
    """An hour back: no instant comes twice, and a minute is still a minute."""
    before = ours.now()
    clock.step_wall(-HOUR)
    assert ours.now() == before
    await clock.advance(60)
    assert ours.now() == before + timedelta(minutes=1)


async def test_set_ahead_it_believes(clock: FakeClock, ours: SystemClock) -> None:
    """An hour ahead, as after a suspend; and back again: it does not follow."""
    clock.step_wall(HOUR)
    assert ours.now() == START + HOUR
    clock.step_wall(-HOUR)
    await clock.advance(60)
    assert ours.now() == START + HOUR + timedelta(minutes=1)


async def test_it_says_how_far_the_wall_is_behind(clock: FakeClock, ours: SystemClock) -> None:
    """Not at all at first; then by what was taken off; less as the wall catches up."""
    assert ours.behind == timedelta(0)
    clock.step_wall(-HOUR)
    assert ours.behind == HOUR
    await clock.advance(HOUR)
    assert ours.behind == HOUR, "at full speed for an hour"
    await clock.advance(5 * HOUR)
    ours.now()
    await clock.advance(HOUR)
    assert timedelta(0) < ours.behind < HOUR
    clock.step_wall(HOUR)
    assert ours.behind == timedelta(0)


async def test_it_goes_on_from_where_an_earlier_run_was(clock: FakeClock, ours: SystemClock) -> None:
    """The next start believes the wall, but never goes back behind what is on disk."""
    ours.not_before(START - HOUR)
    assert ours.now() == START
    ours.not_before(START + HOUR)
    await clock.advance(60)
    assert ours.now() == START + HOUR + timedelta(minutes=1)
    assert ours.behind == HOUR


async def test_over_another_clock(clock: FakeClock, ours: SystemClock) -> None:
    """It sleeps as that one does, and is not put over itself."""
    assert SystemClock.over(ours) is ours
    over = SystemClock.over(clock)
    clock.step_wall(-HOUR)
    async with asyncio.TaskGroup() as tasks:
        sleeping = tasks.create_task(over.sleep(30), name="sleeping")
        await clock.advance(31)
        assert sleeping.done()
    assert over.now() == START + timedelta(seconds=31)


def ladder(ours: SystemClock, clock: FakeClock) -> Story:
    """Ana was paged, the boss is next in ten minutes; the story is told by our clock."""
    story = Story(now=ours.now())
    return story.score(Level.ALERT)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -2 * HOUR])
async def test_the_ladder_climbs_through_a_jump(clock: FakeClock, ours: SystemClock, jump: timedelta) -> None:
    """The wall clock jumps five minutes after the page.

    Back: the boss is paged at ten minutes as ever. Ahead: one page, no burst.
    """
    story = ladder(ours, clock)
    paged: list[tuple[datetime, str]] = []
    for minute in range(1, 30):
        if minute == 5:
            clock.step_wall(jump)
        await clock.advance(60)
        story.now = ours.now()
        before = len(story.pages)
        if story.incident and story.incident.next_at and story.incident.next_at <= story.now:
            story.score(Level.ALERT)
        paged += [(clock.monotonic(), contact) for _, contact in story.pages[before:]]  # type: ignore[misc]
    assert paged[0] == ((300, "chief") if jump > timedelta(0) else (600, "boss"))
    assert len({(round(at), contact) for at, contact in paged}) == len(paged), "nobody is paged twice at one instant"
    assert story.state is State.OPEN
