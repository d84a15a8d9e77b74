"""What every source keeps to, whoever wrote it: the suite runs over whatever is found."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadInput, SourceError
from sentinel.registry import discover
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.polling import ask, open_session
from tests.fakes import HurriedClock
from tests.sources.far_side import ACME
from tests.sources.inlet import KeepingInlet
from tests.sources.tasks import running

PLUGINS = discover("sentinel.sources", Source)
SECRET = "s3cret-s3cret"
LINES = 300


@pytest.fixture(params=sorted(PLUGINS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settings_of(kind: str, address: str, folder: Path) -> SourceSettings:
    """As small as they can be, every address on this machine, every secret one that we know again."""
    model = PLUGINS[kind].settings_model
    values: dict[str, Any] = {"type": kind}
    for name, field in model.model_fields.items():
        secret = "SecretStr" in str(field.annotation)
        value = (field.examples or [None])[0] if field.is_required() else field.default
        if name == "type" or value is None or value is PydanticUndefined:
            continue
        if secret:
            values[name] = [SECRET] if isinstance(value, list | tuple) else SECRET
        elif name in ("host", "port", "tls"):
            values[name] = {"host": "127.0.0.1", "port": 1, "tls": False}[name]
        elif field.is_required() or _here(value, address, folder) != value:
            values[name] = _here(value, address, folder)
    return model.model_validate(values)


def _here(value: Any, address: str, folder: Path) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_here(each, address, folder) for each in value)
    if isinstance(value, str) and value.startswith("http"):
        return f"{address}/{SECRET}" if value.endswith(".xml") else address
    if isinstance(value, str) and value.startswith("ws"):
        return address.replace("http", "ws", 1)
    return str(folder / value) if isinstance(value, str) and value.endswith(".jsonl") else value


def a_source(kind: str, address: str, folder: Path, clock: HurriedClock) -> Source[SourceSettings]:
    settings = settings_of(kind, address, folder)
    return PLUGINS[kind]("ear", settings, clock, user_agent="Sentinel/test", brands=lambda: (ACME,))


BODIES = [(500, ""), (200, "rubbish"), (200, "{}"), (200, "[]"), (200, "null"), (404, "<html>"), (401, "{}"), (302, "")]


@pytest.fixture(params=BODIES, ids=[f"{status}-{body}" for status, body in BODIES])
async def far(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a server that always answers the same."""
    status, body = request.param

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "/loop"} if status == 302 else {})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/")).rstrip("/")
    await server.close()


def test_it_says_what_it_is(kind: str) -> None:
    """For people who choose one, and for the configuration that is made of it; in a file that can be read."""
    plugin = PLUGINS[kind]
    assert (inspect.getdoc(plugin) or "").partition("\n")[0]
    assert (inspect.getdoc(plugin.settings_model) or "").partition("\n")[0]
    for name, field in plugin.settings_model.model_fields.items():
        assert field.description, name
        assert not field.is_required() or name == "type" or field.examples, f"{name} needs an example"
    assert len(Path(inspect.getfile(plugin)).read_text().splitlines()) <= LINES


def test_its_secrets_stay_its_own(kind: str, tmp_path: Path) -> None:
    """Wherever its settings are shown."""
    settings = settings_of(kind, "http://127.0.0.1:1", tmp_path)
    secrets = [value for value in dict(settings).values() if isinstance(value, SecretStr)]
    assert all(SECRET not in f"{settings!r} {settings} {each}" for each in secrets)


def test_it_says_what_it_asks(kind: str, tmp_path: Path) -> None:
    """In words, without a secret; nothing breaks where there is no brand."""
    source = a_source(kind, "http://127.0.0.1:1", tmp_path, HurriedClock())
    assert all(isinstance(each, str) and SECRET not in each for each in source.asks())
    assert isinstance(source.budget(), str)
    source.brands = lambda: ()
    source.asks()


def test_it_can_begin_anew(kind: str, tmp_path: Path) -> None:
    """As a whole; a part that there is not is refused."""
    source = a_source(kind, "http://127.0.0.1:1", tmp_path, HurriedClock())
    for cursor in (None, b"", b"rubbish", b"{}", b"[]"):
        assert isinstance(source.forget(cursor, None), bytes)
    with pytest.raises(BadInput):
        source.forget(None, "no such part")


@pytest.mark.parametrize("cursor", [None, b"", b"rubbish", b"[]", b'{"newest": 7}'])
async def test_whatever_comes_back_is_survived(far: str, kind: str, tmp_path: Path, cursor: bytes | None) -> None:
    """A far side that fails, talks rubbish or says nothing is a complaint or a pause, never a fault of the program; no
    secret is repeated, no mention is made up, and it ends when it is told to.
    """
    clock, inlet = HurriedClock(), KeepingInlet()
    said: list[str] = []

    async def live() -> None:
        try:
            await a_source(kind, far, tmp_path, clock).run(inlet, cursor)
        except SourceError as error:
            said.append(str(error))

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        life = tasks.create_task(live())
        rest = tasks.create_task(clock.rested())
        heard = tasks.create_task(inlet.until(lambda inlet: bool(inlet.troubles or inlet.lives or inlet.batches)))
        await asyncio.wait([life, rest, heard], return_when=asyncio.FIRST_COMPLETED)
        for task in (life, rest, heard):
            task.cancel()
    assert inlet.mentions == []
    assert SECRET not in " ".join([*said, *inlet.troubles, *inlet.refusals])


class Small(Source[SourceSettings]):
    """The least that a source can be."""

    settings_model = SourceSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        await inlet.put(Batch(cursor=b"1"))


async def test_the_least_that_a_source_can_be_is_enough(inlet: KeepingInlet) -> None:
    """What others write needs no more than this."""
    source = Small("small", SourceSettings(type="small"), HurriedClock(), user_agent="x")
    async with running(source, inlet):
        await inlet.until(lambda inlet: bool(inlet.batches))
    assert source.asks() == ()


async def test_a_session_names_us(far: str) -> None:
    """Everywhere, and cookies are kept."""
    from sentinel.sources.polling import Request

    async with open_session("Sentinel/9 (+x)") as session:
        assert session.headers["User-Agent"] == "Sentinel/9 (+x)"
        with suppress(SourceError):
            await ask(session, Request(url=far, name="it"))
