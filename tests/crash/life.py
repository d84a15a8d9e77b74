"""One life of the real daemon, in a process of its own that tells every boundary it crosses and dies at the one it was
told to.

A boundary is where a power cut would fall between two promises: before and after each commit of the store, before each
send and after the provider answered it. The watching is put on from outside, in this process only: the daemon knows
nothing of it.
"""

import asyncio
import json
import os
import re
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

import msgspec
import uvloop
from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import sentinel.assembly.app
from sentinel.daemon.charts import BoardCharts
from sentinel.logs import set_up
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Delivery, Message, SendOutcome
from sentinel.notify.pools import Pool
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.outbox import Outbox
from sentinel.web.server import Bound
from tests.crash.paced import PacedClock
from tests.forks.pulse import Pulse

_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_wanted: ContextVar[tuple[Delivery, ...]] = ContextVar("_wanted", default=())
"""Rows of one message: each send is a task, and so a context, of its own."""
_call = threading.local()


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What a life is told: ``kill_at`` is the boundary, counted from 1, at which it ends, ``kill_first`` the first one
    of a name.
    """

    run: str
    life: int
    config: str
    pulse: str
    pace: float
    kill_at: int = 0
    kill_first: str = ""


class Watch:
    """Counts boundaries, tells them, ends the process at one of them."""

    def __init__(self, orders: Orders, out: int) -> None:
        self._orders = orders
        self._out = out
        self._lock = threading.Lock()
        self._count = 0

    def tell(self, what: str, **more: object) -> None:
        """One line: shorter than a pipe's atomic write, so that lives can share the pipe."""
        line = {"run": self._orders.run, "life": self._orders.life, "what": what, "at": time.monotonic()} | more
        os.write(self._out, json.dumps(line).encode() + b"\n")

    def cross(self, what: str, **more: object) -> None:
        """A boundary."""
        with self._lock:
            self._count += 1
            fatal = self._count == self._orders.kill_at or what == self._orders.kill_first
            self.tell(what, boundary=self._count, fatal=fatal, **more)
            if fatal:
                os.kill(os.getpid(), signal.SIGKILL)


_orders = msgspec.json.Decoder(Orders).decode


def live(told: msgspec.Raw, out: int) -> None:
    """Be the daemon until killed or told to stop."""
    orders = _orders(told)
    watch = Watch(orders, out)
    set_up("info", "json")
    sentinel.assembly.app.Database = _watched_database(watch)  # type: ignore[misc]
    _watch_sends(watch)
    BoardCharts.warm = _no_charts  # type: ignore[method-assign]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(orders, watch))


async def _no_charts(_: BoardCharts) -> None:
    """Pages go without, as in a daemon's first seconds: drawing is no boundary, and takes longer than all the rest."""


async def _serve(orders: Orders, watch: Watch) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def bound(where: Bound) -> None:
        watch.tell("ready", url=where.url, pid=os.getpid())

    clock = PacedClock(Pulse(Path(orders.pulse)), orders.pace)
    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(clock.beat(), name="pulse")
        await sentinel.assembly.app.Daemon(Path(orders.config), clock, bound).run(stop)
        beating.cancel()


def _watched_database(watch: Watch) -> type[Database]:
    class WatchedDatabase(Database):
        def __init__(self, url: URL, engine: AsyncEngine, health: StoreHealth) -> None:
            super().__init__(url, engine, health)
            self._tables: list[str] = []
            event.listen(engine.sync_engine, "before_cursor_execute", self._note)

        def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
            if found := _WRITES.match(statement):
                self._tables.append(found.group(1))

        @asynccontextmanager
        async def write(self, *, all_parts: bool = False) -> AsyncIterator[AsyncConnection]:
            async with super().write(all_parts=all_parts) as connection:
                self._tables.clear()
                yield connection
                tables = " ".join(dict.fromkeys(self._tables))
                if tables:
                    watch.cross(f"before commit: {tables}")
            if tables:
                watch.cross(f"after commit: {tables}")

    return WatchedDatabase


def _watch_sends(watch: Watch) -> None:
    """Which row a send is about is known where the row is looked at once more, and handed on to the thread that
    sends.
    """
    is_current, run, send = Outbox.is_current, Pool.run, AppriseNotifier.send

    async def looked(self: Outbox, delivery: Delivery) -> bool:
        watch.tell("look", key=delivery.key, contact=delivery.contact)
        wanted = await is_current(self, delivery)
        if wanted:
            _wanted.set((*_wanted.get(), delivery))
        return wanted

    async def pooled(self: Pool, call: Callable[[], SendOutcome], timeout: float) -> SendOutcome:
        first, keys = _wanted.get()[0], ",".join(row.key for row in _wanted.get())
        known = {"key": first.key, "contact": first.contact, "kind": first.message.kind.value, "step": first.step}

        def watched() -> SendOutcome:
            watch.cross("before send", **known)
            _call.keys = keys
            outcome = call()
            watch.cross("after send", status=outcome.status.value, **known)
            return outcome

        return await run(self, watched, timeout)

    def labelled(self: AppriseNotifier, url: str, message: Message, *, timeout: float) -> SendOutcome:
        return send(self, f"{url}?+Delivery={_call.keys}", message, timeout=timeout)

    Outbox.is_current = looked  # type: ignore[method-assign]
    Pool.run = pooled  # type: ignore[method-assign]
    AppriseNotifier.send = labelled  # type: ignore[method-assign]
