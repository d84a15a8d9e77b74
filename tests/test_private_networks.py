"""Names and redirects lead into no private network, unless somebody allowed it."""

import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from sentinel import http_session
from sentinel.config.watch import HeartbeatSettings
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from sentinel.errors import SourceError
from sentinel.http_session import PublicResolver, allow_private, client_session
from sentinel.sources.polling import Request, ask, open_session
from tests.fakes import FakeClock


class Names(AbstractResolver):
    """Where names lead, as their owners say."""

    def __init__(self, **names: str) -> None:
        self.names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.names[host.partition(".")[0]]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    async def close(self) -> None: ...


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        http_session, "DefaultResolver", lambda: Names(news="127.0.0.1", inner="10.1.2.3", localhost="127.0.0.1")
    )
    monkeypatch.setattr(http_session, "_private_allowed", False)


async def site(location: str = "") -> TestServer:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/moved":
            raise web.HTTPMovedPermanently(location)
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    return server


async def asked(url: str) -> bytes | None:
    async with open_session("test") as session:
        return (await ask(session, Request(url=url, name="the feed"))).body


async def test_a_name_that_leads_inside_is_not_asked() -> None:
    """Whoever owns the name may change where it leads, after the configuration was written."""
    server = await site()
    try:
        with pytest.raises(SourceError, match="news.example leads into a private network; set network.allow_private"):
            await asked(f"http://news.example:{server.port}/feed")
        with pytest.raises(SourceError, match="private network"):
            await asked("http://inner.example/feed")
        allow_private(True)
        assert await asked(f"http://news.example:{server.port}/feed") == b"here"
    finally:
        await server.close()


async def test_what_is_written_in_figures_is_meant() -> None:
    """An address of this machine in the configuration, and a redirect from there to there."""
    server = await site()
    other = await site(f"http://127.0.0.1:{server.port}/x")
    try:
        assert await asked(f"http://127.0.0.1:{server.port}/feed") == b"here"
        assert await asked(f"http://localhost:{server.port}/feed") == b"here"
        assert await asked(f"http://127.0.0.1:{other.port}/moved") == b"here"
    finally:
        await server.close()
        await other.close()


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://[::1]:80/", "//10.0.0.1/x", "http://localhost/"]
)
async def test_a_redirect_from_outside_leads_to_no_address_within(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that sends its readers to the machines beside them is refused."""
    monkeypatch.setattr(
        PublicResolver, "resolve", lambda self, *given, **more: self._resolver.resolve(*given, **more)
    )  # as if public
    server = await site(target)
    try:
        with pytest.raises(SourceError, match="private network"):
            await asked(f"http://news.example:{server.port}/moved")
    finally:
        await server.close()


async def test_streams_are_held_to_it_as_well() -> None:
    """Every session is made in one place."""
    async with client_session() as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="private network"):
            await session.ws_connect("ws://inner.example/subscribe")


async def test_a_heartbeat_that_is_refused_says_what_to_set() -> None:
    """Whoever runs the other end in the same network would look for the fault there."""
    told: list[bool] = []
    settings = HeartbeatSettings.model_validate({"url": "http://inner.example/beat", "every": "1m"})
    heart = Heartbeat(lambda: settings, lambda: True, told.append, FakeClock())
    with capture_logs() as logged:
        async with client_session() as session:
            await heart._beat(session, "http://inner.example/beat")
    assert told == [False]
    assert "network.allow_private" in logged[0]["detail"]
