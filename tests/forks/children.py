"""Processes borne by a fork server, for tests that have no event loop: started, asked how they are, killed."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from tests.forks.patience import HUNG, eventually, watched
from tests.forks.pulse import Pulse
from tests.forks.server import End, Start

ROOT = Path(__file__).parents[2]
_numbers = count(1)


class Child:
    """One process; what `subprocess.Popen` offers of one, as far as tests ask for it."""

    def __init__(self, server: "ForkServer", name: str, pulse: Pulse) -> None:
        self._server = server
        self._name = name
        self._pulse = pulse
        self._told = threading.Condition()
        self._pid = 0
        self.returncode: int | None = None

    @property
    def pid(self) -> int:
        with self._told:
            self._told.wait_for(lambda: self._pid, HUNG)
        return self._pid

    def poll(self) -> int | None:
        """How it ended, or nothing while it lives."""
        return self.returncode

    def wait(self) -> int:
        """Wait until it ends, patiently; gives how."""
        eventually(lambda: self.returncode is not None, f"process {self.pid} ends")
        assert self.returncode is not None
        return self.returncode

    def ended(self) -> int:
        """Wait until it ends, however much it has to compute; gives how."""
        with self._told:
            self._told.wait_for(lambda: self.returncode is not None)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def told(self, line: dict[str, Any]) -> None:
        """The server says something about it."""
        with self._told:
            match line["what"]:
                case "born":
                    self._pid = line["pid"]
                case "ended":
                    self.returncode = line["status"]
                    watched.discard(self._pulse)
            self._told.notify_all()


class ForkServer:
    """A server that has called ``MODULE.warm_up()``, and ended with all it bore by `close`."""

    def __init__(self, module: str) -> None:
        self._children: dict[str, Child] = {}
        self._pulses = Path(tempfile.mkdtemp(prefix="sentinel-pulses-"))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks.server", module],
            cwd=ROOT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name=f"what {module} bears", daemon=True).start()
        atexit.register(self.close)

    def start(
        self,
        told: object,
        log: Path,
        *,
        errors: Path | None = None,
        module: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Child:
        """Bear a process that is told this, as ``live`` of the server's module understands it, or of another one.

        ``environment`` is added to the one there is.
        """
        name = str(next(_numbers))
        path = self._pulses / name  # never on the disk under test, which may be full
        pulse = Pulse(path)
        child = self._children[name] = Child(self, name, pulse)
        watched.add(pulse)
        order = Start(
            run=name,
            life=1,
            log=str(log),
            errors=str(errors or ""),
            module=module,
            told=msgspec.Raw(msgspec.json.encode({"pulse": str(path), "told": told})),
            environment=os.environ | dict(environment or {}),
        )
        self._send(order)
        return child

    def close(self) -> None:
        """End it, and whatever still lives of what it bore."""
        atexit.unregister(self.close)
        if self._process.poll() is None:
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._pulses, ignore_errors=True)

    def _send(self, order: Start | End) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if (child := self._children.get(told["run"])) is not None:
                child.told(told)
        for child in self._children.values():
            if child.returncode is None:  # nobody is left who could say more
                child.told({"what": "ended", "status": -signal.SIGKILL})


@cache
def commands() -> ForkServer:
    """The server of this worker whose children run a ``sentinel`` command."""
    return ForkServer("tests.forks.command")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def run_command(*words: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run ``sentinel WORDS`` in a process of its own, to its end."""
    with tempfile.TemporaryDirectory(prefix="sentinel-said-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        status = commands().start(list(words), out, errors=err, environment=environment).ended()
        return Ended(status=status, out=out.read_text(encoding="utf-8"), err=err.read_text(encoding="utf-8"))
