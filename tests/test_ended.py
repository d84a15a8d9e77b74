"""Jobs that are told to end, and the odd one that does not hear it."""

import asyncio

from structlog.testing import capture_logs

from sentinel.clock import Clock
from sentinel.ended import AGAIN, ended
from tests.fakes import FakeClock, settle


async def deaf(clock: Clock, times: int) -> None:
    """Swallow so many cancellations, as a driver does with one that comes together with its answer."""
    for _ in range(times):
        try:
            await clock.sleep(3600)
        except asyncio.CancelledError:
            continue
    await clock.sleep(3600)


async def test_a_swallowed_cancellation_comes_again(clock: FakeClock) -> None:
    """Whoever waits for the end of all of them is told each time that one runs on."""
    jobs = {asyncio.ensure_future(deaf(clock, times)) for times in (0, 1, 2)}
    await settle()
    late: list[int] = []
    ending = asyncio.ensure_future(ended(jobs, clock, late=lambda: late.append(sum(not job.done() for job in jobs))))
    await settle()
    assert not ending.done()
    await clock.advance(AGAIN)
    await clock.advance(AGAIN)
    await ending
    assert late == [2, 1]
    assert all(job.cancelled() for job in jobs)


async def test_a_job_that_fails_while_it_ends_is_over(clock: FakeClock) -> None:
    """Whoever started it hears why; who ends it does not."""

    async def failing() -> None:
        try:
            await clock.sleep(3600)
        finally:
            raise OSError("disk")

    job = asyncio.ensure_future(failing())
    await settle()
    await ended({job}, clock)
    assert isinstance(job.exception(), OSError)


async def test_nothing_to_end(clock: FakeClock) -> None:
    """Takes no time."""
    await ended(set(), clock)


async def test_who_runs_on_is_named(clock: FakeClock) -> None:
    """Where nobody else says it, the log does, so that a stop that lasts is understood."""
    job = asyncio.ensure_future(deaf(clock, 1))
    job.set_name("rollups")
    await settle()
    with capture_logs() as said:
        ending = asyncio.ensure_future(ended({job}, clock))
        await settle()
        await clock.advance(AGAIN)
        await ending
    assert [(line["event"], line["jobs"]) for line in said] == [("jobs_run_on", ["rollups"])]
