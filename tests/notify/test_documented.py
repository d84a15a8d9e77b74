"""The guide to channels says what the code does."""

import re
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.notify.apprise import _FILES, AppriseNotifier
from sentinel.notify.base import Feature
from sentinel.notify.channels import scheme_of
from sentinel.notify.installed import by_scheme
from sentinel.notify.ntfy import NtfyNotifier
from sentinel.notify.pushover import PushoverNotifier
from tests.notify.chat_servers import SLACK_TOKEN, TELEGRAM_TOKEN
from tests.notify.pushover_server import TOKEN, USER

GUIDE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")


def test_the_guides_example_works(tmp_path: Path) -> None:
    """Copied as it stands it loads, secrets from the environment."""
    example = re.search(r"```yaml\n(.+?)```", GUIDE.split("\n## Which channel for what")[1], re.DOTALL)
    assert example
    path = tmp_path / "sentinel.yaml"
    path.write_text(example[1], encoding="utf-8")
    secrets = {"NTFY_TOKEN": "tk_abc", "PUSHOVER_USER": USER, "PUSHOVER_TOKEN": TOKEN, "MAIL_PASSWORD": "secret"}
    config = load(path, secrets)
    assert [scheme_of(url.get_secret_value()) for url in config.contacts["ana"].channels] == [
        "ntfys",
        "pover",
        "mailtos",
    ]


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_the_readmes_promise_no_buttons_where_there_are_none(name: str) -> None:
    """No half sentence of theirs has buttons and Pushover in it, since its messages have none."""
    assert Feature.BUTTONS not in PushoverNotifier().features(f"pover://{USER}@{TOKEN}")
    text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    for said in re.split(r"[.;:]\s", " ".join(text.split())):
        assert not ("Pushover" in said and re.search(r"[Bb]utton|[Bb]ot[oó]n", said)), said


def test_a_telephone_rings_beside_the_page(tmp_path: Path) -> None:
    """The recipe for calls: in a crisis both at once, below it the page alone."""
    example = re.search(r"```yaml\n(.+?)```", GUIDE.split("\n### Voice calls")[1], re.DOTALL)
    assert example
    call = re.search(r"`(twilio://[^`]+method=call)`", GUIDE)
    assert call
    path = tmp_path / "sentinel.yaml"
    path.write_text(f"brands: [{{name: Acme}}]\n{example[1]}", encoding="utf-8")
    steps = load(path, {"ANA_TOPIC": "guardia-k3x9w7q2", "ANA_CALL": call[1]}).policies["default"]
    assert steps.steps[0].notify == ("ana",)
    assert steps.levels["crisis"].steps[0].notify == ("ana", "ana-call")


def test_the_chats_of_the_guide_are_a_configuration(tmp_path: Path) -> None:
    """As it stands, with everybody's secrets in the environment."""
    example = re.search(r"```yaml\n(.+?)```", GUIDE.split("\n### Acknowledge from Slack")[1], re.DOTALL)
    assert example
    path = tmp_path / "sentinel.yaml"
    path.write_text(example[1], encoding="utf-8")
    secrets = {
        "SLACK_GUARDIA": f"slackbot://{SLACK_TOKEN}/C01ABCD2E",
        "ANA_TELEGRAM": f"telegrambot://{TELEGRAM_TOKEN}/987654321",
        "SLACK_SIGNING_SECRET": "0" * 32,
        "DISCORD_PUBLIC_KEY": "0" * 64,
        "TELEGRAM_SECRET": "0" * 48,
    }
    assert load(path, secrets).chats is not None


def test_the_table_says_what_each_carries() -> None:
    """Buttons, chart, file and receipts, channel by channel."""
    notifiers = by_scheme()
    rows = re.findall(
        r"^\| .+? \| `(\w+://[^`]*)`.* \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$", GUIDE, re.MULTILINE
    )
    assert len(rows) == 8
    shown = (Feature.BUTTONS, Feature.CHART, Feature.FILE, Feature.RECEIPTS)
    for url, *carried in rows:
        features = (notifiers.get(scheme_of(url)) or notifiers[""]).features(url)
        assert [each == "yes" for each in carried] == [each in features for each in shown], url
    for scheme in ("ses", "sendgrid", "mailgun", "o365", "tgram", "discord", "xml", "form", "jsons"):
        assert AppriseNotifier().features(f"{scheme}://x") == {Feature.CHART, Feature.FILE}
    for scheme in ("slack", "matrix", "mmosts", "mastodon", "nothing-of-the-kind"):
        assert Feature.FILE not in AppriseNotifier().features(f"{scheme}://x")


def test_what_takes_files_is_known_to_apprise() -> None:
    """None of the schemes has been renamed or has lost its attachments."""
    for scheme in _FILES:
        assert Feature.FILE in AppriseNotifier().features(f"{scheme}://x"), scheme


def test_every_key_is_listed() -> None:
    """Those that a URL of ours understands, and no other."""
    for section, notifier, url in (
        ("ntfy", NtfyNotifier(), "ntfys://host/topic"),
        ("Pushover", PushoverNotifier(), f"pover://{USER}@{TOKEN}"),
    ):
        told = GUIDE.split(f"\n## {section}\n")[1].split("\n## ")[0]
        keys = set(re.findall(r"\b(\w+)=", " ".join(re.findall(r"^\| `.+? \|", told, re.MULTILINE))))
        allowed = (notifier.complaint(f"{url}?nothing=1") or "").partition("allowed are ")[2].split(", ")
        assert keys == set(allowed)
