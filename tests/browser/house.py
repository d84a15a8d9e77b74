"""The stand of the web tests, served to a browser from a loop and a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sentinel.web.server import build_web, serve
from tests.browser.chromium import PATIENCE
from tests.web.stand import Stand


@contextmanager
def a_house(stand: Stand) -> Iterator[str]:
    """Gives the address while the block runs."""
    found: list[str] = []
    ready, loop, over = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def live() -> None:
        async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
            found.append(bound.url)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    assert ready.wait(PATIENCE / 1000), "the stand is served"
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
