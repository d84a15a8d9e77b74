"""``POST /api/v1/mentions``: the endpoint that takes mentions of programs. Answers 202 only once they are on disk."""

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.mention import Mention
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import visitor_of
from sentinel.web.answer import as_json
from sentinel.web.api.events import NDJSON
from sentinel.web.api.shapes import Fault, Receipt, Rejection
from sentinel.web.endpoint import TEXT, Content, post
from sentinel.web.http.body import RefusedBody, read_body
from sentinel.web.http.posting import retry_after

PRESSED_WAIT = 5.0
"""Seconds until a client that met a full queue should try again: about a tick."""


@post(
    "/api/v1/mentions",
    "Bring one mention, an array, or NDJSON",
    (202, "Everything accepted is on disk.", Receipt),
    (400, "Nothing could be taken.", Content((Receipt, Fault))),
    scope=Scope.MENTIONS,
    body=Content((Mention, list[Mention]), {NDJSON: {"schema": TEXT | {"description": "One Mention a line."}}}),
)
async def post_mentions(request: web.Request) -> web.Response:
    """One mention, a JSON array or NDJSON; 400 when nothing of it could be taken."""
    ports = ports_of(request)
    if ports.pressed():
        raise RefusedBody(
            429,
            "the queue is full: mentions come faster than they are folded; nothing was taken, "
            "send the same again later",
            headers=retry_after(PRESSED_WAIT),
        )
    body = await read_body(request, ports.config().web.max_body, setting="web.max_body")
    taken = await ports.mentions.take(body, request.content_type, visitor_of(request).sources)
    receipt = Receipt(
        accepted=taken.accepted,
        duplicates=taken.duplicates,
        rejected=[Rejection(line, error) for line, error in taken.rejected],
    )
    if not taken.whole:
        raise RefusedBody(
            429,
            f"the queue is full: {receipt.accepted} new mentions were taken and {receipt.duplicates} were known; "
            "send the same again later, what was taken counts once",
            headers=retry_after(PRESSED_WAIT),
        )
    nothing = receipt.rejected and not (receipt.accepted or receipt.duplicates)
    return as_json(receipt, status=400 if nothing else 202)
