"""What surrounds a daemon under random faults: receivers that take its pages, refuse them, hang, or take them and say
nothing; and a newspaper whose feed works, hangs, drips or is no feed.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.crash.told_apart import HEADER
from tests.crash.town import Arrival
from tests.stories.daemon import just_now

SEEN = ("ok", "late", "cut")
RECEIVERS = (*SEEN, "500", "404", "429", "302", "drop", "hang")
"""As in `town.py`; ``hang`` reads the page and never answers, and nobody has it."""
FEEDS = ("ok", "hang", "drip", "junk", "500", "huge")
HOLD = 4.0
"""Seconds before a late answer: longer than the daemon waits."""
LONG = 30.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up or was killed is no news."""


@dataclass
class Outside:
    """``modes`` says how each path behaves, until it is changed. ``arrivals`` are calls, ``links`` what their pages
    offer to press, by the first row's key.
    """

    port: int = 0
    modes: dict[str, str] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    bodies: dict[str, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    _server: _Server | None = None

    def open(self) -> None:
        """Listen, at the same port as before."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), _calls_at(self))
            self.port = self._server.server_port
            threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Whoever connects is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def channel(self, who: str) -> str:
        return f"json://127.0.0.1:{self.port}/{who}"

    @property
    def feed(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"


def _calls_at(outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Call(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            contact = self.path.strip("/").partition("?")[0]
            mode = outside.modes.get(contact, "ok")
            if mode == "drop":
                self.connection.close()
                return
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            keys = self.headers.get(HEADER, "")
            outside.bodies.setdefault(keys.partition(",")[0], body["message"])
            now = time.monotonic()
            outside.arrivals += [
                Arrival(key=key, contact=contact, title=body["title"], mode=mode, at=now) for key in keys.split(",")
            ]
            _answer(self, mode, outside)

        def do_GET(self) -> None:
            with suppress(OSError):
                _print(self, outside.modes.get("feed", "ok"), outside.over)

        def log_message(self, *_: object) -> None:
            pass

    return Call


@contextmanager
def an_outside() -> Iterator[Outside]:
    """It stands while the block runs."""
    outside = Outside()
    outside.open()
    try:
        yield outside
    finally:
        outside.over.set()
        outside.close()


def _answer(call: BaseHTTPRequestHandler, mode: str, outside: Outside) -> None:
    if mode == "cut":
        call.connection.close()
        return
    if mode in ("late", "hang"):
        outside.over.wait(HOLD if mode == "late" else LONG)
    if mode == "hang":
        return
    call.send_response(int(mode) if mode.isdecimal() else 200)
    if mode == "302":
        call.send_header("Location", f"{outside.feed}?elsewhere")
    call.send_header("Content-Length", "0")
    call.end_headers()


def _print(call: BaseHTTPRequestHandler, mode: str, over: threading.Event) -> None:
    if mode == "hang":
        over.wait(LONG)
        return
    call.send_response(500 if mode == "500" else 200)
    call.send_header("Content-Type", "application/rss+xml")
    call.end_headers()
    match mode:
        case "drip":
            for _ in range(60):
                call.wfile.write(b"<")
                if over.wait(0.5):
                    return
        case "huge":
            for _ in range(12):
                call.wfile.write(b"<x>" + b"a" * 1_000_000)
        case "junk":
            call.wfile.write(bytes(range(256)) * 20)
        case _:
            call.wfile.write(_edition())


def _edition() -> bytes:
    """News of the last minutes, one a quarter of a minute, of nobody who is listened for."""
    now = int(just_now().timestamp()) // 15
    items = "".join(
        f"<item><guid>n{n}</guid><title>Obras en la calle {n % 90}</title>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(n * 15, UTC))}</pubDate></item>"
        for n in range(now - 8, now)
    )
    return f"<rss version='2.0'><channel><title>El Diario</title>{items}</channel></rss>".encode()
