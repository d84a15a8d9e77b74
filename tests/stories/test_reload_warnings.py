"""A change that moves the pager or takes a brand away is said before and after it is taken in."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from sentinel.cli.main import app
from tests.forks.patience import HUNG
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import a_phone


def rewritten(daemon: RunningDaemon, **sections: Any) -> None:
    running = yaml.safe_load(daemon.config.read_text(encoding="utf-8"))
    daemon.config.write_text(yaml.safe_dump(running | sections, allow_unicode=True), encoding="utf-8")


def test_the_pager_moves_and_a_brand_gets_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check-config` asks the running daemon and says that the pager goes from Ana to the boss, and whose incident
    would be left behind; the reload answers the same. With ``was`` the incident goes on under the new name, also over
    a start.
    """
    monkeypatch.setattr("sentinel.cli.config.SOON", HUNG)
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), phone.url("boss"))
        rota = {"desk": {"layers": [{"people": ["ana", "boss"], "every": "week"}]}}
        settings |= {"schedules": rota, "policies": {"default": {"steps": [{"notify": ["desk"], "after": "0m"}]}}}
        with RunningDaemon(tmp_path, settings) as daemon:
            assert daemon.send(a_crisis())[0] == 202
            (incident,) = eventually(lambda: daemon.json("/api/v1/incidents")["incidents"], "it opens")
            (now,) = daemon.json("/api/v1/schedules")["schedules"][0]["now"]["contacts"]
            other = {"ana": "boss", "boss": "ana"}[now]
            brand = {"name": "Acme Plus", "match": {"any": ["acme"]}}
            turned = {"desk": {"layers": [{"people": ["boss", "ana"], "every": "week"}]}}
            rewritten(daemon, schedules=turned, brands=[brand])
            checked = CliRunner().invoke(app, ["check-config", "-c", str(daemon.config)])
            assert (checked.exit_code, checked.stdout.strip()) == (0, "ok")
            moved, left = f"on call now changes from {now} to {other}", f"has the open incident {incident['id']}"
            assert moved in checked.stderr
            assert left in checked.stderr
            rewritten(daemon, brands=[brand | {"was": ["Acme"]}])
            status, answer = daemon.post("/-/reload", b"")
            assert (status, [moved in each for each in answer["warnings"]]) == (200, [True])
            assert moved in daemon.log
            for _ in range(2):
                shown = daemon.json(f"/api/v1/incidents/{incident['id']}")["incident"]
                assert (shown["brand"], shown["state"]) == ("Acme Plus", "open")
                assert daemon.json("/api/v1/brands")["brands"][0]["incident"] == incident["id"]
                daemon.kill()
                daemon.settings |= {"brands": [brand | {"was": ["Acme"]}], "schedules": turned}
                daemon.start()
