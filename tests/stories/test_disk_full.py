"""The disk fills up in the middle of a crisis: people are paged all the same, and nothing that was promised is lost."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.builders import a_mention
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.disk import Disk, a_disk
from tests.stories.phone import Phone, a_phone

MARK = "(Sentinel no puede escribir en su disco)"


def test_the_disk_fills_and_is_emptied_again(tmp_path: Path) -> None:
    """Paged from memory and marked; the acknowledgement counts and says that it is not on disk; then everything is
    written down.
    """
    with a_disk(tmp_path / "disk") as disk, a_phone() as phone, _a_daemon(disk, phone) as daemon:
        incident, promised = _crisis(daemon, phone)
        disk.fill()
        promised |= _post_until_refused(daemon)
        assert daemon.metric("sentinel_store_failing") == 1
        status, answer = _ask(daemon, incident, "escalate", by="ana")
        assert (status, answer["on_disk"]) == (200, False)
        eventually(
            lambda: [who for who, title, _ in phone.pages if who == "boss" and MARK in title],
            "the boss is paged from memory",
        )
        assert daemon.get("/-/healthy")[0] == 200
        assert "takes no writes (full)" in daemon.get("/-/healthy")[1].decode()
        assert "aún no está guardado" in daemon.get(f"/incidents/{incident}?lang=es")[1].decode()

        status, answer = _ask(daemon, incident, "ack", by="boss")
        assert (status, answer["incident"]["state"], answer["on_disk"]) == (200, "acknowledged", False)
        assert daemon.json(f"/api/v1/incidents/{incident}")["incident"]["state"] == "acknowledged"
        eventually(lambda: "Sentinel no puede guardar nada" in " ".join(phone.titles), "the operators are told")

        disk.empty()
        eventually(lambda: daemon.metric("sentinel_store_failing") == 0, "the store is mended")
        eventually(lambda: "Sentinel vuelve a guardar" in " ".join(phone.titles), "and its end is told")
        pages = len(_pages_of_boss(phone))
        daemon.kill()
        assert promised <= _journal(disk.folder)
        daemon.start()
        story = daemon.json(f"/api/v1/incidents/{incident}")
        assert (story["incident"]["state"], story["incident"]["acknowledged_by"]) == ("acknowledged", "boss")
        sent = [
            line["contact"]
            for line in story["timeline"]
            if line["what"] == "delivery" and line["why"] == "store_failing"
        ]
        assert "boss" in sent
        assert len(_pages_of_boss(phone)) == pages
        assert daemon.stop() == 0


def test_killed_while_the_disk_is_full(tmp_path: Path) -> None:
    """It starts on the full disk, from what is there; what memory alone had is forgotten, so people are paged again."""
    with a_disk(tmp_path / "disk") as disk, a_phone() as phone, _a_daemon(disk, phone) as daemon:
        incident, promised = _crisis(daemon, phone)
        disk.fill()
        promised |= _post_until_refused(daemon)
        assert _ask(daemon, incident, "ack", by="ana")[1]["on_disk"] is False
        daemon.kill()
        daemon.start()
        assert daemon.json(f"/api/v1/incidents/{incident}")["incident"]["state"] == "open"
        disk.empty()
        eventually(lambda: daemon.metric("sentinel_store_failing") == 0, "the store is mended")
        assert _ask(daemon, incident, "ack", by="ana")[1]["on_disk"] is True
        assert promised <= _journal(disk.folder)
        assert daemon.stop() == 0


def test_a_disk_that_turns_read_only(tmp_path: Path) -> None:
    """Stopped in order, mounted read-only, started: it reads what there is, pages when asked to, and goes on once it
    may write.
    """
    with a_disk(tmp_path / "disk") as disk, a_phone() as phone:
        (tmp_path / "home").mkdir()
        settings = _settings(phone) | {"store": {"url": f"sqlite:///{disk.folder / 'sentinel.db'}"}}
        with RunningDaemon(tmp_path / "home", settings) as daemon:
            incident, _ = _crisis(daemon, phone)
            assert daemon.stop() == 0
            disk.remount("ro")
            daemon.start()
            assert daemon.metric("sentinel_store_failing") == 1
            assert _ask(daemon, incident, "escalate", by="ana")[1]["on_disk"] is False
            eventually(
                lambda: [who for who, title, _ in phone.pages if who == "boss" and MARK in title],
                "the boss is paged from memory",
            )
            disk.remount("rw")
            eventually(lambda: daemon.metric("sentinel_store_failing") == 0, "the store is mended")
            assert daemon.stop() == 0
            daemon.start()
            lines = daemon.json(f"/api/v1/incidents/{incident}")["timeline"]
            assert "escalated" in [line["what"] for line in lines]


def _settings(phone: Phone) -> dict[str, Any]:
    return settings_for(phone.url("ana"), phone.url("boss"), operators=["boss"])


def _a_daemon(disk: Disk, phone: Phone) -> RunningDaemon:
    """Everything of it on the small disk, its log as well."""
    return RunningDaemon(disk.folder, _settings(phone))


def _crisis(daemon: RunningDaemon, phone: Phone) -> tuple[str, set[str]]:
    mentions = a_crisis(days=0.5)
    assert daemon.send(mentions)[0] == 202
    eventually(lambda: phone.pages, "Ana is paged")
    return daemon.json("/api/v1/incidents")["incidents"][0]["id"], {mention.id for mention in mentions}


def _post_until_refused(daemon: RunningDaemon) -> set[str]:
    """Mentions come until the disk takes no more; gives those that got their 202. Few at a time: what is left then is
    less than the store wants to have before it counts as mended.
    """
    promised: set[str] = set()
    numbers: Iterator[int] = count()

    def post() -> bool:
        batch = [a_mention("nada que ver " + "x" * 2000, id=f"filler {next(numbers)}") for _ in range(20)]
        status, answer = daemon.send(batch)
        if status == 202:
            promised.update(mention.id for mention in batch)
            return False
        assert (status, "error" in answer) == (503, True)
        return True

    eventually(post, "a post is refused")
    return promised


def _ask(daemon: RunningDaemon, incident: str, action: str, *, by: str) -> tuple[int, Any]:
    return daemon.post(f"/api/v1/incidents/{incident}/{action}", json.dumps({"by": by}).encode())


def _pages_of_boss(phone: Phone) -> list[str]:
    return [title for who, title, _ in phone.pages if who == "boss" and title[0] in "🟠🔴"]


def _journal(folder: Path) -> set[str]:
    connection = sqlite3.connect(folder / "sentinel.db")
    found = {row[0] for row in connection.execute("select id from journal where op = 'create'")}
    connection.close()
    return found
