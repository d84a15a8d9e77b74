"""Ending of jobs: each is cancelled as often as it takes.

A database driver may swallow a cancellation that comes together with its answer; so does ``asyncio.wait_for`` before
Python 3.12. Whoever cancels once and waits then waits for ever.
"""

import asyncio
from collections.abc import Callable

import structlog

from sentinel.clock import Clock

AGAIN = 5.0
"""Seconds that a job has to end in before it is cancelled again."""
log = structlog.get_logger(__name__)


async def ended(
    jobs: set[asyncio.Task[None]], clock: Clock, again: float = AGAIN, late: Callable[[], None] | None = None
) -> None:
    """Cancel jobs until all of them are over, however they end.

    Parameters
    ----------
    again
        Seconds after which those that are not over are cancelled anew.
    late
        Called each time before that; without it the log names them.
    """
    left = set(jobs)
    for each in left:
        each.cancel()
    while left:
        pause = asyncio.ensure_future(clock.sleep(again))
        try:
            while left and not pause.done():
                over, _ = await asyncio.wait({*left, pause}, return_when=asyncio.FIRST_COMPLETED)
                left -= over
        finally:
            pause.cancel()
        if left and late is not None:
            late()
        elif left:
            log.warning("jobs_run_on", jobs=sorted(each.get_name() for each in left), seconds=again)
        for each in left:
            each.cancel()
