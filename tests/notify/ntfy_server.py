"""An ntfy server for tests: takes what ntfy takes, refuses what it would refuse, and what it would quietly misread
besides.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header

from tests.notify.receiver import Receiver, Request, Wrong, serving

FIELDS = {
    "topic": str,
    "title": str,
    "message": str,
    "priority": int,
    "tags": list,
    "click": str,
    "actions": list,
    "sequence_id": str,
}
ACTION = {"action": str, "label": str, "url": str, "method": str, "clear": bool}
HEADERS = ("X-Title", "X-Message", "X-Priority", "X-Tags", "X-Click", "X-Actions", "X-Filename", "X-Sequence-ID")
PLAIN = (
    "Host",
    "User-Agent",
    "Accept-Encoding",
    "Accept",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Authorization",
)


@dataclass
class Published:
    topic: str
    title: str
    message: str
    priority: int
    tags: list[str]
    click: str | None = None
    actions: list[dict[str, object]] = field(default_factory=list)
    sequence: str | None = None
    picture: bytes | None = None
    authorization: str | None = None


@dataclass
class Ntfy:
    """``keeps``: whether the server keeps attachments at all."""

    keeps: bool = True
    published: list[Published] = field(default_factory=list)

    def take(self, request: Request) -> object:
        if "?" in request.path:
            raise Wrong("words or tokens in a query end up in access logs")
        if request.method == "POST" and request.path == "/":
            found = self.from_json(request)
        elif request.method == "PUT" and re.fullmatch(r"/[-_A-Za-z0-9]{1,64}", request.path):
            found = self.from_headers(request)
        else:
            raise Wrong(f"{request.method} {request.path}", 404)
        found.authorization = request.headers["Authorization"]
        self.published.append(found)
        return {"id": "x" * 12, "event": "message", "topic": found.topic}

    def from_json(self, request: Request) -> Published:
        if request.headers["Content-Type"] != "application/json":
            raise Wrong("no JSON")
        try:
            told = json.loads(request.body.decode("utf-8"))
        except ValueError:
            raise Wrong("not UTF-8 JSON") from None
        checked(told, FIELDS, required=("topic", "title", "message", "priority", "tags"))
        if len(told["message"].encode()) > 4096:
            raise Wrong("becomes an attachment")
        return self.checked_page(
            Published(
                told["topic"],
                told["title"],
                told["message"],
                told["priority"],
                told["tags"],
                told.get("click"),
                told.get("actions", []),
                told.get("sequence_id"),
            )
        )

    def from_headers(self, request: Request) -> Published:
        if not self.keeps:
            raise Wrong("attachments not allowed")
        for name in request.headers:
            if name not in HEADERS and name not in PLAIN:
                raise Wrong(f"header {name} means nothing to ntfy")
        heads = {name: words(request.headers[name]) for name in HEADERS if request.headers[name] is not None}
        for name in ("X-Title", "X-Message", "X-Priority", "X-Tags", "X-Filename"):
            if name not in heads:
                raise Wrong(f"no {name}")
        if not request.body.startswith(b"\x89PNG") or request.headers["Content-Type"] != "image/png":
            raise Wrong("no PNG")
        return self.checked_page(
            Published(
                request.path[1:],
                heads["X-Title"],
                heads["X-Message"],
                int(heads["X-Priority"]),
                heads["X-Tags"].split(","),
                heads.get("X-Click"),
                json.loads(heads.get("X-Actions", "[]")),
                heads.get("X-Sequence-ID"),
                request.body,
            )
        )

    def checked_page(self, page: Published) -> Published:
        if page.priority not in range(1, 6):
            raise Wrong("priority")
        if not page.message or not all(isinstance(tag, str) and tag.isascii() for tag in page.tags):
            raise Wrong("message or tags")
        if page.sequence is not None and not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", page.sequence):
            raise Wrong("sequence id")
        if len(page.actions) > 3:
            raise Wrong("too many actions")
        for action in page.actions:
            checked(action, ACTION, required=("action", "label", "url"))
            if action["action"] not in ("view", "http"):
                raise Wrong("action")
        return page


def checked(told: object, fields: dict[str, type], *, required: tuple[str, ...]) -> None:
    if not isinstance(told, dict):
        raise Wrong("no object")
    for name, value in told.items():
        if name not in fields:
            raise Wrong(f"unknown field {name}")
        if type(value) is not fields[name]:
            raise Wrong(f"{name} is no {fields[name].__name__}")
    for name in required:
        if name not in told:
            raise Wrong(f"no {name}")


def words(header: str) -> str:
    """As ntfy reads a header: encoded words become UTF-8; anything else must be ASCII."""
    if not header.isascii():
        raise Wrong("a header that is not ASCII")
    return "".join(
        part.decode(code or "ascii") if isinstance(part, bytes) else part for part, code in decode_header(header)
    ).strip()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def an_ntfy(**how: bool) -> Iterator[tuple[Ntfy, Receiver]]:
    ntfy = Ntfy(**how)
    with serving(Receiver(ntfy.take)) as receiver:
        yield ntfy, receiver
