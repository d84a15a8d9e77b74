"""The heartbeat: a real address on this machine hears it while all is well, and nothing when it is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from sentinel.config.watch import HeartbeatSettings as Settings
from sentinel.daemon.selfcheck.figures import SelfCheckFigures
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from tests.fakes import START, FakeClock, settle


@dataclass
class Ward:
    """The other side, and the heart."""

    clock: FakeClock
    port: int = 0
    status: int = 200
    heard: list[str] = field(default_factory=list)
    content: bool = True
    tried: list[bool] = field(default_factory=list)
    path: str | None = "secret-uuid"

    def settings(self) -> Settings:
        url = SecretStr(f"http://127.0.0.1:{self.port}/{self.path}") if self.path else None
        return Settings(url=url, every=timedelta(seconds=60))

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append(request.path)
        return web.Response(status=self.status)

    async def minutes(self, count: int) -> None:
        """Minutes pass; each beat that is tried ends before the next."""
        for _ in range(count):
            before, wanted = len(self.tried), self.content and self.path is not None
            await self.clock.advance(60)
            async with asyncio.timeout(20):
                while wanted and len(self.tried) == before:
                    await settle(1)


@pytest.fixture
async def ward(clock: FakeClock) -> AsyncIterator[Ward]:
    ward = Ward(clock)
    app = web.Application()
    app.router.add_get("/{name}", ward.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ward.port = runner.addresses[0][1]
    beating = asyncio.ensure_future(Heartbeat(ward.settings, lambda: ward.content, ward.tried.append, clock).run())
    yield ward
    beating.cancel()
    await asyncio.wait({beating})
    await runner.cleanup()


async def test_beats_while_content_and_only_then(ward: Ward) -> None:
    """Three minutes, three beats; five minutes of complaints, none; then again."""
    await ward.minutes(3)
    assert ward.heard == ["/secret-uuid"] * 3
    ward.content = False
    await ward.minutes(5)
    assert len(ward.heard) == 3
    ward.content = True
    await ward.minutes(1)
    assert (len(ward.heard), ward.tried) == (4, [True] * 4)


async def test_failures_are_counted_and_said_once_without_the_address(ward: Ward) -> None:
    """An error answer, then nobody there at all: counted each time, logged at each change, the secret never."""
    with structlog.testing.capture_logs() as logs:
        ward.status = 503
        await ward.minutes(2)
        ward.port = 1
        await ward.minutes(2)
    assert ward.tried == [False] * 4
    assert [entry["event"] for entry in logs] == ["heartbeat_failed"]
    assert "secret-uuid" not in str(logs)


async def test_an_address_that_a_reload_brings(ward: Ward) -> None:
    """Without an address nothing is called; one that comes is, within moments."""
    ward.path = None
    await ward.minutes(2)
    assert ward.heard == []
    ward.path = "new"
    await ward.minutes(2)
    assert ward.heard
    assert set(ward.heard) == {"/new"}


async def test_figures(clock: FakeClock) -> None:
    """What dashboards see of it."""
    registry = CollectorRegistry()
    figures = SelfCheckFigures(registry, lambda: True, lambda: None, lambda: timedelta(minutes=1), clock)
    name = "sentinel_heartbeat_last_success_timestamp_seconds"
    assert registry.get_sample_value(name) == 0
    figures.heartbeat(True)
    figures.heartbeat(False)
    assert registry.get_sample_value(name) == START.timestamp()
    assert registry.get_sample_value("sentinel_heartbeat_failures_total") == 1
    assert registry.get_sample_value("sentinel_store_failing") == 1
    assert registry.get_sample_value("sentinel_heartbeat_interval_seconds") == 60
    assert registry.get_sample_value("sentinel_self_test_last_success_timestamp_seconds") == 0
