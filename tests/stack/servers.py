"""The stack of compose.yaml as processes of this machine: Sentinel, Prometheus and Alertmanager with the configuration
that ships.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from tests.forks.programs import a_program
from tests.stories.daemon import RunningDaemon, a_free_port, eventually

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "dashboards"
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def program(name: str) -> str:
    """Where a program is, or the test is skipped and says how to have it."""
    package = "prometheus-alertmanager" if name in ("prometheus-alertmanager", "amtool") else "prometheus"
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"{name} is not installed: sudo apt-get install {package}")
    return found


def said(*command: str | Path, stdin: bytes | None = None, cwd: Path | None = None) -> tuple[int, str]:
    """What a program says and how it ends."""
    ended = subprocess.run(
        [program(str(command[0])), *map(str, command[1:])], input=stdin, capture_output=True, cwd=cwd, check=False
    )
    return ended.returncode, (ended.stdout + ended.stderr).decode()


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus to ask."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, **query: object) -> Any:
        with urlopen(f"{self.url}/api/v1/{path}?{urlencode(query)}", timeout=20) as answer:
            return json.loads(answer.read())["data"]

    def now(self, expression: str) -> list[dict[str, Any]]:
        """Series as {metric, value}."""
        return list(self.ask("query", query=expression)["result"])

    def values(self, expression: str, label: str) -> dict[str, float]:
        """Values by one label."""
        return {each["metric"][label]: float(each["value"][1]) for each in self.now(expression)}

    def firing(self) -> set[str]:
        return {each["labels"]["alertname"] for each in self.ask("alerts")["alerts"] if each["state"] == "firing"}


@contextmanager
def running(folder: Path, name: str, port: int, *command: str) -> Iterator[None]:
    """A server process, from ready to ended."""
    with (
        (folder / f"{name}.log").open("wb") as log,
        a_program([program(name), *command], says=log, folder=folder) as process,
    ):

        def ready() -> bool:
            assert process.poll() is None, (folder / f"{name}.log").read_text()[-2000:]
            try:
                with urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
                    return bool(answer.status == 200)
            except (URLError, OSError):
                return False

        eventually(ready, f"{name} is ready")
        yield


def quick_rules(folder: Path) -> list[str]:
    """The shipped rules, read every second and waiting for one where they would wait for minutes: what they say
    stays.
    """
    written = []
    for path in (SHIPPED / "rules" / "alerts.yml", SHIPPED / "rules" / "recording.yml"):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group["interval"] = "1s"
            for rule in group["rules"]:
                if "for" in rule:
                    rule["for"] = "1s"
        (folder / path.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
        written.append(str(folder / path.name))
    return written


@contextmanager
def alertmanager_and_prometheus(folder: Path, daemon: RunningDaemon, token: str) -> Iterator[Prometheus]:
    """Both, with the shipped configuration; only addresses, paths and waits are this machine's."""
    port, alertmanager, gossip = a_free_port(), a_free_port(), a_free_port()
    (folder / "token").write_text(token, encoding="utf-8")
    notify = yaml.safe_load((SHIPPED / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8"))
    notify["route"] |= {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "2s"}
    (hook,) = notify["receivers"][0]["webhook_configs"]
    hook["url"] = hook["url"].replace("sentinel:8080", f"127.0.0.1:{daemon.port}")
    hook["http_config"]["authorization"]["credentials_file"] = str(folder / "token")
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(notify), encoding="utf-8")
    scrape = yaml.safe_load((SHIPPED / "prometheus.yml").read_text(encoding="utf-8"))
    scrape["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    del scrape["scrape_configs"][0]["authorization"]  # on this machine looking wants no token
    scrape["rule_files"] = quick_rules(folder)
    scrape["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{alertmanager}"]
    scrape["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{daemon.port}"]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(scrape), encoding="utf-8")
    with ExitStack() as stack:
        stack.enter_context(
            running(
                folder,
                "prometheus-alertmanager",
                alertmanager,
                f"--config.file={folder / 'alertmanager.yml'}",
                f"--storage.path={folder / 'alertmanager'}",
                f"--web.listen-address=127.0.0.1:{alertmanager}",
                f"--cluster.listen-address=127.0.0.1:{gossip}",
            )
        )
        stack.enter_context(
            running(
                folder,
                "prometheus",
                port,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'prometheus'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--enable-feature=exemplar-storage",
            )
        )
        yield Prometheus(port)
