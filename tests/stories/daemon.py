"""The real daemon as a process of its own, started, spoken to and killed by tests."""

import json
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import yaml

from sentinel.mention import Mention, encode_mention
from sentinel.simulation.history import Story, history
from sentinel.sources.http import SLICE
from tests.forks.children import Child, commands
from tests.forks.patience import HUNG, eventually

PORTS = range(10_000, 32_000)
"""Below those that the system gives to whoever connects somewhere: none of these is taken while a daemon is down."""
WORKERS = 16
_share = len(PORTS) // WORKERS
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
_ports = (PORTS[_worker * _share + (os.getpid() + number) % _share] for number in count())


def a_free_port() -> int:
    """One that nobody listens at, and that no other test of this run is given, in no worker."""
    for port in _ports:
        with socket.socket() as sock, suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("127.0.0.1", port))
            return port
    raise AssertionError("ports are without end")


@dataclass
class RunningDaemon:
    """One Sentinel with a folder of its own."""

    folder: Path
    settings: dict[str, Any]
    port: int = field(default_factory=a_free_port)
    process: Child | None = None

    @property
    def config(self) -> Path:
        return self.folder / "sentinel.yaml"

    @property
    def log(self) -> str:
        return (self.folder / "log.jsonl").read_text(encoding="utf-8", errors="replace")

    def launch(self, log: Path) -> Child:
        return commands().start(["run", "-c", str(self.config)], log)

    def start(self, *, wait: bool = True) -> "RunningDaemon":
        """Start it and wait until it is ready; or only until it answers."""
        web = {"port": self.port} | self.settings.get("web", {})
        store = {"url": f"sqlite:///{self.folder / 'sentinel.db'}"} | self.settings.get("store", {})
        self.config.write_text(
            yaml.safe_dump(self.settings | {"web": web, "store": store}, allow_unicode=True), encoding="utf-8"
        )
        log = self.folder / "log.jsonl"
        log.touch()
        self.process = self.launch(log)
        try:
            eventually(self._ready if wait else self._answers, "the daemon is ready")
        except BaseException as error:
            self.kill()  # nobody else would: a block that did not begin has no end
            error.add_note(f"its log ends:\n{self.log[-3000:]}")
            raise
        return self

    def _answers(self) -> bool:
        return self._status("/-/ready") is not None

    def _ready(self) -> bool:
        return self._status("/-/ready") == 200

    def _status(self, path: str) -> int | None:
        assert self.process is not None
        assert self.process.poll() is None, f"the daemon ended with {self.process.returncode}"
        try:
            return self.get(path)[0]
        except OSError:
            return None

    def kill(self) -> None:
        """SIGKILL: no last word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()

    def __enter__(self) -> "RunningDaemon":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask(Request(f"http://127.0.0.1:{self.port}{path}"))

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} | headers
        status, answer = self._ask(
            Request(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers, method="POST")
        )
        return status, json.loads(answer) if answer else None

    def send(self, mentions: Sequence[Mention], **headers: str) -> tuple[int, Any]:
        """Post mentions as one object a line."""
        return self.post("/api/v1/mentions", body_of(mentions), **headers)

    def metric(self, line: str) -> float:
        """The value of one line of /metrics."""
        found = self.figure(line)
        assert found is not None, f"no metric {line}"
        return found

    def figure(self, line: str) -> float | None:
        """The same of a line that may not be there yet."""
        for each in self.get("/metrics")[1].decode().splitlines():
            if each.startswith(line + " "):
                return float(each.rpartition(" ")[2])
        return None

    @staticmethod
    def _ask(request: Request) -> tuple[int, bytes]:
        try:
            with urlopen(request, timeout=HUNG) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()


def body_of(mentions: Sequence[Mention]) -> bytes:
    """As one object a line.

    Raises
    ------
    AssertionError
        When the daemon would take in the newest of them in two appends: a tick between would see half a crisis.
    """
    assert len(mentions) <= SLICE, f"{len(mentions)} mentions are more than the daemon takes at once"
    return b"\n".join(encode_mention(mention) for mention in mentions)


def just_now() -> datetime:
    """A real daemon's clock is the machine's."""
    return datetime.now(UTC)


def a_crisis(seed: int = 1, *, days: float = 1.0, minutes: float = 4, brand: str = "Acme") -> list[Mention]:
    """A brand's calm days and a storm that is going on now; few enough for one append, which no tick divides."""
    story = Story(
        brand=brand,
        language="es",
        end=just_now(),
        seed=seed,
        calm=timedelta(days=days),
        storm=timedelta(minutes=minutes),
        storm_per_minute=90,
    )
    return list(history(story))


def settings_for(*channels: str, **more: Any) -> dict[str, Any]:
    """A small Spanish configuration that ticks quickly; the first channel is the first contact's, and so on."""
    names = ["ana", "boss", "jefa"][: len(channels)]
    return {
        "language": "es",
        "timezone": "Europe/Madrid",
        "brands": [{"name": "Acme", "match": {"any": ["acme"]}}],
        "contacts": {
            name: {"name": name.title(), "channels": [channel]} for name, channel in zip(names, channels, strict=True)
        },
        "policies": {"default": {"steps": [{"notify": [name], "after": f"{10 * n}m"} for n, name in enumerate(names)]}},
        "engine": {"tick": "500ms", "checkpoint_every": "1s"},
        "delivery": {"timeout": "5s"},
    } | more
