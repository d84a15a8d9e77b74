"""The daemon that random faults are made in: its configuration, its lives, its clock and its store."""

import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import yaml

from tests.crash.outside import Outside
from tests.crash.test_set_clock import SetDaemon
from tests.forks.children import Child, commands
from tests.forks.patience import eventually, watched

BRANDS = (
    *("Zorbana", "Kintora", "Melvano", "Tarsila", "Odriana", "Fendoral"),
    *("Lumerina", "Briscada", "Nortiva", "Quelmor", "Saviruela", "Dextrana"),
)
CHANGES: tuple[dict[str, Any], ...] = (
    {"timezone": "America/Bogota"},
    {"timezone": "Europe/Madrid"},
    {"scoring": {"leave_after": "20s", "thresholds": {"watch": 30, "alert": 55, "crisis": 75}}},
    {"scoring": {"leave_after": "30s"}},
    {"operators": ["ana"]},
    {"operators": ["boss"]},
    {"incidents": {"reopen_within": "2m", "update_every": "20s"}},
)
BROKEN = (
    b"brands: [{name: @acme}]\n",
    b"brands: [{name: Acme}]\ncontactos: {}\n",
    b"\xff\xfe\x00brands",
    b"",
    b"brands: [{name: Acme}]\npolicies: {default: {steps: [[]]}}\nsources: {x: {type: {}}}\n",
)


def settings(outside: Outside, brands: Sequence[str]) -> dict[str, Any]:
    """Two people, a door and a newspaper; ladders are climbed in seconds and again and again."""
    return {
        "language": "en",
        "timezone": "Europe/Madrid",
        "brands": _listed(brands),
        "contacts": {
            "ana": {"channels": [outside.channel("ana"), outside.channel("ana2")]},
            "boss": {"channels": [outside.channel("boss")], "language": "es"},
        },
        "policies": {
            "default": {
                "steps": [{"notify": ["ana"], "after": "0s"}, {"notify": ["boss"], "after": "15s"}],
                "repeat": 20,
                "repeat_after": "15s",
                "crisis_pace": 1,
            }
        },
        "operators": ["boss"],
        "incidents": {"reopen_within": "1m", "update_every": "10s"},
        "scoring": {"leave_after": "20s"},
        "engine": {"tick": "500ms", "checkpoint_every": "2s"},
        "delivery": {
            "timeout": "3s",
            "group_wait": "0s",
            "budgets": {"contact": {"messages": 500}, "provider": {"messages": 500}},
        },
        "sources": {
            "door": {"type": "http"},
            "news": {
                "type": "feeds",
                "urls": [outside.feed],
                "every": "2s",
                "fastest": "2s",
                "silence_after": "20s",
            },
        },
    }


def _listed(brands: Sequence[str]) -> list[dict[str, Any]]:
    return [{"name": name, "match": {"any": [name.lower()]}} for name in brands]


class FaultedDaemon(SetDaemon):
    """One store, many lives."""

    def __init__(self, folder: Path, outside: Outside, brands: Sequence[str]) -> None:
        super().__init__(folder, settings(outside, brands))
        self._all = brands
        self.lives = 0
        self._lived = 0.0
        self.set(timedelta(0))

    @property
    def database(self) -> Path:
        return self.folder / "sentinel.db"

    @property
    def brands(self) -> list[str]:
        return [brand["name"] for brand in self.settings["brands"]]

    @property
    def lived(self) -> float:
        """Seconds, over all lives."""
        return self._lived + sum(pulse.lived for pulse in watched)

    @property
    def ready(self) -> bool:
        return self._asked("/-/ready") == "ready"

    @property
    def health(self) -> str | None:
        """What it says of itself; nothing where nobody answers."""
        return self._asked("/-/healthy")

    @property
    def store_is_back(self) -> bool:
        """The deleted one stands there again and takes writes."""
        there = self.database.exists()
        return there and "sentinel_store_failing 0.0" in (self._asked("/metrics") or "").splitlines()

    def launch(self, log: Path) -> Child:
        return commands().start(["run", "-c", str(self.config)], log, module="tests.crash.told_apart")

    def begin(self, *, wait: bool = True) -> None:
        """Another life."""
        self.lives += 1
        self.start(wait=wait)

    def kill(self) -> None:
        lived = self.lived
        super().kill()
        self._lived = lived

    def stop(self) -> int:
        lived = self.lived
        status = super().stop()
        self._lived = lived
        return status

    def end(self) -> None:
        """Whatever it was doing."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def signal(self, number: int) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    def press(self, path: str) -> int | None:
        """The status; nothing where nobody answered."""
        call = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            call.request("POST", path)
            return call.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            call.close()

    def check_alive(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, f"it ended by itself with {self.process.returncode}:\n{self.log[-3000:]}"

    def change(self, change: Mapping[str, Any], *, restored: bool) -> None:
        """Write another file, with all brands again if wanted."""
        if restored:
            self.settings["brands"] = _listed(self._all)
        self.settings |= change
        self._write()

    def remove(self, brand: str) -> None:
        """Write a file that lacks it."""
        self.settings["brands"] = [each for each in self.settings["brands"] if each["name"] != brand]
        self._write()

    def delete_store(self, ending: str) -> None:
        """Under the running daemon; the lock stays."""
        for path in self.folder.glob(f"sentinel.db{ending}"):
            if not path.name.endswith(".lock"):
                path.unlink()

    def heal(self, offset: timedelta) -> None:
        """The good file with all brands, a clock that is not behind, and a daemon that runs by them."""
        self.set(offset)
        self.change({}, restored=True)
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGHUP)
        eventually(lambda: self.ready, "it is ready")

    def _write(self) -> None:
        web, store = {"port": self.port}, {"url": f"sqlite:///{self.database}"}
        written = self.folder / "next.yaml"
        written.write_text(yaml.safe_dump(self.settings | {"web": web, "store": store}), encoding="utf-8")
        written.replace(self.config)

    def _asked(self, path: str) -> str | None:
        try:
            return self.get(path)[1].decode().strip()
        except (OSError, HTTPException):
            return None
