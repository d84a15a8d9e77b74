"""The server itself: health, reload, metrics, live pages, and how it starts and stops."""

import asyncio

import pytest
from aiohttp import ClientSession
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from sentinel.errors import ConfigError, SentinelError
from sentinel.web import live
from sentinel.web.http.rate_limit import MAX_CLIENTS, RateLimit
from sentinel.web.server import Bound, build_web, serve
from tests.web.stand import Stand, a_config


async def test_health_is_the_auditors_word() -> None:
    """Every complaint on a line; 503 only when a restart would mend one, since whoever asks may restart us."""
    stand = Stand()
    async with stand.client() as client:
        well = await client.get("/-/healthy")
        stand.ailments = ["no checkpoint was written for 400 s, allowed are 360 s", "another"]
        ailing = await client.get("/-/healthy")
        stand.stuck = True
        ill = await client.get("/-/healthy")
        head = await client.ask("HEAD", "/-/healthy")
    assert (well.status, well.text) == (200, "healthy\n")
    assert (ailing.status, ailing.text.splitlines()) == (200, stand.ailments)
    assert (ill.status, ill.text.splitlines()) == (503, stand.ailments)
    assert head.status == 503


async def test_ready_once_the_journal_is_folded() -> None:
    """503 before, with how far it is."""
    stand = Stand(ready=False, starting="rebuilding, 34 % of 1.2 M, 4 min left")
    async with stand.client() as client:
        before = await client.get("/-/ready")
        stand.ready = True
        after = await client.get("/-/ready")
    assert (before.status, after.status) == (503, 200)
    assert before.text == "rebuilding, 34 % of 1.2 M, 4 min left\n"


async def test_reload_takes_the_configuration_or_says_every_mistake() -> None:
    """The old one goes on after a mistake; only who may, may."""
    stand = Stand()
    async with stand.client() as client:
        good = await client.post("/-/reload")
        stand.reload_fails = ConfigError(
            ["sentinel.yaml:3:1: brands: missing", "sentinel.yaml:9:3: web.port: 'x' is no number"]
        )
        bad = await client.post("/-/reload")
        cross = await client.post("/-/reload", headers={"Sec-Fetch-Site": "cross-site"})
        stand.config = a_config(tokens=["t"])
        barred = await client.post("/-/reload")
        get = await client.get("/-/reload")
    assert (good.status, good.json) == (200, {"reloaded": True, "warnings": []})
    assert bad.status == 422
    assert bad.json["problems"] == [
        "sentinel.yaml:3:1: brands: missing",
        "sentinel.yaml:9:3: web.port: 'x' is no number",
    ]
    assert [each.status for each in (cross, barred, get)] == [403, 401, 405]
    assert stand.reloads == 2


async def test_metrics_in_both_formats_and_they_count_answers() -> None:
    """Prometheus asks for OpenMetrics and gets it; what was answered before is counted by route."""
    stand = Stand()
    async with stand.client() as client:
        await client.get("/incidents/20260101-0000-aaaaaa")
        plain = await client.get("/metrics")
        modern = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    names = {family.name for family in prometheus(plain.text)}
    assert {"sentinel_build_info", "sentinel_queue_mentions", "sentinel_page_latency_seconds"} <= names
    assert modern.headers["Content-Type"].startswith("application/openmetrics-text")
    assert 'sentinel_http_requests_total{code="4xx",route="/incidents/{id}"} 1.0' in plain.text
    assert list(openmetrics(modern.text))


async def test_an_open_page_is_told_of_every_change() -> None:
    """At once where things stand, then whenever they move, and the stream ends with the server."""
    stand = Stand()
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        response = await session.get("/api/v1/live")
        assert response.headers["Content-Type"] == "text/event-stream"
        assert await response.content.readuntil(b"\n\n") == b"event: change\ndata: 0\n\n"
        stand.changes.bump()
        assert await response.content.readuntil(b"\n\n") == b"event: change\ndata: 1\n\n"
        stand.changes.close()
        assert await response.content.read() == b""


async def test_of_many_changes_at_once_an_open_page_hears_the_first_and_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A storm of commits does not make every page ask without end, and the last one is not missed."""
    monkeypatch.setattr(live, "PACE", 0.05)
    stand = Stand()
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        response = await session.get("/api/v1/live")
        assert await response.content.readuntil(b"\n\n") == b"event: change\ndata: 0\n\n"
        stand.changes.bump()
        assert await response.content.readuntil(b"\n\n") == b"event: change\ndata: 1\n\n"
        for _ in range(100):
            stand.changes.bump()
        assert await response.content.readuntil(b"\n\n") == b"event: change\ndata: 101\n\n"
        response.close()


async def test_a_live_page_that_hears_nothing_hears_that_we_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment keeps proxies from cutting the line."""
    monkeypatch.setattr(live, "HEARTBEAT", 0.01)
    async with serve(build_web(Stand().ports()), "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        response = await session.get("/api/v1/live")
        await response.content.readuntil(b"\n\n")
        assert await response.content.readuntil(b"\n\n") == b": still here\n\n"
        response.close()


async def test_too_many_open_pages_are_told_to_ask_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that closes makes room."""
    monkeypatch.setattr(live, "MAX_VIEWERS", 1)
    stand = Stand()
    app = build_web(stand.ports())
    async with serve(app, "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        first = await session.get("/api/v1/live")
        refused = await session.get("/api/v1/live")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        first.close()
        while app[live.VIEWERS]:
            stand.changes.bump()
            await asyncio.sleep(0.001)  # noqa: TID251 the sockets are real
        second = await session.get("/api/v1/live")
        assert second.status == 200
        second.close()


async def test_one_address_does_not_take_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens pages without end leaves room for those who come from elsewhere."""
    monkeypatch.setattr(live, "MOST_OF_ONE", 1)
    app = build_web(Stand().ports())
    async with serve(app, "127.0.0.1", 0) as bound, ClientSession(bound.url) as session:
        first = await session.get("/api/v1/live")
        assert (await session.get("/api/v1/live")).status == 503
        app[live.VIEWERS].update(dict.fromkeys(app[live.VIEWERS], "192.0.2.1"))
        second = await session.get("/api/v1/live")
        assert second.status == 200
        first.close()
        second.close()


async def test_the_server_stops_with_pages_open() -> None:
    """Live pages end at once; nobody waits for them."""
    stand = Stand()
    async with ClientSession() as session:
        async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
            opened = [await session.get(f"{bound.url}/api/v1/live") for _ in range(5)]
        async with asyncio.timeout(2):
            for response in opened:
                await response.content.read()
    assert stand.changes.closed


async def test_a_port_that_is_taken_is_named_with_the_fix() -> None:
    """No trace, but what to change."""
    stand = Stand()
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
        with pytest.raises(SentinelError, match=f"web.port {bound.port}: cannot listen there .*choose another"):
            async with serve(build_web(Stand().ports()), "127.0.0.1", bound.port):
                raise AssertionError("two servers on one port")


def test_the_address_is_one_that_works_on_this_machine() -> None:
    """Wildcards become loopback, IPv6 gets its brackets."""
    assert Bound("0.0.0.0", 80, False).url == "http://127.0.0.1:80"
    assert Bound("::", 443, True).url == "https://[::1]:443"


def test_the_limiter_forgets_those_seen_longest_ago() -> None:
    """However many clients come, what it holds is bounded."""
    limiter = RateLimit()
    limiter.wait("first", rate=0.5, at=0.0)
    assert limiter.wait("first", rate=0.5, at=0.0) > 0
    for n in range(MAX_CLIENTS):
        limiter.wait(str(n), rate=0.5, at=0.0)
    assert limiter.wait("first", rate=0.5, at=0.0) == 0
