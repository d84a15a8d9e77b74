"""Slack through an application of one's own, with buttons: "I have it" is told to Sentinel by Slack itself."""

import msgspec

from sentinel.notify.base import Button, Feature, Message, Notifier, SendOutcome, SendReason, Status
from sentinel.notify.bot_address import SLACK, read_bot_address
from sentinel.notify.fit import fit
from sentinel.notify.request import Asked, ask, outcome_of, within

SECTION, LABEL = 2_900, 70
"""Bytes of a section and of a button's label; Slack takes 3,000 and 75 characters."""
PRESSED = "sentinel_take"
"""What Slack calls our button when it says that it was pressed."""
_LATER = ("ratelimited", "rate_limited", "service_unavailable", "internal_error", "fatal_error", "request_timeout")


class _Told(msgspec.Struct):
    """Slack answers 200 to what it refuses too."""

    ok: bool = True
    error: str = ""


class SlackBotNotifier(Notifier):
    """Writes to one channel, group or person: ``slackbot://xoxb-TOKEN/CHANNEL``, by its ID."""

    schemes = (SLACK,)
    example = "slackbot://xoxb-{secret}/C0123456?gateway=http://{host}"

    def complaint(self, url: str) -> str | None:
        read = read_bot_address(url)
        return read if isinstance(read, str) else None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.BUTTONS,))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        address = read_bot_address(url)
        if isinstance(address, str):
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=address)
        asked = Asked(
            method="POST",
            url=f"{address.server}/api/chat.postMessage",
            headers={
                "Authorization": f"Bearer {address.token}",
                "Content-Type": "application/json; charset=utf-8",
            },
            content=msgspec.json.encode(
                {
                    "channel": address.chat,
                    "text": escaped(message.title),
                    "blocks": blocks_of(message),
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
            ),
            listen=True,
        )
        answer = ask(asked, timeout=within(timeout))
        if isinstance(answer, SendOutcome):
            return answer
        outcome = outcome_of(answer)
        return _said(answer.body) if outcome.status is Status.ACCEPTED else outcome


def blocks_of(message: Message) -> list[dict[str, object]]:
    """Title and body as they are, and the buttons below them."""
    body = "\n".join(part for part in (message.body, "" if message.buttons else message.link or "") if part)
    text = fit("\n".join(part for part in (f"*{escaped(message.title)}*", escaped(body)) if part), SECTION)
    blocks: list[dict[str, object]] = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    if keys := [_key(each, place) for place, each in enumerate(message.buttons) if each.press or not each.acts]:
        blocks.append({"type": "actions", "elements": keys})
    return blocks


def escaped(text: str) -> str:
    """Letter by letter: no text rings for a whole channel.

    Examples
    --------
    >>> escaped("<!channel> & <http://evil.example|here>")
    '&lt;!channel&gt; &amp; &lt;http://evil.example|here&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _key(button: Button, place: int) -> dict[str, object]:
    label = {"type": "plain_text", "text": fit(button.label, LABEL)}
    if button.press:
        return {"type": "button", "text": label, "action_id": PRESSED, "value": button.press, "style": "primary"}
    return {"type": "button", "text": label, "action_id": f"sentinel_open_{place}", "url": button.url}


def _said(body: bytes) -> SendOutcome:
    try:
        told = msgspec.json.decode(body, type=_Told)
    except msgspec.MsgspecError:  # it said yes, and the rest came in part
        return SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT, detail="half an answer")
    if told.ok:
        return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
    detail = told.error[:60] if told.error.replace("_", "").isalnum() else "refused"
    if told.error in _LATER:
        return SendOutcome(status=Status.RETRY, reason=SendReason.SERVER_ERROR, detail=detail)
    return SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED, detail=detail)
