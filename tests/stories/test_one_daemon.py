"""One store, one daemon; and the port is told first."""

from pathlib import Path

from tests.builders import a_mention
from tests.forks.children import run_command
from tests.stories.daemon import RunningDaemon, a_free_port, settings_for


def test_a_second_daemon_on_the_same_store(tmp_path: Path) -> None:
    """It ends with 2 and says who holds the store and since when; the first goes on as if nothing had been."""
    with RunningDaemon(tmp_path, settings_for("log://")) as first:
        assert first.process is not None
        assert first.send([a_mention(at=None)])[0] == 202
        other = tmp_path / "other.yaml"
        other.write_text(first.config.read_text().replace(f"port: {first.port}", f"port: {a_free_port()}"))
        status, said = _run(other)
        assert status == 2
        assert f"is held by another Sentinel: process {first.process.pid} on " in said
        assert "since 20" in said
        status, said = _run(first.config)
        assert (status, "cannot listen there" in said) == (1, True)
        assert first.send([a_mention(at=None)])[0] == 202
        first.kill()
        first.start()
        assert first.stop() == 0


def _run(config: Path) -> tuple[int, str]:
    ended = run_command("run", "-c", str(config))
    return ended.status, ended.err
