"""What of the HTTP side a process of a cluster serves: the door, the pages, or neither."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from sentinel.web.served import Served
from sentinel.web.server import build_web, serve
from tests.web.stand import Stand


@asynccontextmanager
async def served(served: Served) -> AsyncIterator[ClientSession]:
    async with serve(build_web(Stand().ports(), served), "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        yield session


async def status(session: ClientSession, path: str) -> int:
    async with session.get(path) as answer:
        return answer.status


async def posted(session: ClientSession, path: str) -> tuple[int, str]:
    async with session.post(path, json={"text": "acme"}) as answer:
        return answer.status, await answer.text()


async def test_pages_without_a_door() -> None:
    """Whoever posts mentions to a process of pages is told where they go; people see what they always see."""
    async with served(Served(door=False)) as session:
        for path in ("/api/v1/mentions", "/ingest/buzon"):
            code, words = await posted(session, path)
            assert (code, "--role ingest" in words) == (421, True)
        assert [await status(session, path) for path in ("/", "/api/v1/brands", "/-/ready", "/metrics")] == [200] * 4


async def test_a_door_without_pages() -> None:
    """It takes mentions and answers a monitor, and nothing else is there."""
    async with served(Served(pages=False)) as session:
        assert (await posted(session, "/api/v1/mentions"))[0] != 404
        paths = ("/-/ready", "/-/healthy", "/metrics", "/", "/api/v1/brands", "/login")
        assert [await status(session, path) for path in paths] == [200, 200, 200, 404, 404, 404]


async def test_neither() -> None:
    """Who only sends answers a monitor."""
    async with served(Served(door=False, pages=False)) as session:
        assert (await posted(session, "/api/v1/mentions"))[0] == 421
        assert [await status(session, path) for path in ("/-/ready", "/")] == [200, 404]
