"""What surrounds the daemons under test, on one event loop: the fork server that bears them and the providers that take
their pages.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from sentinel.clock import SystemClock
from tests.crash.life import Orders
from tests.forks.server import End, Start

ROOT = Path(__file__).parents[2]
REPEAT = "(repetición)"
HOLD = 1.5
"""Seconds for which a provider that answers late keeps silent: well beyond the daemon's own timeout."""
_machine = SystemClock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One call at a provider. ``seen``: the person has it, whatever the daemon was told."""

    key: str
    contact: str
    title: str
    mode: str
    at: float

    @property
    def seen(self) -> bool:
        return self.mode in ("ok", "late", "drip", "cut")


@dataclass
class Guest:
    """One run's side of the town: what its lives told, what its providers got, and how they behave, by contact and
    call.
    """

    name: str
    modes: dict[str, list[str]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def stir(self) -> None:
        self._changed.set()

    async def stirred(self, seconds: float) -> None:
        """Wait until something is told or arrives, at most so long."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()


class Town:
    """Use `opened`."""

    def __init__(self) -> None:
        self.guests: dict[str, Guest] = {}
        self.port = 0
        self._parent: asyncio.subprocess.Process | None = None

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator["Town"]:
        """Providers that listen, and a fork server that has warmed up; both ended with all they bore."""
        town = cls()
        app = web.Application()
        app.router.add_post("/{run}/{contact}", town._receive)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        town.port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        try:
            await town._bear_parent()
            async with asyncio.TaskGroup() as tasks:
                listener = tasks.create_task(town._listen(), name="listen to lives")
                await town._warm.wait()
                yield town
                assert town._parent is not None
                assert town._parent.stdin is not None
                town._parent.stdin.close()
                await town._parent.wait()
                listener.cancel()
        finally:
            if town._parent is not None:
                with suppress(ProcessLookupError):
                    os.killpg(town._parent.pid, signal.SIGKILL)
                await town._parent.wait()
            await runner.cleanup()

    async def _bear_parent(self) -> None:
        keep = {
            name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "COV_"))
        }  # the killed report nothing
        self._warm = asyncio.Event()
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.forks.server",
            "tests.crash.warm",
            cwd=ROOT,
            env=keep | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )

    def start(self, orders: Orders, log: Path) -> None:
        """Have a life forked; what it tells arrives at its guest."""
        told = msgspec.Raw(msgspec.json.encode(orders))
        self._order(Start(run=orders.run, life=orders.life, log=str(log), told=told))

    def end(self, run: str) -> None:
        """Kill what still lives of a run."""
        self._order(End(run=run))

    def _order(self, order: Start | End) -> None:
        assert self._parent is not None
        assert self._parent.stdin is not None
        self._parent.stdin.write(msgspec.json.encode(order) + b"\n")

    async def _listen(self) -> None:
        assert self._parent is not None
        assert self._parent.stdout is not None
        while line := await self._parent.stdout.readline():
            told = json.loads(line)
            if told["what"] == "warm":
                self._warm.set()
            elif (guest := self.guests.get(told["run"])) is not None:
                guest.told.append(told)
                guest.stir()
        self._warm.set()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        guest, contact = self.guests[request.match_info["run"]], request.match_info["contact"]
        body = await request.json()
        modes = guest.modes.get(contact, [])
        mode = modes.pop(0) if modes else "ok"
        for key in request.headers.get("Delivery", "").split(","):
            guest.arrivals.append(
                Arrival(key=key, contact=contact, title=body["title"], mode=mode, at=time.monotonic())
            )
        guest.stir()
        return await _answer(request, mode)


async def _answer(request: web.Request, mode: str) -> web.StreamResponse:
    """ok; 500, 404, 429; ``late``: taken, answered after the timeout; ``drip``: a byte at a time; ``drop``: cut before
    it was taken; ``cut``: taken, then cut.
    """
    match mode:
        case "late":
            await _machine.sleep(HOLD)
        case "drop" | "cut":
            _cut(request)
        case "drip":
            answer = web.StreamResponse(headers={"Content-Length": "1000"})
            await answer.prepare(request)
            with suppress(ConnectionError):
                for _ in range(30):
                    await answer.write(b".")
                    await _machine.sleep(0.05)
            _cut(request)
            return answer
        case _:
            pass
    return web.Response(status=int(mode) if mode.isdecimal() else 200)


def _cut(request: web.Request) -> None:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
