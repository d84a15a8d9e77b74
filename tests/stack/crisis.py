"""A crisis on the running stack: Acme burns and Ana takes it, Zeta burns and nobody does, Café cannot be seen, and one
page fails.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sentinel.mention import Mention
from tests.stack.servers import Prometheus, alertmanager_and_prometheus
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import Phone, a_phone

TOKEN = "only-for-this-test"
BRANDS = ("Acme", "Zeta", "Café Aurora")


@dataclass
class Stack:
    """Everything that runs, and what it is asked through."""

    daemon: RunningDaemon
    prometheus: Prometheus
    phone: Phone
    broken: Phone

    def send(self, mentions: list[Mention]) -> None:
        status, answer = self.daemon.send(mentions, Authorization=f"Bearer {TOKEN}")
        assert status == 202, answer

    def open_incident(self, brand: str) -> dict[str, Any] | None:
        found = self.daemon.json("/api/v1/incidents")["incidents"]
        return next((each for each in found if each["brand"] == brand and each["state"] != "closed"), None)

    def act(self, incident: str, action: str, by: str) -> None:
        body = json.dumps({"by": by}).encode()
        status, answer = self.daemon.post(
            f"/api/v1/incidents/{incident}/{action}", body, Authorization=f"Bearer {TOKEN}"
        )
        assert status == 200, answer


def with_stars(mentions: list[Mention], stars: int) -> list[Mention]:
    """Some of them as reviews, so that the model is graded."""
    return [replace(each, rating=stars if n % 9 == 0 else None) for n, each in enumerate(mentions)]


@contextmanager
def the_stack(folder: Path) -> Iterator[Stack]:
    """Sentinel, Prometheus, Alertmanager and two phones, one of which takes nothing."""
    with a_phone() as phone, a_phone() as broken:
        broken.status = 404
        settings = settings_for(phone.url("ana"), broken.url("boss"), phone.url("ops"))
        settings["brands"] = [
            {"name": name, "sources": ["quiet" if name == "Café Aurora" else "http"]} for name in BRANDS
        ]
        settings["operators"] = ["jefa"]
        settings["areas"] = {"billing": {"contacts": ["boss"]}}
        settings["policies"] = {"default": {"steps": [{"notify": ["ana", "boss"], "after": "0m"}]}}
        settings["sources"] = {"http": {"type": "http"}, "quiet": {"type": "http", "silence_after": "2s"}}
        settings["web"] = {"tokens": [TOKEN]}
        settings["delivery"]["group_wait"] = "0s"
        with (
            RunningDaemon(folder, settings) as daemon,
            alertmanager_and_prometheus(folder, daemon, TOKEN) as prometheus,
        ):
            yield Stack(daemon, prometheus, phone, broken)


def burn(stack: Stack) -> None:
    """From calm to a crisis that Ana takes, and one that nobody takes."""
    for seed, brand in enumerate(BRANDS, 3):
        stack.send(with_stars(a_crisis(seed, minutes=0, brand=brand), 5))
    eventually(
        lambda: len(stack.prometheus.now("sentinel_crisis_score == sentinel_crisis_score")) >= 2, "calm is scraped"
    )
    for seed, brand in enumerate(BRANDS[:2], 7):
        stack.send(with_stars(a_crisis(seed, days=0, brand=brand), 1))
    incident = eventually(lambda: stack.open_incident("Acme"), "Acme burns")
    eventually(lambda: stack.open_incident("Zeta"), "Zeta burns")
    eventually(
        lambda: [title for who, title, _ in stack.phone.pages if who == "ana" and "Acme" in title], "Ana is paged"
    )
    stack.act(incident["id"], "ack", "ana")
