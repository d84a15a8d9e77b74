"""``sentinel model teach``: one key a post, each label sent to the daemon under the name of who pressed it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app

CONFIG = """brands: [{name: Acme}, {name: Zeta}]
contacts: {ana: {channels: ["json://127.0.0.1:9/ana"]}}
policies: {default: {steps: [{notify: [ana]}], repeat: 0}}
"""
POSTS = [
    "acme cambia de sede en Vigo",
    "la nueva app de acme",
    "acme, veinte minutos para pagar",
    "zeta abre mañana",
    "hoy toca ir a acme otra vez",
]


class Door(BaseHTTPRequestHandler):
    """What takes labels in place of a daemon."""

    labels: list[dict[str, str]]

    def do_POST(self) -> None:
        self.labels.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(202)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def door() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An address that takes labels, and those it took."""
    taken: list[dict[str, str]] = []
    server = HTTPServer(("127.0.0.1", 0), type("OwnDoor", (Door,), {"labels": taken}))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def teach(folder: Path, keys: str, *options: str) -> tuple[int, str, str]:
    path, posts = folder / "s.yaml", folder / "posts.jsonl"
    path.write_text(CONFIG, encoding="utf-8")
    rows = [
        {"source": "x", "id": str(n), "text": text, "published_at": "2026-03-02T10:00:00Z", "lang": "es"}
        for n, text in enumerate(POSTS)
    ]
    posts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    given = ["model", "teach", *options, "--by", "ana", "-c", str(path), "--mentions", str(posts)]
    ended = CliRunner().invoke(app, given, input=keys)
    return ended.exit_code, ended.stdout, str(ended.exception or "")


def test_a_key_a_post(tmp_path: Path, door: tuple[str, list[dict[str, str]]]) -> None:
    """n, u and p label, s skips, any other key is not heard; the other brand's posts are not asked about."""
    url, taken = door
    code, out, _ = teach(tmp_path, "nxusp", "Acme", "--url", url)
    assert (code, [each["label"] for each in taken]) == (0, ["negative", "neutral", "positive"])
    assert {each["by"] for each in taken} == {"ana"}
    assert {each["text"] for each in taken} <= {text for text in POSTS if "acme" in text}
    assert "3 labels given" in out


def test_q_ends_it(tmp_path: Path, door: tuple[str, list[dict[str, str]]]) -> None:
    """What was given before stays given."""
    url, taken = door
    code, out, _ = teach(tmp_path, "pq", "Acme", "--url", url)
    assert (code, len(taken)) == (0, 1)
    assert "1 labels given" in out


def test_a_brand_that_is_not_there(tmp_path: Path) -> None:
    """A name that no brand has is refused with those that there are."""
    code, _, error = teach(tmp_path, "", "Otra")
    assert code != 0
    assert "no brand is called 'Otra'; the configuration has Acme, Zeta" in error
