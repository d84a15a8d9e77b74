"""``POST /chat/discord``: Discord says who pressed what (its *Interactions Endpoint URL*), signed with Ed25519."""

import msgspec
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sentinel.notify.fit import fit
from sentinel.web.answer import as_json
from sentinel.web.chats.press import ChatAnswer, chats_of, pressed, require_fresh, signed_body
from sentinel.web.http.body import RefusedBody

PING, COMPONENT = 1, 3
"""What Discord asks: whether anybody is there; a button was pressed."""
PONG, REPLY, UPDATE = 1, 4, 7
"""What we answer: that we are; words for whoever pressed; the message as it is from now on."""
EPHEMERAL = 1 << 6
"""Seen by whoever pressed alone."""
MOST = 1_990
"""Bytes of a message; Discord takes 2,000 characters."""


class DiscordUser(msgspec.Struct):
    """Who pressed."""

    id: str


class DiscordMember(msgspec.Struct):
    """The same on a server."""

    user: DiscordUser


class DiscordData(msgspec.Struct):
    """What was pressed."""

    custom_id: str = ""


class DiscordMessage(msgspec.Struct):
    """The message with the button, as it stands."""

    content: str = ""
    components: list[dict[str, object]] = []


class DiscordInteraction(msgspec.Struct):
    """What Discord posts; the rest of it is not read."""

    type: int
    data: DiscordData = msgspec.field(default_factory=DiscordData)
    member: DiscordMember | None = None
    user: DiscordUser | None = None
    message: DiscordMessage = msgspec.field(default_factory=DiscordMessage)
    locale: str = ""


async def post_discord(request: web.Request) -> web.Response:
    """The answer is the message as it is from now on, or words for whoever pressed alone."""
    settings = chats_of(request).discord
    if settings is None:
        raise web.HTTPNotFound
    body = await signed_body(request)
    stamp = request.headers.get("X-Signature-Timestamp", "")
    _require_signed(request, settings.public_key, stamp, body)
    require_fresh(request, stamp)
    try:
        told = msgspec.json.decode(body, type=DiscordInteraction)
    except msgspec.MsgspecError:
        raise RefusedBody(400, "the body is nothing that Discord's buttons send") from None
    if told.type == PING:
        return as_json({"type": PONG})
    who = told.member.user if told.member is not None else told.user
    if told.type != COMPONENT or who is None:
        raise RefusedBody(400, f"type: {told.type} is not asked of Sentinel; it has buttons alone")
    answer = await pressed(request, "discord", who.id, told.data.custom_id, told.locale)
    return as_json(_answered(told.message, answer))


def _require_signed(request: web.Request, key: str, stamp: str, body: bytes) -> None:
    try:
        shown = bytes.fromhex(request.headers.get("X-Signature-Ed25519", ""))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(shown, stamp.encode("utf-8", "replace") + body)
    except (InvalidSignature, ValueError):
        raise RefusedBody(
            401, "X-Signature-Ed25519: wrong; chats.discord.public_key is not this application's"
        ) from None


def _answered(message: DiscordMessage, answer: ChatAnswer) -> dict[str, object]:
    quiet: dict[str, object] = {"parse": []}
    if not answer.mark:
        return {"type": REPLY, "data": {"content": answer.said, "flags": EPHEMERAL, "allowed_mentions": quiet}}
    content = f"{fit(message.content, MOST - len(answer.mark.encode()) - 1)}\n{answer.mark}"
    left = [row for row in map(_without_ours, message.components[:5]) if row["components"]]
    return {"type": UPDATE, "data": {"content": content, "components": left, "allowed_mentions": quiet}}


def _without_ours(row: dict[str, object]) -> dict[str, object]:
    """A row with the buttons that lead somewhere."""
    found = row.get("components")
    keys = [each for each in found if isinstance(each, dict) and "url" in each] if isinstance(found, list) else []
    return {"type": row.get("type"), "components": keys}


ROUTES = (web.post("/chat/discord", post_discord),)
