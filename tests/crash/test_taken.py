"""The store deleted under a crisis, and a second daemon on it: nothing promised is lost, nobody is paged twice."""

import json
from pathlib import Path

import pytest

from tests.crash.test_kill import _burst, _journal, _no_step_twice, _paged
from tests.forks.children import run_command
from tests.stories.daemon import RunningDaemon, a_crisis, a_free_port, eventually, settings_for
from tests.stories.phone import a_phone


@pytest.mark.parametrize("ending", ["", "*"])
def test_the_store_is_deleted_in_a_crisis(tmp_path: Path, ending: str) -> None:
    """With or without what SQLite keeps beside it: taken mentions, the acknowledgement and the incident are all there
    after a kill; operators are told, and the complaint says what happened.
    """
    with (
        a_phone() as phone,
        RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"), operators=["boss"])) as daemon,
    ):
        promised = a_crisis(9, days=0.5)
        daemon.send(promised)
        eventually(lambda: phone.pages, "Ana is paged")
        for path in tmp_path.glob(f"sentinel.db{ending}"):
            if not path.name.endswith(".lock"):
                path.unlink()
        eventually((tmp_path / "sentinel.db").exists, "the store stands there again")
        eventually(lambda: daemon.metric("sentinel_store_failing") == 0, "and takes writes")
        later = a_crisis(10, days=0.1, minutes=1)
        eventually(lambda: daemon.send(later)[0] == 202, "mentions are taken again")
        (incident,) = daemon.json("/api/v1/incidents")["incidents"]
        status, answer = daemon.post(f"/api/v1/incidents/{incident['id']}/ack", json.dumps({"by": "ana"}).encode())
        assert (status, answer["on_disk"]) == (200, True)
        assert "was deleted and has been written anew" in daemon.get("/-/healthy")[1].decode()
        eventually(lambda: "La base de datos de Sentinel está dañada" in " ".join(phone.titles), "the operator hears")
        before = _paged(phone)
        daemon.kill()
        daemon.start()
        assert {mention.id for mention in (*promised, *later)} <= set(_journal(tmp_path))
        (again,) = daemon.json("/api/v1/incidents")["incidents"]
        assert (again["id"], again["state"]) == (incident["id"], "acknowledged")
        _no_step_twice(phone, before)
        assert daemon.stop() == 0


def test_a_second_daemon_in_a_burst(tmp_path: Path) -> None:
    """Started on the same store while three senders post and the first is killed: it ends with 2 while the first lives,
    and the one that comes after the kill has everything.
    """
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"))) as daemon:
        other = tmp_path / "other.yaml"
        other.write_text(daemon.config.read_text().replace(f"port: {daemon.port}", f"port: {a_free_port()}"))
        second = run_command("run", "-c", str(other))
        assert (second.status, "is held by another Sentinel" in second.err) == (2, True)
        mentions = a_crisis(3, days=0.5)
        promised = _burst(daemon, mentions, kill_after=1.0)
        before = _paged(phone)
        daemon.start()
        assert promised <= set(_journal(tmp_path))
        daemon.send(mentions)
        eventually(lambda: phone.pages, "the page goes out, before or after the kill")
        assert len(daemon.json("/api/v1/incidents?state=all")["incidents"]) == 1
        _no_step_twice(phone, before)
        assert daemon.stop() == 0
