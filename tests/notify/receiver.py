"""What a provider of one's own is made of: a web server that checks each request strictly and misbehaves when told
to.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Headers
    body: bytes


class Wrong(Exception):
    """A request that the real service would refuse, or quietly misread."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class Receiver:
    """Takes requests as ``take`` says. ``mode``: ok, a status as digits, drop, silent, drip, trickle (its headers are
    quick, its body is not), late (takes it, answers too late)."""

    take: Callable[[Request], object]
    mode: str = "ok"
    retry_after: str | None = None
    location: str | None = None
    body: object = None
    """Said with a refusal, in place of the reason."""
    port: int = 0
    asked: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: Request) -> tuple[int, object]:
        self.asked.append(request)
        if self.mode.isdecimal():
            return int(self.mode), {"error": "as told"}
        try:
            return 200, self.take(request)
        except Wrong as wrong:
            self.wrong.append(str(wrong))
            return wrong.status, self.body or {"error": str(wrong)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        receiver = self.receiver
        request = Request(
            self.command, self.path, self.headers, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        )
        self.close_connection = True
        if receiver.mode in ("drop", "silent", "drip"):
            receiver.asked.append(request)
            if receiver.mode == "drip":
                self.drip()
            elif receiver.mode == "silent":
                receiver.over.wait(60)
            return
        status, told = receiver.answer(request)
        if receiver.mode == "late":
            receiver.over.wait(60)
            return
        if receiver.mode == "trickle":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            self.feed()
            return
        self.reply(status, json.dumps(told).encode())

    do_PUT = do_GET = do_POST

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in (("Retry-After", self.receiver.retry_after), ("Location", self.receiver.location)):
            if value is not None:
                self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """One byte of a header at a time: no read ever times out."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.feed()

    def feed(self) -> None:
        while not self.receiver.over.wait(0.05):
            self.wfile.write(b"z")
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is no news."""


@contextmanager
def serving(receiver: Receiver) -> Iterator[Receiver]:
    server = Server(("127.0.0.1", 0), type("Told", (Handler,), {"receiver": receiver}))
    receiver.port = server.server_port
    thread = threading.Thread(target=lambda: server.serve_forever(0.05), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
