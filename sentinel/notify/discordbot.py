"""Discord through an application of one's own, with buttons: "I have it" is told to Sentinel by Discord itself."""

import msgspec

from sentinel.notify.base import Button, Feature, Message, Notifier, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.bot_address import DISCORD, read_bot_address
from sentinel.notify.fit import fit
from sentinel.notify.request import Asked, ask, outcome_of, within

TEXT, LABEL = 1_900, 75
"""Bytes of a message and of a button's label; Discord takes 2,000 and 80 characters."""
SILENT = 1 << 12
"""A message that rings for nobody."""
ROW, BUTTON, PRIMARY, LINK = 1, 2, 1, 5
"""What Discord calls a row, a button, one that acts and one that leads somewhere."""


class DiscordBotNotifier(Notifier):
    """Writes to one channel: ``discordbot://TOKEN/CHANNEL``, by its number."""

    schemes = (DISCORD,)
    example = "discordbot://{secret}.bot/123456?gateway=http://{host}"

    def complaint(self, url: str) -> str | None:
        read = read_bot_address(url)
        return read if isinstance(read, str) else None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.BUTTONS,))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        address = read_bot_address(url)
        if isinstance(address, str):
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=address)
        link = "" if message.buttons else message.link or ""
        fields: dict[str, object] = {
            "content": fit("\n".join(part for part in (message.title, message.body, link) if part), TEXT),
            "allowed_mentions": {"parse": []},
            "flags": SILENT if message.urgency is Urgency.QUIET else 0,
        }
        if keys := [_key(each) for each in message.buttons if each.press or not each.acts]:
            fields["components"] = [{"type": ROW, "components": keys}]
        asked = Asked(
            method="POST",
            url=f"{address.server}/api/v10/channels/{address.chat}/messages",
            headers={"Authorization": f"Bot {address.token}", "Content-Type": "application/json"},
            content=msgspec.json.encode(fields),
        )
        answer = ask(asked, timeout=within(timeout))
        return answer if isinstance(answer, SendOutcome) else outcome_of(answer)


def _key(button: Button) -> dict[str, object]:
    label = fit(button.label, LABEL)
    if button.press:
        return {"type": BUTTON, "style": PRIMARY, "label": label, "custom_id": button.press}
    return {"type": BUTTON, "style": LINK, "label": label, "url": button.url}
