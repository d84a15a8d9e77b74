"""An agency's real daemon with two clients on fire: what each of them is told from its store, reports and metrics."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request

from sentinel.web.access.passwords import hash_password
from sentinel.web.endpoints import ENDPOINTS
from tests.stories.daemon import RunningDaemon, a_crisis, body_of, eventually, settings_for

THEIRS = "Kanarien"
ACCESS = {
    "metrics": "token",
    "users": {"boss": {"password": hash_password("a good password"), "role": "admin"}},
    "tokens": [
        {"name": "house", "token": "t-house", "scopes": ["admin"]},
        {"name": "acme", "token": "t-acme", "scopes": ["read", "incidents:write"], "brands": ["Acme"]},
    ],
}
BRANDS = [
    {"name": "Acme", "match": {"any": ["acme"]}, "competitors": [THEIRS]},
    {"name": THEIRS, "match": {"any": [THEIRS]}, "competitors": ["Acme"]},
]


class Desk:
    """Asks the daemon with a token."""

    def __init__(self, running: RunningDaemon, token: str) -> None:
        self._running = running
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> tuple[int, bytes]:
        return self._running._ask(Request(f"http://127.0.0.1:{self._running.port}{path}", headers=self._headers))

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def post(self, path: str, body: bytes) -> tuple[int, Any]:
        return self._running.post(path, body, **self._headers)


def test_two_clients_of_one_daemon(tmp_path: Path) -> None:
    """Each endpoint answers one with nothing of the other, whose incident is none that there is."""
    settings = settings_for("log://", brands=BRANDS, access=ACCESS)
    with RunningDaemon(tmp_path, settings) as running:
        house, acme = Desk(running, "t-house"), Desk(running, "t-acme")
        for seed, brand in enumerate(("Acme", THEIRS), 1):
            assert house.post("/api/v1/mentions", body_of(a_crisis(seed, brand=brand)))[0] == 202
        burning = eventually(
            lambda: len(found := house.json("/api/v1/incidents")["incidents"]) > 1 and found, "both burn"
        )
        ids = {each["brand"]: each["id"] for each in burning}
        names = {"brand": "Acme", "every": "weekly", "of": "newest", "name": "none", "number": "1"}
        for each in ENDPOINTS:
            if each.method == "get" and each.id != "getLive":
                path = each.path.format(**names, id=ids["Acme"])
                for query in ("", "?state=all&brand=Acme&format=html&limit=500"):
                    status, told = acme.get(f"{path}{query}")
                    assert status < 500, path
                    assert THEIRS.lower() not in told.decode().lower(), path
        assert THEIRS in house.get("/metrics")[1].decode()
        assert {each["brand"] for each in acme.json("/api/v1/events?limit=10000")["events"]} == {"Acme"}
        assert acme.get(f"/api/v1/incidents/{ids[THEIRS]}")[0] == 404
        assert acme.post(f"/api/v1/incidents/{ids[THEIRS]}/ack", b'{"by":"x"}')[0] == 404
        assert acme.post(f"/api/v1/incidents/{ids['Acme']}/ack", b'{"by":"x"}')[0] == 200
        assert house.json(f"/api/v1/incidents/{ids[THEIRS]}")["incident"]["acknowledged_by"] is None
