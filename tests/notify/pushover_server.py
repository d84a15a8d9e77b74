"""A Pushover for tests: its message and receipt API, as strict as its documentation."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

from tests.notify.receiver import Receiver, Request, Wrong, serving

USER, TOKEN = "u" * 30, "T" * 30
FIELDS = ("token", "user", "title", "message", "priority", "device", "sound", "retry", "expire", "url", "url_title")
LIMITS = {"title": 250, "message": 1024, "url": 512, "url_title": 100}


@dataclass
class Taken:
    fields: dict[str, str]
    picture: bytes | None


@dataclass
class Pushover:
    taken: list[Taken] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    pictures: bool = True

    def take(self, request: Request) -> object:
        where = urlsplit(request.path)
        if request.method == "POST" and where.path == "/1/messages.json":
            return self.message(request)
        if found := re.fullmatch(r"/1/receipts/(r\d{29})\.json", where.path):
            if request.method != "GET" or parse_qs(where.query) != {"token": [TOKEN]}:
                raise Wrong("receipts are got, with a token")
            self.asked.append(found[1])
            return {"status": 1, "acknowledged": int(found[1] in self.acknowledged), "expired": 0, "request": "q"}
        if found := re.fullmatch(r"/1/receipts/(r\d{29})/cancel\.json", where.path):
            if request.method != "POST" or parse_qs(request.body.decode()) != {"token": [TOKEN]}:
                raise Wrong("cancelling is posted, with a token")
            self.cancelled.append(found[1])
            return {"status": 1, "request": "q"}
        raise Wrong(f"{request.method} {request.path}", 404)

    def message(self, request: Request) -> object:
        fields, picture = form(request)
        self.check(fields, picture)
        self.taken.append(Taken(fields, picture))
        receipt = {"receipt": f"r{len(self.taken):029d}"} if fields["priority"] == "2" else {}
        return {"status": 1, "request": "q", **receipt}

    def check(self, fields: dict[str, str], picture: bytes | None) -> None:
        for name in fields:
            if name not in FIELDS:
                raise Wrong(f"unknown field {name}")
        for name in ("token", "user", "message"):
            if not fields.get(name):
                raise Wrong(f"no {name}")
        for name, most in LIMITS.items():
            if len(fields.get(name, "")) > most:
                raise Wrong(f"{name} is too long")
        if (fields["user"], fields["token"]) != (USER, TOKEN):
            raise Wrong("application token is invalid")
        if picture is not None and not self.pictures:
            raise Wrong("attachment could not be processed")
        check_priority(fields)


def check_priority(fields: dict[str, str]) -> None:
    priority = int(fields["priority"])
    urgent = priority == 2
    if priority not in range(-2, 3) or urgent != ("retry" in fields) or urgent != ("expire" in fields):
        raise Wrong("priority, retry and expire")
    if urgent and (int(fields["retry"]) < 30 or int(fields["expire"]) > 10800):
        raise Wrong("retry or expire")


def form(request: Request) -> tuple[dict[str, str], bytes | None]:
    kind = request.headers["Content-Type"] or ""
    if kind == "application/x-www-form-urlencoded":
        read = parse_qs(
            request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, encoding="utf-8", errors="strict"
        )
        return {name: values[0] for name, values in read.items()}, None
    if not kind.startswith("multipart/form-data; boundary="):
        raise Wrong("no form")
    parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body).get_payload()
    assert isinstance(parts, list)
    fields, picture = {}, None
    for part in parts:
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if name == "attachment":
            if part.get_content_type() != "image/png" or not part.get_filename() or not content.startswith(b"\x89PNG"):
                raise Wrong("no picture")
            picture = content
        else:
            fields[str(name)] = content.decode("utf-8")
    return fields, picture


def url_of(receiver: Receiver, more: str = "") -> str:
    return f"pover://{USER}@{TOKEN}{more}{'&' if '?' in more else '?'}gateway=http://127.0.0.1:{receiver.port}"


@contextmanager
def a_pushover(**how: bool) -> Iterator[tuple[Pushover, Receiver]]:
    pushover = Pushover(**how)
    with serving(Receiver(pushover.take)) as receiver:
        yield pushover, receiver
