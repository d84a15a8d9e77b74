"""Telegram: what is written in the channels and groups in which one's own bot is a member."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import SourceError
from sentinel.mention import Author, Kind, Mention
from sentinel.sources.plain_text import storable
from sentinel.sources.polling import Request, RequestRefused, believed_wait, read_json
from sentinel.sources.rounds import PolledSource, Round, RoundPart

HOLD = 25
"""Seconds that Telegram holds a question until there is something to tell."""
RENEW = "make a new token for the bot with @BotFather and put it into `token`"
KINDS = '["message","edited_message","channel_post","edited_channel_post"]'


class TelegramSettings(SourceSettings):
    """Channels and groups in which a bot of yours is a member."""

    token: SecretStr = Field(examples=["secret"])
    """The bot's, from @BotFather; in groups its privacy mode has to be off, in channels it is an administrator."""
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://")
    """Telegram's API, or a server of your own that speaks it."""


class Confirmed(msgspec.Struct, omit_defaults=True):
    """The update to ask for next; asking for it confirms those before."""

    offset: int = 0


class _Chat(msgspec.Struct, frozen=True):
    id: int
    title: str | None = None
    username: str | None = None
    type: str = ""


class _User(msgspec.Struct, frozen=True):
    id: int
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None


class _Entity(msgspec.Struct, frozen=True):
    url: str | None = None


class _Replied(msgspec.Struct, frozen=True):
    message_id: int


class _Message(msgspec.Struct, frozen=True):
    message_id: int
    date: int
    chat: _Chat
    sender: _User | None = msgspec.field(name="from", default=None)
    text: str | None = None
    caption: str | None = None
    entities: list[_Entity] | None = None
    caption_entities: list[_Entity] | None = None
    reply_to_message: _Replied | None = None


class _Update(msgspec.Struct, frozen=True):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    channel_post: _Message | None = None
    edited_channel_post: _Message | None = None


class _Numbered(msgspec.Struct, frozen=True):
    update_id: int


class _Updates(msgspec.Struct, frozen=True):
    ok: bool
    result: list[msgspec.Raw]


class _Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None


class _Fault(msgspec.Struct, frozen=True):
    parameters: _Parameters = _Parameters()


class TelegramSource(PolledSource[TelegramSettings, Confirmed]):
    """Channels and groups in which a bot of yours is a member; edits too, of deletions Telegram tells nobody."""

    settings_model = TelegramSettings
    state_model = Confirmed
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=5)
    pace = 0.0

    def pause(self, state: Confirmed) -> float:
        return 0.0  # the far side holds the question

    def parts(self, state: Confirmed) -> Sequence[RoundPart[Confirmed]]:
        return [RoundPart("updates", self._updates)]

    async def _updates(self, turn: Round[Confirmed]) -> None:
        request = Request(
            url=f"{self.settings.api_url.rstrip('/')}/bot{self.settings.token.get_secret_value()}/getUpdates",
            name="Telegram",
            params={"offset": str(turn.state.offset), "timeout": str(HOLD), "allowed_updates": KINDS},
            renew=RENEW,
        )
        try:
            found = await turn.json(request, _Updates)
        except RequestRefused as error:
            raise _explained(error) from None
        numbers = await turn.items(found.result, _Numbered, "Telegram")
        if found.result and not numbers:
            raise SourceError("Telegram sends updates without a number; check `api_url`")
        updates = await turn.items(found.result, _Update, "Telegram")
        if numbers:
            turn.state.offset = max(each.update_id for each in numbers) + 1
        new = [m for each in updates if (m := self._mention(each.message or each.channel_post)) is not None]
        edited = [
            m for each in updates if (m := self._mention(each.edited_message or each.edited_channel_post)) is not None
        ]
        await turn.put(new, edited=edited)

    def _mention(self, message: _Message | None) -> Mention | None:
        text = storable((message.text or message.caption or "") if message is not None else "")
        if message is None or not text:
            return None
        chat, sender, answered = message.chat, message.sender, message.reply_to_message
        place = chat.username or f"c/{str(chat.id).removeprefix('-100').removeprefix('-')}"
        links = [each.url for each in (*(message.entities or ()), *(message.caption_entities or ())) if each.url]
        return Mention(
            source=self.name,
            id=f"{chat.id}:{message.message_id}",
            text=text,
            published_at=datetime.fromtimestamp(message.date, UTC),
            lang=self.settings.lang,
            kind=Kind.REPLY if answered is not None else Kind.POST,
            url=f"https://t.me/{place}/{message.message_id}",
            author=Author(
                id=str(sender.id),
                name=f"{sender.first_name} {sender.last_name or ''}".strip() or None,
                handle=sender.username,
            )
            if sender is not None
            else Author(id=str(chat.id), name=chat.title, handle=chat.username),
            parent_id=f"{chat.id}:{answered.message_id}" if answered is not None else None,
            links=tuple(dict.fromkeys(links)) or None,
        )


def _explained(error: RequestRefused) -> RequestRefused:
    """Telegram says in the body how long to wait, and two readers of one bot exclude each other."""
    if error.status == 409:
        said = (
            "Telegram answers 409: another program reads this bot, or it has a webhook; make a bot for Sentinel alone"
        )
        return RequestRefused(said, status=409, permanent=True)
    if error.status == 404:  # as it answers to a token that never was one
        return RequestRefused(f"Telegram does not know the token (404); {RENEW}", status=401, permanent=True)
    if error.status == 429 and error.retry_after is None:
        try:
            wait = read_json(error.body, _Fault, "Telegram").parameters.retry_after
        except SourceError:
            wait = None
        return RequestRefused(str(error), status=429, retry_after=believed_wait(wait) if wait else None)
    return error
