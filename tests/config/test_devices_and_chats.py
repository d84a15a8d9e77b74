"""Channels to a contact's own devices, and chats whose buttons act: what is missing is a mistake that names the fix."""

from pathlib import Path

import pytest

from sentinel.config.loader import load
from tests.config.test_mistakes import ONE, mistakes
from tests.notify.chat_servers import DISCORD_TOKEN, SLACK_TOKEN, TELEGRAM_TOKEN

HTTPS = "web: {external_url: 'https://s.example'}\n"
PUSH = "contacts: {ana: {channels: ['webpush://']}}\n"
SLACK = f"slackbot://{SLACK_TOKEN}/C01ABCD2E"
CHATS = "chats: {slack: {signing_secret: 8f742231b10e8888abcd}, telegram: {secret: 0123456789abcdef}}\n"


@pytest.mark.parametrize("web", ["", HTTPS, "web: {external_url: 'http://localhost:8080'}\n"])
def test_alerts_on_ones_own_devices(tmp_path: Path, web: str) -> None:
    """Over https, and for a trial on this machine alone."""
    (tmp_path / "s.yaml").write_text(ONE + web + PUSH, encoding="utf-8")
    assert load(tmp_path / "s.yaml", {}).contacts["ana"].channels[0].get_secret_value() == "webpush://"


@pytest.mark.parametrize(
    "web", ["web: {external_url: 'http://s.example'}\n", "web: {host: 0.0.0.0, tokens: [a12345678901234567890]}\n"]
)
def test_browsers_take_alerts_over_https_alone(tmp_path: Path, web: str) -> None:
    """Said before somebody stands in front of a button that is not there."""
    (told,) = mistakes(tmp_path, ONE + web + PUSH)
    assert "contacts.ana.channels.0: webpush:// wants these pages over https" in told
    assert "set web.external_url to an https:// address" in told


@pytest.mark.parametrize(
    ("channels", "wrong"),
    [
        ("['webpush://boss']", "webpush:// is written alone"),
        ("['webpush://?x=1']", "webpush:// is written alone"),
        ("['webpush://', 'webpush://']", "webpush:// stands here twice"),
    ],
)
def test_everybody_has_their_own(tmp_path: Path, channels: str, wrong: str) -> None:
    """Whose they are is not written."""
    (told,) = mistakes(tmp_path, ONE + HTTPS + f"contacts: {{ana: {{channels: {channels}}}}}\n")
    assert wrong in told


def test_chats_that_are_set_up(tmp_path: Path) -> None:
    """Nothing is said of them, and their secrets are not shown."""
    contacts = (
        f"contacts: {{ana: {{channels: ['{SLACK}', 'telegrambot://{TELEGRAM_TOKEN}/42'],"
        " chat_ids: {slack: U061F7AUR, telegram: '42'}}}\n"
    )
    (tmp_path / "s.yaml").write_text(ONE + HTTPS + CHATS + contacts, encoding="utf-8")
    config = load(tmp_path / "s.yaml", {})
    assert config.chats is not None
    assert config.chats.slack is not None
    assert "8f742231" not in f"{config!r}"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"contacts: {{ana: {{channels: ['{SLACK}']}}}}\n", "has a button that nobody would hear; set chats.slack"),
        (
            f"contacts: {{ana: {{channels: ['discordbot://{DISCORD_TOKEN}/123456']}}}}\n",
            "has a button that nobody would hear; set chats.discord",
        ),
        ("contacts: {ana: {channels: ['log://'], chat_ids: {slack: U061F7AUR}}}\n", "does nothing without chats.slack"),
        (
            CHATS + "contacts: {ana: {channels: ['log://'], chat_ids: {telegram: '7'}},"
            " luis: {channels: ['log://'], chat_ids: {telegram: '7'}}}\n",
            "is that of 'ana' as well",
        ),
        ("chats: {discord: {public_key: abc}}\n", "is no public key of a Discord application"),
        ("chats: {telegram: {secret: 'with spaces and more'}}\n", "must be 16 to 256 letters, digits, - and _"),
        (
            "contacts: {ana: {channels: ['slackbot://xoxb-1/general']}}\n",
            "wants a bot token, / and the number of a chat",
        ),
    ],
)
def test_mistakes_of_chats(tmp_path: Path, text: str, wrong: str) -> None:
    """Each with what to write."""
    told = mistakes(tmp_path, ONE + text)
    assert any(wrong in each for each in told), told
    assert all(SLACK_TOKEN not in each for each in told)
