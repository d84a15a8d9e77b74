"""Bots of one's own in Slack, Discord and Telegram: words, a button that acts, a button that opens."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sentinel.incidents.links import ActionLinks, ChatPress, LinkFlaw
from sentinel.notify.base import Button, Message, MessageKind, Notifier, SendReason, Status, Urgency
from sentinel.notify.discordbot import DiscordBotNotifier
from sentinel.notify.slackbot import SlackBotNotifier
from sentinel.notify.telegrambot import TelegramBotNotifier
from tests.notify.chat_servers import ChatServer, discord_url, slack_url, telegram_url
from tests.notify.receiver import serving

PRESS = "20260302-0900-83b1d8|3|67f0a1b2|abcdefghijklmnop"
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 Acme 82",
    body="Sube. «<!channel> @everyone» & más",
    link="https://sentinel.example/a/PAGE",
    buttons=(
        Button(label="Lo tengo yo", url="https://sentinel.example/a/TAKE", acts=True, press=PRESS),
        Button(label="Abrir", url="https://sentinel.example/a/PAGE", acts=False),
    ),
)
BOTS: list[tuple[Notifier, Callable[[int], str]]] = [
    (SlackBotNotifier(), slack_url),
    (DiscordBotNotifier(), discord_url),
    (TelegramBotNotifier(), telegram_url),
]
of_each = pytest.mark.parametrize(("notifier", "url"), BOTS, ids=["slack", "discord", "telegram"])


@of_each
def test_a_page_has_two_buttons_and_rings_for_no_whole_channel(notifier: Notifier, url: Callable[[int], str]) -> None:
    """The one that acts holds the signed press and no link of anybody's."""
    server = ChatServer()
    with serving(server.receiver()) as receiver:
        outcome = notifier.send(url(receiver.port), PAGE, timeout=5)
    assert (outcome.status, receiver.wrong) == (Status.ACCEPTED, [])
    said = f"{server.taken}"
    assert PRESS in said
    assert "a/PAGE" in said
    assert "a/TAKE" not in said
    assert "<!channel>" not in f"{server.taken[0].get('blocks')}"


@of_each
def test_what_has_no_button_has_its_link(notifier: Notifier, url: Callable[[int], str]) -> None:
    """News, a test, several pages in one; and the longest text fits."""
    server = ChatServer()
    news = replace(PAGE, kind=MessageKind.UPDATE, urgency=Urgency.QUIET, buttons=())
    with serving(server.receiver()) as receiver:
        assert notifier.send(url(receiver.port), news, timeout=5).status is Status.ACCEPTED
        assert notifier.send(url(receiver.port), replace(PAGE, body="<&" * 4000), timeout=5).status is Status.ACCEPTED
    assert "https://sentinel.example/a/PAGE" in f"{server.taken[0]}"


@of_each
@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("403", (Status.FAILED, SendReason.REFUSED)),
        ("429", (Status.RETRY, SendReason.RATE_LIMITED)),
        ("500", (Status.RETRY, SendReason.SERVER_ERROR)),
        ("302", (Status.FAILED, SendReason.REFUSED)),
    ],
)
def test_a_refusal_is_told_from_trouble(
    notifier: Notifier, url: Callable[[int], str], mode: str, said: tuple[Status, SendReason]
) -> None:
    """As of any provider."""
    with serving(ChatServer().receiver(mode, retry_after="17")) as receiver:
        outcome = notifier.send(url(receiver.port), PAGE, timeout=5)
    assert (outcome.status, outcome.reason) == said
    assert mode != "429" or outcome.retry_after == 17.0


@pytest.mark.parametrize(
    ("error", "status"),
    [("channel_not_found", Status.FAILED), ("ratelimited", Status.RETRY), ("<html>", Status.FAILED)],
)
def test_slack_refuses_with_a_yes(error: str, status: Status) -> None:
    """200, and what it refuses stands in the answer."""
    server = ChatServer(refuses=error)
    with serving(server.receiver()) as receiver:
        outcome = SlackBotNotifier().send(slack_url(receiver.port), PAGE, timeout=5)
    assert outcome.status is status
    assert "<" not in outcome.detail


@pytest.mark.parametrize(
    "url",
    [
        *("slackbot://xoxp-1234567890/C01ABCD2E", "slackbot://xoxb-1234567890123/general", "slackbot://"),
        *("telegrambot://123:short/1", "telegrambot://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/@name"),
        *("discordbot://short/123456", "discordbot://" + "a" * 60 + "/general"),
        *("slackbot://xoxb-1234567890123/C01ABCD2E?gateway=http://elsewhere.example", "telegrambot://[/1"),
        "slackbot://xoxb-1234567890123/C01ABCD2E?colour=red",
    ],
)
def test_a_wrong_address_is_named(url: str) -> None:
    """With what it should look like, and without the token."""
    notifier = next(each for each, _ in BOTS if url.startswith(each.schemes[0]))
    complaint = notifier.complaint(url)
    assert complaint is not None
    assert "123456" not in re.sub(r" (as in|such as) .*", "", complaint)


def test_a_press_fits_every_chat_and_is_signed() -> None:
    """64 characters at most; another incident, epoch or end is another signature; too old is told apart."""
    links, now = ActionLinks(bytes(32)), datetime(2026, 3, 2, 9, tzinfo=UTC)
    press = ChatPress(incident="20260302-0900-83b1d8", epoch=12345, expires_at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    text = links.mint_press(press)
    assert 0 < len(text) <= 64
    assert links.read_press(text, now) == press
    assert links.read_press(text, press.expires_at) is LinkFlaw.EXPIRED
    for wrong in (
        *("", "|", "|||", text[:-1], text + "a", text.replace("12345", "12346"), text.replace("0900", "0901")),
        *(text.upper(), "ñ" * 20, "x" * 5000, text.rpartition("|")[0] + "|" + "A" * 16),
    ):
        assert links.read_press(wrong, now) is LinkFlaw.BAD, wrong
    later = ActionLinks(b"x" * 32, (bytes(32),))
    assert later.read_press(text, now) is LinkFlaw.WITHDRAWN
    long = ChatPress(incident="i" * 60, epoch=1, expires_at=press.expires_at)
    assert links.mint_press(long) == ""
