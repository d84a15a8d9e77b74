"""A source that is silent can hide mentions, not invent them: a crisis that the others show is paged."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import a_phone

MEGABYTE = b"<x>" + b"a" * (1024 * 1024)


@contextmanager
def a_newspaper() -> Iterator[str]:
    """Feeds that never work: ``/hangs`` answers nothing, ``/drips`` a byte now and then, ``/huge`` 50 MB."""
    over = threading.Event()

    class Newspaper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                if self.path == "/hangs":
                    over.wait()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.end_headers()
                for _ in range(50):
                    if self.path == "/drips":
                        self.wfile.write(b"<")
                        if over.wait(0.5):
                            return
                    else:
                        self.wfile.write(MEGABYTE)
            except OSError:
                return  # whoever asked has gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Newspaper)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_a_crisis_while_feeds_hang_drip_and_flood(tmp_path: Path) -> None:
    """Three feeds are silent, and the brand is unknown, not calm. A crisis comes in through the door: paged within two
    ticks, with "at least", and API, metrics, status page and wall say the same.
    """
    with a_phone() as phone, a_newspaper() as newspaper:
        feeds = {
            name: {"type": "feeds", "urls": [f"{newspaper}/{name}"], "silence_after": "1s"}
            for name in ("hangs", "drips", "huge")
        }
        settings = settings_for(phone.url("ana")) | {"sources": {"door": {"type": "http"}} | feeds}
        with RunningDaemon(tmp_path, settings) as daemon:
            eventually(lambda: len(daemon.json("/api/v1/brands")["brands"][0]["blind"]) == 3, "all three are silent")
            (acme,) = daemon.json("/api/v1/brands")["brands"]
            assert (acme["score"], acme["level"], acme["at_least"]) == (None, None, False)
            assert "desconocido" in daemon.get("/")[1].decode()
            assert daemon.send(a_crisis())[0] == 202
            eventually(lambda: any("CRISIS · Acme" in title for title in phone.titles), "the crisis is paged")
            title, body = next((title, body) for _, title, body in phone.pages if "CRISIS · Acme" in title)
            assert "al menos" in title
            assert "no se ve drips, hangs, huge" in body
            (acme,) = daemon.json("/api/v1/brands")["brands"]
            assert (acme["level"], acme["at_least"]) == ("crisis", True)
            incident = daemon.json("/api/v1/incidents")["incidents"][0]
            assert (incident["at_least"], incident["unseen"]) == (True, ["drips", "hangs", "huge"])
            opened = next(
                event for event in daemon.json("/api/v1/events")["events"] if event["event"] == "incident_opened"
            )
            assert opened["unseen"] == ["drips", "hangs", "huge"]
            assert daemon.metric('sentinel_brands_lower_bound{level="crisis"}') == 1
            assert daemon.metric('sentinel_crisis_score{brand="Acme"}') >= 80
            for path in ("/", "/wall", f"/incidents/{incident['id']}"):
                shown = daemon.get(path)[1].decode()
                assert "≥" in shown, path
                assert "no se ve drips, hangs, huge" in shown, path
