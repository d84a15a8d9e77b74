"""The receiver of the tour, and the picture of it in the documents: a test page as it prints it."""

import contextlib
import importlib.util
import io
import os
import textwrap
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, Status
from sentinel.notify.notice import notice

ROOT = Path(__file__).parents[2]
PICTURE = Path("docs/images/test-page.svg")
COLUMNS = 88


@contextlib.contextmanager
def a_receiver() -> Iterator[str]:
    """The tour's own, on a free port; its channel's URL."""
    spec = importlib.util.spec_from_file_location("receiver", ROOT / "config" / "examples" / "receiver.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with HTTPServer(("127.0.0.1", 0), module.Phone) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/page"
        server.shutdown()
        thread.join()


def printed(message: Message) -> list[str]:
    """What the receiver prints of a message that Apprise carries to it."""
    with a_receiver() as url, contextlib.redirect_stdout(io.StringIO()) as shown:
        assert AppriseNotifier().send(url, message, timeout=5).status is Status.ACCEPTED
    return shown.getvalue().strip().splitlines()


def drawn(lines: list[str]) -> str:
    """A terminal with these lines, which needs no font but the reader's own."""
    wrapped = [part for line in lines for part in textwrap.wrap(line, COLUMNS, subsequent_indent="│ ") or [""]]
    height = 64 + 22 * len(wrapped)
    text = "\n".join(
        f'<text x="20" y="{62 + 22 * number}" xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(wrapped)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {height}" width="800" height="{height}" '
        'role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6e9ef">\n'
        f'<rect width="800" height="{height}" rx="8" fill="#1b2130"/>\n'
        f'<text x="20" y="27" fill="#9aa4b8">$ make receiver</text>\n{text}\n</svg>\n'
    )


def test_the_documents_picture_is_what_the_receiver_shows() -> None:
    """`make pictures` draws it anew when the words of a test page have changed."""
    picture = drawn(
        ["waiting for pages on http://127.0.0.1:9099/page (Ctrl+C ends)", *printed(notice("es", "test", name="Ana"))]
    )
    assert "Aviso de prueba" in picture
    if os.environ.get("SENTINEL_SCREENSHOTS"):
        (ROOT / PICTURE).write_text(picture, encoding="utf-8")
    assert (ROOT / PICTURE).read_text(encoding="utf-8") == picture
