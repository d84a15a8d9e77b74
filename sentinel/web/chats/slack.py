"""``POST /chat/slack``: Slack says who pressed what (its *Interactivity* request URL), signed with the application's
secret.
"""

import asyncio
import hmac
from urllib.parse import parse_qs

import msgspec
import structlog
from aiohttp import web

from sentinel.notify.base import SendOutcome
from sentinel.notify.request import Asked, ask
from sentinel.notify.slackbot import PRESSED, escaped
from sentinel.web.chats.press import ChatAnswer, chats_of, pressed, require_fresh, signed_body
from sentinel.web.http.body import RefusedBody

HOOKS = "https://hooks.slack.com/"
"""Where Slack takes answers; an answer goes nowhere else."""
WITHIN = 2.0
"""Seconds for an answer: Slack waits three for ours."""
log = structlog.get_logger(__name__)


class SlackUser(msgspec.Struct):
    """Who pressed."""

    id: str


class SlackAction(msgspec.Struct):
    """One button that was pressed."""

    action_id: str
    value: str = ""


class SlackMessage(msgspec.Struct):
    """The message with the button, as it stands."""

    text: str = ""
    blocks: list[dict[str, object]] = []


class SlackPayload(msgspec.Struct):
    """What Slack posts; the rest of it is not read."""

    type: str
    user: SlackUser
    actions: list[SlackAction] = []
    message: SlackMessage = msgspec.field(default_factory=SlackMessage)
    response_url: str = ""


async def post_slack(request: web.Request) -> web.Response:
    """Answers 200 at once to whatever is signed; what came of a press goes to the address that Slack gave for it."""
    settings = chats_of(request).slack
    if settings is None:
        raise web.HTTPNotFound
    body = await signed_body(request)
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    _require_signed(request, settings.signing_secret.get_secret_value(), stamp, body)
    require_fresh(request, stamp)
    payload = _read(body)
    press = next((each for each in payload.actions if each.action_id == PRESSED), None)
    if payload.type != "block_actions" or press is None:  # a button that opens a page is told of as well
        return web.Response()
    answer = await pressed(request, "slack", payload.user.id, press.value)
    await _answer(payload, answer)
    return web.Response()


def _require_signed(request: web.Request, secret: str, stamp: str, body: bytes) -> None:
    shown = request.headers.get("X-Slack-Signature", "")
    wanted = (
        "v0=" + hmac.digest(secret.encode(), b"v0:" + stamp.encode("utf-8", "replace") + b":" + body, "sha256").hex()
    )
    if not hmac.compare_digest(wanted.encode(), shown.encode("utf-8", "replace")):
        raise RefusedBody(401, "X-Slack-Signature: wrong; chats.slack.signing_secret is not this application's")


def _read(body: bytes) -> SlackPayload:
    try:
        raw = parse_qs(body.decode(), max_num_fields=4)["payload"][0]
        return msgspec.json.decode(raw, type=SlackPayload)
    except (ValueError, KeyError, msgspec.MsgspecError):
        raise RefusedBody(400, "payload: this is nothing that Slack's buttons send") from None


async def _answer(payload: SlackPayload, answer: ChatAnswer) -> None:
    if not payload.response_url.startswith(HOOKS):
        return
    told: dict[str, object] = {"response_type": "ephemeral", "replace_original": False, "text": escaped(answer.said)}
    if answer.mark:
        told = {
            "replace_original": True,
            "text": payload.message.text,
            "blocks": _marked(payload.message.blocks, answer.mark),
        }
    asked = Asked(
        method="POST",
        url=payload.response_url,
        headers={"Content-Type": "application/json; charset=utf-8"},
        content=msgspec.json.encode(told),
    )
    said = await asyncio.to_thread(ask, asked, timeout=WITHIN)
    if isinstance(said, SendOutcome) or said.status >= 300:
        log.warning("chat_unanswered", chat="slack", reason="the press counts; the message in Slack stays as it was")


def _marked(blocks: list[dict[str, object]], mark: str) -> list[dict[str, object]]:
    """The message without our button, and with who has it."""
    kept: list[dict[str, object]] = []
    for block in blocks[:20]:
        elements = block.get("elements")
        if block.get("type") == "actions" and isinstance(elements, list):
            left = [each for each in elements if isinstance(each, dict) and each.get("action_id") != PRESSED]
            if left:
                kept.append({**block, "elements": left})
        else:
            kept.append(block)
    return [*kept, {"type": "context", "elements": [{"type": "plain_text", "text": mark[:2000]}]}]


ROUTES = (web.post("/chat/slack", post_slack),)
