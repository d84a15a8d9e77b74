"""A phone: a local receiver that keeps the pages it gets, and can misbehave."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Phone:
    """Pages as (path, title, message), in order of arrival."""

    port: int = 0
    pages: list[tuple[str, str, str]] = field(default_factory=list)
    status: int = 200

    def url(self, who: str = "oncall") -> str:
        """As a contact's channel."""
        return f"json://127.0.0.1:{self.port}/{who}"

    @property
    def titles(self) -> list[str]:
        return [title for _, title, _ in self.pages]


@contextmanager
def a_phone() -> Iterator[Phone]:
    """A phone that rings while the block runs."""
    phone = Phone()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if phone.status == 200:
                phone.pages.append((self.path.strip("/"), body.get("title", ""), body.get("message", "")))
            self.send_response(phone.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    phone.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield phone
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
