"""A provider that behaves as its path says: ok, 500, 404, 429, drip, silent, drop. Keeps what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Provider:
    """Sends as (mode, title, message), in order of arrival."""

    port: int = 0
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, mode: str, secret: str = "") -> str:
        credentials = f"user:{secret}@" if secret else ""
        return f"json://{credentials}127.0.0.1:{self.port}/{mode}"


@contextmanager
def a_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            mode = self.path.strip("/").split("/")[0]
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if mode == "drop":
                self.connection.close()
                return
            provider.sent.append((mode, body["title"], body["message"]))
            if mode == "silent":
                provider.over.wait(30)
            self.send_response({"404": 404, "429": 429, "500": 500}.get(mode, 200))
            if mode == "429":
                self.send_header("Retry-After", "30")
            self.send_header("Content-Length", "1000" if mode == "drip" else "0")
            self.end_headers()
            while mode == "drip" and not provider.over.wait(0.05):
                self.wfile.write(b".")
                self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that gave up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def a_dead_port() -> Iterator[int]:
    """A port where nobody listens."""
    import socket

    with socket.socket() as sock:  # taken, so that nobody else comes to listen there
        sock.bind(("127.0.0.1", 0))
        yield int(sock.getsockname()[1])
