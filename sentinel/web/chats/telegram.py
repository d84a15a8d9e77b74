"""``POST /chat/telegram``: Telegram says who pressed what (its webhook), and shows the secret that it was given.

Whoever pressed reads our answer at once, since it is the response; the message says who has it a moment later.
"""

import asyncio
import hmac

import msgspec
import structlog
from aiohttp import web

from sentinel.config.schema import Config
from sentinel.notify.base import SendOutcome
from sentinel.notify.bot_address import TELEGRAM, BotAddress, read_bot_address
from sentinel.notify.channels import scheme_of
from sentinel.notify.fit import fit
from sentinel.notify.request import ask
from sentinel.notify.telegrambot import TEXT, asked_of
from sentinel.web.access.visible import config_for_chats
from sentinel.web.answer import as_json
from sentinel.web.chats.press import ChatAnswer, chats_of, pressed, signed_body
from sentinel.web.http.body import RefusedBody

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SHOWN = 190
"""Characters of an answer that Telegram shows above the chat; longer ones, up to 200, are a window."""
WITHIN = 3.0
log = structlog.get_logger(__name__)


class TelegramUser(msgspec.Struct):
    """Who pressed."""

    id: int
    language_code: str = ""


class TelegramChat(msgspec.Struct):
    """Where."""

    id: int


class TelegramMarkup(msgspec.Struct):
    """The buttons below a message."""

    inline_keyboard: list[list[dict[str, object]]] = []


class TelegramMessage(msgspec.Struct):
    """The message with the button, as it stands."""

    message_id: int
    chat: TelegramChat
    text: str = ""
    reply_markup: TelegramMarkup = msgspec.field(default_factory=TelegramMarkup)


class TelegramPress(msgspec.Struct):
    """A button that was pressed."""

    id: str
    user: TelegramUser = msgspec.field(name="from")
    data: str = ""
    message: TelegramMessage | None = None


class TelegramUpdate(msgspec.Struct):
    """What Telegram posts; the rest of it is not read."""

    callback_query: TelegramPress | None = None


async def post_telegram(request: web.Request) -> web.Response:
    """The response is what whoever pressed reads; of anything that is no press nothing is made."""
    config = config_for_chats(request)
    settings = chats_of(request).telegram
    if settings is None:
        raise web.HTTPNotFound
    body = await signed_body(request)
    shown = request.headers.get(HEADER, "").encode("utf-8", "replace")
    if not hmac.compare_digest(settings.secret.get_secret_value().encode(), shown):
        raise RefusedBody(401, f"{HEADER}: missing or wrong; call setWebhook with chats.telegram.secret")
    try:
        press = msgspec.json.decode(body, type=TelegramUpdate).callback_query
    except msgspec.MsgspecError:
        raise RefusedBody(400, "the body is nothing that Telegram's buttons send") from None
    if press is None:
        return web.Response()
    answer = await pressed(request, "telegram", str(press.user.id), press.data, press.user.language_code)
    if answer.mark and press.message is not None:
        await _mark(config, press.message, answer)
    said = answer.said if len(answer.said) <= SHOWN else f"{answer.said[: SHOWN - 1]}…"
    return as_json(
        {
            "method": "answerCallbackQuery",
            "callback_query_id": press.id,
            "text": said,
            "show_alert": not answer.mark,
        }
    )


async def _mark(config: Config, message: TelegramMessage, answer: ChatAnswer) -> None:
    address = _address_of(config, message.chat.id)
    if address is None or not message.text:
        return
    left = [[key for key in row if "url" in key] for row in message.reply_markup.inline_keyboard[:5]]
    fields: dict[str, object] = {
        "chat_id": message.chat.id,
        "message_id": message.message_id,
        "text": f"{fit(message.text, TEXT - len(answer.mark.encode()) - 1)}\n{answer.mark}",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [row for row in left if row]},
    }
    said = await asyncio.to_thread(ask, asked_of(address, "editMessageText", fields), timeout=WITHIN)
    if isinstance(said, SendOutcome) or said.status >= 300:
        log.warning("chat_unanswered", chat="telegram", reason="the press counts; the message there stays as it was")


def _address_of(config: Config, chat: int) -> BotAddress | None:
    """The bot that writes to a chat."""
    for contact in config.contacts.values():
        for channel in contact.channels:
            url = channel.get_secret_value()
            read = read_bot_address(url) if scheme_of(url) == TELEGRAM else ""
            if isinstance(read, BotAddress) and read.chat == str(chat):
                return read
    return None


ROUTES = (web.post("/chat/telegram", post_telegram),)
