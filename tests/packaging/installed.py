"""Sentinel installed from its wheel into an environment of its own, away from the checkout."""

import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.forks.children import Child
from tests.stories.daemon import RunningDaemon

BORROWED = "packages_of_the_tests.pth"


def environment_at(folder: Path) -> Path:
    """An empty environment that sees the packages of the tests' own; gives its Python.

    Only a folder on the path: what is installed there as editable, Sentinel itself, is not seen.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    place = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=place))
    (packages / BORROWED).write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return folder / "bin" / "python"


@dataclass(frozen=True)
class InstalledSentinel:
    """The command, and the folder in which it is run; nothing of the tests' surroundings leads it to the checkout."""

    command: Path
    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "SENTINEL", "COV_"))}
        return kept | {"HOME": str(self.folder), "MPLCONFIGDIR": str(self.folder / "mpl"), "OPENBLAS_NUM_THREADS": "1"}

    def run(self, *words: str, code: int = 0, answers: str = "") -> str:
        """What a command says, having ended with ``code``."""
        done = subprocess.run(
            [str(self.command), *words],
            cwd=self.folder,
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def daemon(self, settings: dict[str, Any]) -> "InstalledDaemon":
        return InstalledDaemon(self.folder, settings, sentinel=self)


@dataclass
class InstalledDaemon(RunningDaemon):
    """A daemon that the installed command runs, instead of the checkout's code."""

    sentinel: InstalledSentinel | None = None

    def launch(self, log: Path) -> Child:
        """Waits until it has started, however loaded the machine is: it has no heartbeat, only the test's timeout."""
        assert self.sentinel is not None
        begun, pause = log.stat().st_size, threading.Event()
        with log.open("ab") as file:
            process = subprocess.Popen(
                [str(self.sentinel.command), "run", "-c", str(self.config)],
                cwd=self.folder,
                env=self.sentinel.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        while b'"event": "started"' not in log.read_bytes()[begun:] and process.poll() is None:
            pause.wait(0.1)
        return cast(Child, process)
