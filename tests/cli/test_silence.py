"""``sentinel silence list``: what people made, and the hours of every week, each in the times that people read."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app

MADE = {
    "id": "s-1",
    "brands": ["Acme"],
    "starts_at": "2026-03-02T09:00:00Z",
    "ends_at": "2026-03-02T10:00:00Z",
    "by": "ana",
    "reason": "obras",
}
WEEKLY = {
    "id": "r-1",
    "brands": [],
    "days": ["sat", "sun"],
    "begins": "22:00",
    "ends": "02:00",
    "zone": "America/Bogota",
    "level": "watch",
    "signal": "volume",
    "by": "config",
    "reason": None,
    "until": None,
    "next_start": "2026-03-08T03:00:00Z",
}

MAINTAINED = {
    "source": "reviews",
    "days": ["thu"],
    "begins": "03:00",
    "ends": "04:00",
    "zone": "Europe/Madrid",
    "by": "ana",
    "reason": "the portal's",
    "until": None,
    "next_start": "2026-03-05T02:00:00Z",
}


class Desk(BaseHTTPRequestHandler):
    """What answers in place of a daemon."""

    answer: dict[str, object]

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"at": "2026-03-02T09:30:00Z", **self.answer}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def desk() -> Iterator[tuple[str, dict[str, object]]]:
    """An address that is asked, and what it will answer."""
    answer: dict[str, object] = {}
    server = HTTPServer(("127.0.0.1", 0), type("OwnDesk", (Desk,), {"answer": answer}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answer
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("silences", "recurring", "maintenance", "shown", "hidden"),
    [
        ([], [], [], ["no silences"], ["every week"]),
        ([MADE], [], [], ["s-1", "2026-03-02 11:00", "obras"], ["every week"]),
        (
            [],
            [WEEKLY],
            [],
            ["r-1", "sat, sun 22:00–02:00", "2026-03-08 04:00", "watch at most; only volume"],
            ["no silences"],
        ),
        (
            [],
            [],
            [MAINTAINED],
            ["reviews", "thu 03:00–04:00 Europe/Madrid", "2026-03-05 03:00", "the portal's"],
            ["no silences"],
        ),
        ([MADE], [{**WEEKLY, "until": "2026-03-02T10:00:00Z"}], [], ["s-1", "r-1", "until 2026-03-02 11:00"], []),
    ],
)
def test_those_of_every_week_stand_below(
    tmp_path: Path,
    desk: tuple[str, dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    silences: list[object],
    recurring: list[object],
    maintenance: list[object],
    shown: list[str],
    hidden: list[str],
) -> None:
    """With days and hours as they are written, and when they begin or end in the file's time."""
    monkeypatch.setenv("COLUMNS", "200")
    url, answer = desk
    answer.update(silences=silences, recurring=recurring, maintenance=maintenance)
    path = tmp_path / "s.yaml"
    path.write_text("brands: [{name: Acme}]\ntimezone: Europe/Madrid\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["silence", "list", "-c", str(path), "--url", url])
    assert done.exit_code == 0, done.output
    for word in shown:
        assert word in done.stdout
    for word in hidden:
        assert word not in done.stdout
