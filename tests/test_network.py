"""The way to the outside: everything goes through the proxy, but nothing that is for this machine."""

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from aiohttp import web
from aiohttp.test_utils import TestServer

from sentinel import network
from sentinel.assembly.build import reach
from sentinel.cli.asking import ask
from sentinel.cli.healthy import healthy
from sentinel.config.loader import load
from sentinel.config.watch import HeartbeatSettings
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from sentinel.errors import SentinelError
from sentinel.network import go_through
from sentinel.notify.base import SendReason, Status
from sentinel.notify.installed import by_scheme
from tests.config.test_mistakes import ONE, mistakes
from tests.fakes import FakeClock
from tests.notify.providers import a_dead_port
from tests.notify.receiver import Receiver, serving
from tests.notify.test_apprise import PAGE
from tests.proxy import a_proxy
from tests.sources.inlet import KeepingInlet
from tests.sources.relay import Relay, a_post, uri
from tests.sources.tasks import running
from tests.sources.test_bluesky import a_source as a_stream
from tests.sources.test_feeds import Site, rss
from tests.sources.test_feeds import a_source as feeds


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without a proxy; what is put there goes with the test."""
    for name in ("http", "https", "ws", "wss", "no", "all"):
        for written in (f"{name}_proxy", f"{name}_PROXY".upper()):
            monkeypatch.setenv(written, "")
            monkeypatch.delenv(written)
    monkeypatch.setattr(network, "_given", {})
    yield
    for name in ("http", "https", "ws", "wss", "no"):
        os.environ.pop(f"{name}_proxy", None)


def written(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(ONE + text)
    return path


async def test_feeds_go_through_the_proxy(clock: FakeClock) -> None:
    """But for those on this machine."""
    inlet = KeepingInlet()
    async with Site() as site, a_proxy(site.server.port or 0) as proxy:
        site.show("/rss", rss(1))
        go_through(proxy.url)
        async with running(feeds(clock, "http://feeds.invalid/rss"), inlet):
            await inlet.until(lambda inlet: bool(inlet.ids))
        assert proxy.targets == ["GET http://feeds.invalid/rss"]
        async with running(feeds(clock, site.url("/rss")), inlet):
            await inlet.until(lambda inlet: len(inlet.batches) > 1)
    assert len(proxy.asked) == 1, "a feed on this machine is asked itself"


async def test_posts_go_through_the_proxy() -> None:
    """The stream, over one connection that stays."""
    inlet = KeepingInlet()
    async with Relay([a_post(1)]) as relay, a_proxy(relay.server.port or 0) as proxy:
        go_through(proxy.url)
        async with running(a_stream("ws://stream.invalid/subscribe"), inlet):
            await inlet.until(lambda inlet: inlet.ids == [uri(1)])
    assert [each.split("?")[0] for each in proxy.targets] == ["GET ws://stream.invalid/subscribe"]


async def test_the_heartbeat_goes_through_the_proxy(clock: FakeClock) -> None:
    """And not for an address on this machine."""
    heard: list[bool] = []

    async def take(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/{name}", take)
    async with TestServer(app) as there, a_proxy(there.port or 0) as proxy:
        go_through(proxy.url)
        for url in ("http://beat.invalid/x", str(there.make_url("/x"))):
            settings = HeartbeatSettings(url=url, every=timedelta(seconds=60))
            heart = asyncio.ensure_future(Heartbeat(lambda s=settings: s, lambda: True, heard.append, clock).run())  # type: ignore[misc]
            before = len(heard)
            async with asyncio.timeout(20):
                while len(heard) == before:
                    await clock.advance(60)
            heart.cancel()
            await asyncio.wait({heart})
    assert all(heard)
    assert proxy.targets == ["GET http://beat.invalid/x"]


@pytest.mark.parametrize(
    "url",
    ["json://pages.invalid/x", "ntfy://ntfy.invalid:80/topic", "gotify://gotify.invalid/ttttttttttttttt"],
)
async def test_pages_go_through_the_proxy(url: str) -> None:
    """Through Apprise and through the notifiers of our own; one to this machine does not."""
    notifiers = by_scheme()
    notifier = notifiers.get(url.partition(":")[0]) or notifiers[""]
    with serving(Receiver(take=lambda _: {})) as receiver:
        async with a_proxy(receiver.port) as proxy:
            go_through(proxy.url)
            outcome = await asyncio.to_thread(lambda: notifier.send(url, PAGE, timeout=5.0))
            assert outcome.status is Status.ACCEPTED
            host = url.split("/")[2].partition(":")[0]
            assert [host in each for each in proxy.targets] == [True]
            here = url.replace(url.split("/")[2], f"127.0.0.1:{receiver.port}")
            assert (await asyncio.to_thread(lambda: notifier.send(here, PAGE, timeout=5.0))).status is Status.ACCEPTED
            assert len(proxy.asked) == 1


@pytest.mark.parametrize("url", [f"pover://{'u' * 30}@{'t' * 30}", "jsons://pages.invalid/x", "ntfys://topic"])
async def test_what_is_encrypted_is_tunnelled(url: str) -> None:
    """The proxy learns the host; a tunnel that breaks before the handshake has carried nothing."""
    notifiers = by_scheme()
    notifier = notifiers.get(url.partition(":")[0]) or notifiers[""]
    with a_dead_port() as port:
        async with a_proxy(port) as proxy:
            go_through(proxy.url)
            outcome = await asyncio.to_thread(lambda: notifier.send(url, PAGE, timeout=5.0))
    assert [each.split(" ")[0] for each in proxy.asked] == ["CONNECT"]
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


async def test_an_answer_that_breaks_off_behind_a_proxy_is_unknown() -> None:
    """The page had left: it may be there."""
    with serving(Receiver(take=lambda _: {}, mode="drop")) as receiver:
        async with a_proxy(receiver.port) as proxy:
            go_through(proxy.url)
            notifier = by_scheme()["ntfy"]
            outcome = await asyncio.to_thread(lambda: notifier.send("ntfy://ntfy.invalid:80/topic", PAGE, timeout=5.0))
    assert outcome.status is Status.UNKNOWN


async def test_the_command_line_asks_no_proxy_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the health check of the image nor what shows a token, whatever the environment says."""
    tokens: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        tokens.append(request.headers.get("Authorization"))
        return web.json_response({"well": True})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as daemon, a_proxy(daemon.port or 0) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        path = written(tmp_path, f"web: {{port: {daemon.port}, tokens: [{'t' * 32}]}}\n")
        await asyncio.to_thread(healthy, path, None)
        assert await asyncio.to_thread(ask, path, None, "GET", "/api/v1/incidents") == {"well": True}
        for host in ("localhost", "127.0.0.1"):
            await asyncio.to_thread(ask, path, f"http://{host}:{daemon.port}", "GET", "/api/v1/incidents")
        assert proxy.asked == []
        assert tokens == [None, *[f"Bearer {'t' * 32}"] * 3]
        await asyncio.to_thread(ask, path, "http://sentinel.invalid", "GET", "/api/v1/incidents")
        assert proxy.targets == ["GET http://sentinel.invalid/api/v1/incidents"]
    assert "well" in capsys.readouterr().out


async def test_the_command_line_hands_its_token_to_no_redirect(tmp_path: Path) -> None:
    """Whoever answers at the daemon's port cannot send it elsewhere."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as daemon:
        path = written(tmp_path, f"web: {{port: {daemon.port}, tokens: [{'t' * 32}]}}\n")
        with pytest.raises(SentinelError, match="answers 302"):
            await asyncio.to_thread(ask, path, None, "GET", "/api/v1/incidents")
        with pytest.raises(typer.Exit):
            await asyncio.to_thread(healthy, path, None)
    assert asked == ["/api/v1/incidents", "/-/healthy"]


def test_the_configuration_s_proxy_and_the_environment_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's wins while it is there; hosts without a proxy add up; this machine is always among them."""
    monkeypatch.setenv("HTTPS_PROXY", "http://env.example:3128")
    monkeypatch.setenv("NO_PROXY", "intern.example")
    reach(load(written(tmp_path, "network: {proxy: 'http://u:p@file.example:8080', no_proxy: [.other.example]}\n"), {}))
    assert {os.environ[f"{each}_proxy"] for each in ("http", "https", "ws", "wss")} == {"http://u:p@file.example:8080"}
    assert os.environ["no_proxy"].split(",")[:3] == ["intern.example", ".other.example", "localhost"]
    reach(load(written(tmp_path, "language: es\n"), {}))
    assert os.environ["https_proxy"] == os.environ["WSS_PROXY"] == "http://env.example:3128"
    assert "http_proxy" not in os.environ
    assert os.environ["no_proxy"] == "intern.example,localhost,127.0.0.1,::1,127.0.0.0/8"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{proxy: proxy.example}", "2:11: network.proxy: is no proxy's address; write one such as http://"),
        ("{proxy: 'socks5://proxy.example:1080'}", "2:11: network.proxy: is no proxy's address"),
        ("{proxy: 'http://[::1'}", "network.proxy: is no proxy's address"),
        ("{proxy: 'http://u:p#w@proxy.example'}", "network.proxy: the `#` in the user or password"),
        ("{no_proxy: ['*']}", "network.no_proxy: '*' is no host"),
        ("{prxy: x}", "unknown key 'prxy'; did you mean 'proxy'?"),
    ],
)
def test_mistakes(tmp_path: Path, settings: str, said: str) -> None:
    """Each is named."""
    assert said in mistakes(tmp_path, f"{ONE}network: {settings}\n")[0]
