"""A daemon that is handed broken files while a crisis begins whose first channel is dead."""

import signal
from datetime import datetime
from pathlib import Path

import yaml

from tests.notify.providers import a_dead_port, a_provider
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for

BROKEN = (
    b"language: es\nbrands: [{name: Acme}]\ncontacts:\n  ana: {name: Ana, chanels: ['log://']}\n"
    b"contactos: {ana: {nombre: Ana}}\n",
    b"brands: [{name: Acme}]\ncontacts: [ana]\npolicies: {default: {steps: [[]]}}\nsources: {x: {type: {}}}\n",
    b"\xff\xfe\x00brands",
    b"brands: [{name: @acme}]\n",
    b"",
)


def test_broken_files_end_nothing_and_a_dead_channel_delays_nothing(tmp_path: Path) -> None:
    """Each file is refused with its mistakes and the daemon goes on by the old one; the crisis reaches the second
    channel at once; a good file is taken afterwards.
    """
    with a_provider() as provider, a_dead_port() as dead:
        channels = [f"json://127.0.0.1:{dead}/first", provider.url("ok")]
        settings = settings_for("log://") | {"contacts": {"ana": {"name": "Ana", "channels": channels}}}
        with RunningDaemon(tmp_path, settings) as daemon:
            assert daemon.process is not None
            good = daemon.config.read_bytes()
            for number, broken in enumerate(BROKEN, 1):
                daemon.config.write_bytes(broken)
                daemon.process.send_signal(signal.SIGHUP)
                eventually(lambda n=number: daemon.log.count("reload_refused") == n, f"file {number} is refused")  # type: ignore[misc]
            daemon.send(a_crisis())
            eventually(lambda: provider.sent, "the second channel has the page")
            incident = daemon.json("/api/v1/incidents")["incidents"][0]["id"]
            first, second = eventually(lambda: sends(daemon, incident), "both sends are on the timeline")[:2]
            assert [first["outcome"], second["outcome"]] == ["retry", "accepted"]
            between = datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"])
            assert between.total_seconds() <= 15
            daemon.config.write_bytes(good.replace(b"Europe/Madrid", b"Europe/Lisbon"))
            daemon.process.send_signal(signal.SIGHUP)
            eventually(lambda: '"reloaded"' in daemon.log or "reloaded " in daemon.log, "the good file is taken")
            assert daemon.stop() == 0
    assert yaml.safe_load(good)["timezone"] == "Europe/Madrid"


def sends(daemon: RunningDaemon, incident: str) -> list[dict[str, str]]:
    """Sends on the incident's timeline, oldest first, once there are two."""
    lines = daemon.json(f"/api/v1/incidents/{incident}")["timeline"]
    found = [line for line in lines if line["what"] == "delivery"]
    return found if len(found) >= 2 else []
