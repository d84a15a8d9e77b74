"""A Jetstream server on this machine: plays recorded or made events, keeps cursors, drops, stalls and talks rubbish on
command.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

NOON = 1_783_175_888_000_000
"""2026-07-04 14:38:08 UTC in microseconds, when the made events begin."""


def a_post(
    number: int, text: str = "hola @acme", *, did: str = "did:plc:ana", after: float = 0.0, **record: object
) -> str:
    """The event of a new post."""
    body = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-07-04T14:38:07.500Z",
        "langs": ["es-ES"],
        "text": text,
    } | record
    return an_event(number, did, after, operation="create", record=body, cid="bafy")


def a_delete(number: int, *, did: str = "did:plc:ana", after: float = 0.0) -> str:
    """The event of a post taken back."""
    return an_event(number, did, after, operation="delete")


def an_event(number: int, did: str, after: float, **commit: object) -> str:
    return json.dumps(
        {
            "did": did,
            "time_us": NOON + number * 1000 + int(after * 1e6),
            "kind": "commit",
            "commit": {"rev": "3mp", "collection": "app.bsky.feed.post", "rkey": f"r{number}"} | commit,
        }
    )


def an_account(did: str, status: str | None, *, active: bool = False) -> str:
    """The event of an account that changed."""
    return json.dumps(
        {
            "did": did,
            "time_us": NOON + 1,
            "kind": "account",
            "account": {"active": active, "did": did, "status": status},
        }
    )


def uri(number: int, did: str = "did:plc:ana") -> str:
    return f"at://{did}/app.bsky.feed.post/r{number}"


@dataclass
class Relay:
    """Each connection gets the events from its cursor on, at most ``per_connection`` of them, then is closed or
    held.
    """

    events: Sequence[str | bytes] = ()
    per_connection: int | None = None
    hold: bool = True
    status: int = 101
    queries: list[dict[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    server: TestServer = field(init=False)

    async def __aenter__(self) -> "Relay":
        app = web.Application()
        app.router.add_get("/subscribe", self._subscribe)
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/subscribe")).replace("http", "ws", 1)

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        self.headers.append(request.headers.get("User-Agent", ""))
        if self.status != 101:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        due = [event for event in self.events if self._is_due(event, int(request.query.get("cursor", "0")))]
        for event in due[: self.per_connection]:
            await (socket.send_bytes(event) if isinstance(event, bytes) else socket.send_str(event))
        if self.hold:
            while (await socket.receive()).type not in (
                WSMsgType.CLOSE,
                WSMsgType.CLOSING,
                WSMsgType.CLOSED,
                WSMsgType.ERROR,
            ):
                pass
        return socket

    def _is_due(self, event: str | bytes, cursor: int) -> bool:
        try:
            return int(json.loads(event)["time_us"]) >= cursor
        except (ValueError, KeyError, TypeError):
            return True
