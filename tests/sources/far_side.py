"""Networks on this machine: servers that speak their wire format, and fail, stall and talk rubbish on command."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import SourceError
from sentinel.registry import discover
from sentinel.sources.base import Source
from sentinel.sources.topics import BrandTerms
from tests.fakes import START, HurriedClock
from tests.sources.inlet import KeepingInlet

PATIENCE = 90.0
"""Seconds of real time after which rounds that do not end have failed, on a machine that has much else to do."""
ACME = BrandTerms(brand="Acme", any=("Acme", "@acme_es", "Acme Air"), none=("Acme Records",))


@dataclass(frozen=True)
class Post:
    """What somebody said on a network."""

    id: str
    text: str = "hola Acme"
    at: datetime = START - timedelta(minutes=5)
    more: dict[str, Any] = field(default_factory=dict)


class Network(ABC):
    """A server that a test changes at will; remembers what it was asked.

    ``kind`` is the source's type, ``ids`` how its mentions are called for the posts ``"1"``, ``"2"`` ….
    """

    kind: str
    secret = True
    """Whether it wants to know who asks."""
    odd: object = {"nonsense": True}
    """An item of another shape."""
    many = 10_000

    def __init__(self) -> None:
        self.posts: list[Post] = [Post("1"), Post("2")]
        self.odds = 0
        self.refusal: web.Response | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.server: TestServer = TestServer(self._app())
        self.idle = asyncio.Event()
        """Set when the network holds a question until it has something to say."""

    async def __aenter__(self) -> "Network":
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    @abstractmethod
    def settings(self) -> dict[str, object]:
        """Of a source that asks this server."""

    @abstractmethod
    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the network answers."""

    def id_of(self, post: str) -> str:
        """How the mention of a post is called."""
        return post

    def refuse(self, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.refusal = web.Response(status=status, text=body, headers=named)

    def source(self, clock: HurriedClock, **changed: object) -> Source[SourceSettings]:
        plugin = discover("sentinel.sources", Source)[self.kind]
        settings = plugin.settings_model.model_validate({"type": self.kind} | self.settings() | changed)
        return plugin("ear", settings, clock, user_agent="Sentinel/test", brands=lambda: (ACME,))

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.query)))
        self.headers.append(dict(request.headers))
        if self.refusal is not None:
            return web.Response(
                status=self.refusal.status,
                body=self.refusal.body,
                headers={k: v for k, v in self.refusal.headers.items() if k != "Content-Length"},
            )
        return await self.answer(request)


@dataclass
class Listened:
    """What came of some rounds."""

    inlet: KeepingInlet
    error: SourceError | None = None

    @property
    def said(self) -> str:
        """What is wrong."""
        return " ".join([*self.inlet.troubles, str(self.error or "")])


async def listen(
    source: Source[SourceSettings],
    clock: HurriedClock,
    cursor: bytes | None = None,
    *,
    rounds: int = 1,
    inlet: KeepingInlet | None = None,
    idle: asyncio.Event | None = None,
) -> Listened:
    """So many rounds of a source, or until it fails."""
    listened = Listened(inlet or KeepingInlet(lambda mention: "Acme" in f"{mention.title} {mention.text}"))
    if idle is not None:
        idle.clear()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:

        async def live() -> None:
            try:
                await source.run(listened.inlet, cursor)
            except SourceError as error:
                listened.error = error

        life = tasks.create_task(live())
        for number in range(rounds):
            if number and clock._sleepers:
                await clock.advance(min(deadline for deadline, _, _ in clock._sleepers) - clock.monotonic())
            rests = [tasks.create_task(clock.rested()), *([tasks.create_task(idle.wait())] if idle else [])]
            await asyncio.wait([life, *rests], return_when=asyncio.FIRST_COMPLETED)
            for rest in rests:
                rest.cancel()
        life.cancel()
    return listened
