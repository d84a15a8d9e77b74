"""A phone without another application, from the real daemon: the link of the command line, a device turned on, a crisis
that rings on it, and "I have it" from where it stands.
"""

from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from typer.testing import CliRunner

from sentinel import http_session
from sentinel.cli.devices import app as devices
from sentinel.cli.main import app
from sentinel.notify.push_message import public_key
from sentinel.store.kept_secrets import read_secrets
from tests.forks.patience import eventually
from tests.notify import browsers
from tests.notify.browsers import PushService, plain
from tests.notify.receiver import serving
from tests.stories.daemon import RunningDaemon, a_crisis, settings_for


def posted(daemon: RunningDaemon, path: str, body: bytes = b"") -> int:
    """As a browser and a worker do."""
    with urlopen(
        Request(f"http://127.0.0.1:{daemon.port}{path}", data=body, headers={"Accept": "text/plain"})
    ) as answer:
        return int(answer.status)


def test_a_phone_rings_and_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Device link, device, `notify-test`, page, press; the metrics count it, and no log knows where the phone is."""
    service = PushService()
    monkeypatch.setattr(http_session, "_private_allowed", False)
    with serving(service.receiver()) as receiver:
        settings = settings_for("webpush://", "log://") | {"network": {"allow_private": True}}
        with RunningDaemon(tmp_path, settings) as daemon:
            kept = read_secrets((tmp_path / "sentinel.db.secrets").read_bytes())
            assert kept.push is not None
            monkeypatch.setattr(browsers, "SECRET", kept.push.value)
            link = CliRunner().invoke(devices, ["link", "ana", "-c", str(daemon.config)]).stdout.strip()
            path = urlsplit(link).path
            status, page = daemon.get(path)
            assert status == 200
            assert public_key(kept.push.value).encode() in page
            told = {
                "name": "Pixel",
                "endpoint": f"http://127.0.0.1:{receiver.port}/send/1",
                "p256dh": plain(service.browser.point),
                "auth": plain(service.browser.auth),
            }
            assert posted(daemon, f"{path}/add", urlencode(told).encode()) == 200, "led back to the page"
            tested = CliRunner().invoke(app, ["notify-test", "ana", "-c", str(daemon.config)])
            assert "accepted" in tested.stdout, tested.stdout
            assert len(service.shown) == 1
            daemon.send(a_crisis())
            eventually(lambda: [each for each in service.shown if "post" in each], "the phone shows a page")
            shown = next(each for each in service.shown if "post" in each)
            assert "Acme" in shown["title"]
            assert posted(daemon, shown["post"]) == 200
            incident = daemon.json("/api/v1/incidents")["incidents"][0]
            assert incident["state"] == "acknowledged"
            eventually(
                lambda: daemon.metric('sentinel_pages_total{channel="webpush",outcome="accepted"}') >= 1, "counted"
            )
            listed = CliRunner().invoke(devices, ["list", "-c", str(daemon.config), "--json"]).stdout
            assert '"contact":"ana","name":"Pixel"' in listed
            assert "127.0.0.1" not in listed
            assert daemon.stop() == 0
            assert "/send/1" not in daemon.log
    assert receiver.wrong == []
