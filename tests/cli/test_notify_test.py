"""`sentinel notify-test`: a page that shows what each channel can do, in the contact's language."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app
from tests.notify.ntfy_server import an_ntfy
from tests.notify.pushover_server import a_pushover, url_of
from tests.notify.test_real_parts import a_mail_server, files

runner = CliRunner()


@pytest.mark.parametrize(
    ("language", "title", "button"),
    [
        ("es", "🔔 Aviso de prueba de Sentinel", "Abrir Sentinel"),
        ("en", "🔔 Test page from Sentinel", "Open Sentinel"),
    ],
)
def test_everything_a_channel_can_show(tmp_path: Path, language: str, title: str, button: str) -> None:
    """A button and a chart by ntfy, a chart by Pushover, words to the log; one line each, and exit 0."""
    with an_ntfy() as (ntfy, receiver), a_pushover() as (pushover, push):
        channels = json.dumps([f"ntfy://127.0.0.1:{receiver.port}/ana", url_of(push), "log://"])
        config = tmp_path / "s.yaml"
        config.write_text(
            f"language: {language}\nbrands: [{{name: A}}]\nweb: {{external_url: 'https://s.example'}}\n"
            f"contacts: {{ana: {{channels: {channels}}}}}\n",
            encoding="utf-8",
        )
        ended = runner.invoke(app, ["notify-test", "ana", "-c", str(config)])
    assert ended.exit_code == 0, ended.output
    (page,) = ntfy.published
    assert page.title == title
    assert page.picture
    assert page.actions == [{"action": "view", "label": button, "url": "https://s.example"}]
    assert [bool(each.picture) for each in pushover.taken] == [True]
    assert "receipt" not in pushover.taken[0].fields
    for shown in ("buttons, chart", "chart, receipts", "text"):
        assert shown in " ".join(ended.stdout.split())
    assert receiver.wrong == push.wrong == []


def test_a_channel_that_refuses(tmp_path: Path) -> None:
    """The server's code, and exit 1."""
    with an_ntfy() as (_, receiver):
        receiver.mode = "403"
        config = tmp_path / "s.yaml"
        config.write_text(
            f"brands: [{{name: A}}]\ncontacts: {{ana: {{channels: ['ntfy://127.0.0.1:{receiver.port}/t']}}}}\n",
            encoding="utf-8",
        )
        ended = runner.invoke(app, ["notify-test", "ana", "-c", str(config)])
    assert ended.exit_code == 1
    assert "403" in ended.stdout


@pytest.mark.parametrize(("language", "said"), [("es", "Si puedes leer esto"), ("en", "If you can read this")])
def test_a_file_as_reports_are(tmp_path: Path, language: str, said: str) -> None:
    """By mail a picture and a page in one file: whoever filters either is found out beforehand."""
    with a_mail_server() as (postbox, url):
        config = tmp_path / "s.yaml"
        config.write_text(
            f"language: {language}\nbrands: [{{name: A}}]\ncontacts: {{ana: {{channels: ['{url}']}}}}\n",
            encoding="utf-8",
        )
        ended = runner.invoke(app, ["notify-test", "ana", "-c", str(config)])
    assert ended.exit_code == 0, ended.output
    assert "chart, file" in " ".join(ended.stdout.split())
    (mail,) = postbox.mails
    assert sorted(files(mail)) == ["sentinel.html", "sentinel.png"]
    assert said in files(mail)["sentinel.html"][1].decode()
