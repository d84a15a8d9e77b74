"""Secrets are rotated while a crisis is open: the old link says why it is dead, a new page comes with one that acts."""

import re
from pathlib import Path

from typer.testing import CliRunner

from sentinel.cli.secrets import app
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import a_phone


def test_a_rotation_during_a_crisis(tmp_path: Path) -> None:
    """By the command line, through the running daemon."""
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"))) as daemon:
        daemon.send(a_crisis())
        eventually(lambda: phone.pages, "a page arrives")

        def link() -> str:
            found = re.search(rf"http://127\.0\.0\.1:{daemon.port}(/a/[\w-]+)", phone.pages[-1][2])
            assert found is not None
            return found[1]

        old, count = link(), len(phone.pages)
        done = CliRunner().invoke(app, ["rotate", "--links", "-c", str(daemon.config)])
        assert done.exception is None
        assert "open incidents paged anew: 1" in done.stdout
        status, body = daemon.get(old)
        assert status == 410
        assert "se ha retirado" in body.decode()
        eventually(lambda: len(phone.pages) > count, "a new page arrives")
        assert link() != old
        assert "Lo tengo yo" in daemon.get(link())[1].decode()
        assert daemon.metric('sentinel_secrets_rotated_total{secret="links"}') == 1
        assert daemon.stop() == 0
