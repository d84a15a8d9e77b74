"""A daemon with four brands, one of which may burn and one of which cannot be seen; and the phone of whoever is on
call.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import Phone, a_phone

CALM = ("Café Aurora", "Banco Sol")
BLIND = "Nube Telecom"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/a/[\w.~-]+")


@dataclass
class Town:
    """The daemon, and the phone that it rings."""

    daemon: RunningDaemon
    phone: Phone

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.daemon.port}"

    def burn(self, brand: str = "Acme", seed: int = 1) -> str:
        """A firestorm; gives the incident once the phone has rung for it."""
        self.daemon.send(a_crisis(seed, brand=brand))
        eventually(lambda: [title for title in self.phone.titles if brand in title], f"somebody is paged for {brand}")
        return self.incident(brand)["id"]

    def incident(self, brand: str = "Acme") -> dict[str, Any]:
        found = self.daemon.json("/api/v1/incidents?state=all")["incidents"]
        return next(each for each in found if each["brand"] == brand)

    def link(self, brand: str = "Acme") -> str:
        """The link in the newest page about a brand."""
        for _, title, message in reversed(self.phone.pages):
            if brand in title and (found := LINK.search(message)):
                return found[0]
        raise AssertionError(f"no page about {brand} has a link: {self.phone.pages}")

    def by_api(self, path: str) -> Any:
        return self.daemon.json(f"/api/v1/{path}")


@contextmanager
def a_town(folder: Path, **more: Any) -> Iterator[Town]:
    """Calm everywhere, and nobody has been paged yet."""
    with a_phone() as phone:
        settings = settings_for(phone.url(), phone.url("boss"))
        settings["brands"] = [
            {"name": "Acme", "match": {"any": ["acme"]}, "sources": ["reviews"]},
            *({"name": name, "sources": ["reviews"]} for name in CALM),
            {"name": BLIND, "sources": ["quiet"]},
        ]
        settings["sources"] = {"reviews": {"type": "http"}, "quiet": {"type": "http", "silence_after": "2s"}}
        settings["schedules"] = {"guardia": {"layers": [{"people": ["ana", "boss"]}]}}
        with RunningDaemon(folder, settings | more) as daemon:
            for seed, brand in enumerate(CALM, 5):
                daemon.send(a_crisis(seed, minutes=0, brand=brand))
            yield Town(daemon, phone)
