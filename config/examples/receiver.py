"""A receiver for the tour: prints the pages that arrive as `json://127.0.0.1:9099/page`. Standard library only."""

import contextlib
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

ADDRESS = ("127.0.0.1", 9099)


class Phone(BaseHTTPRequestHandler):
    """Takes what Apprise posts and shows it as a phone would."""

    def do_POST(self) -> None:
        page = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        print(f"\n┌─ {page.get('title', '')}")
        for line in str(page.get("message", "")).splitlines():
            print(f"│ {line}")
        print("└─", flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet: only pages are shown."""


if __name__ == "__main__":
    print(f"waiting for pages on http://{ADDRESS[0]}:{ADDRESS[1]}/page (Ctrl+C ends)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        HTTPServer(ADDRESS, Phone).serve_forever()
