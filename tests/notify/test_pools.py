"""A pool's threads: whoever is told to end ends, also in the very moment in which an answer comes."""

import asyncio
import threading

import pytest

from sentinel.notify.pools import Pool
from tests.fakes import settle
from tests.forks.patience import HUNG


async def test_told_to_end_when_the_answer_is_there() -> None:
    """A send is cancelled once its thread has answered: it ends, for a stop waits for that and lets nobody write."""
    asked, answers = threading.Event(), threading.Event()

    def send() -> str:
        asked.set()
        answers.wait(HUNG)
        return "accepted"

    loop = asyncio.get_running_loop()
    task = loop.create_task(Pool(1).call(send, HUNG))
    await settle()
    (thread,) = [each for each in threading.enumerate() if each.name == "sentinel-send"]
    answers.set()
    thread.join(HUNG)  # its answer waits for the loop's next turn
    loop.call_soon(task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asked.is_set()
