"""Telegram through a bot of one's own, with buttons: "I have it" is told to Sentinel by Telegram itself."""

from dataclasses import replace

import msgspec

from sentinel.notify.base import Feature, Message, Notifier, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.bot_address import TELEGRAM, BotAddress, read_bot_address
from sentinel.notify.fit import fit
from sentinel.notify.request import LONGEST, Asked, ask, outcome_of, within

TEXT = 4_000
"""Bytes of a message; Telegram takes 4,096 characters."""


class _Parameters(msgspec.Struct, frozen=True):
    retry_after: float = 0.0


class _Told(msgspec.Struct):
    """What stands beside a status; Telegram says there how long to wait."""

    parameters: _Parameters = _Parameters()


class TelegramBotNotifier(Notifier):
    """Writes to one chat: ``telegrambot://TOKEN/CHAT``. ``?gateway=https://host`` is a Bot API server of one's own."""

    schemes = (TELEGRAM,)
    example = "telegrambot://1234567:{secret}/42?gateway=http://{host}"

    def complaint(self, url: str) -> str | None:
        read = read_bot_address(url)
        return read if isinstance(read, str) else None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.BUTTONS,))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        address = read_bot_address(url)
        if isinstance(address, str):
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=address)
        fields: dict[str, object] = {
            "chat_id": int(address.chat),
            "text": fit("\n".join(part for part in (message.title, message.body, _link(message)) if part), TEXT),
            "disable_notification": message.urgency is Urgency.QUIET,
            "link_preview_options": {"is_disabled": True},
        }
        if keys := [_key(each.label, each.url, each.press) for each in message.buttons if each.press or not each.acts]:
            fields["reply_markup"] = {"inline_keyboard": [keys]}
        answer = ask(asked_of(address, "sendMessage", fields), timeout=within(timeout))
        if isinstance(answer, SendOutcome):
            return answer
        outcome = outcome_of(answer)
        if outcome.reason is SendReason.RATE_LIMITED and (wait := _wait(answer.body)):
            return replace(outcome, retry_after=min(wait, LONGEST))
        return outcome


def asked_of(address: BotAddress, method: str, fields: dict[str, object]) -> Asked:
    """A method of the Bot API."""
    return Asked(
        method="POST",
        url=f"{address.server}/bot{address.token}/{method}",
        headers={"Content-Type": "application/json"},
        content=msgspec.json.encode(fields),
        listen=True,
    )


def _link(message: Message) -> str:
    return (message.link or "") if not message.buttons else ""


def _key(label: str, url: str, press: str) -> dict[str, str]:
    return {"text": label, "callback_data": press} if press else {"text": label, "url": url}


def _wait(body: bytes) -> float:
    try:
        return msgspec.json.decode(body, type=_Told).parameters.retry_after
    except msgspec.MsgspecError:
        return 0.0
