"""SIGKILL in the middle of a burst: what got its 202 is there once, the incident goes on, no step is paged twice."""

import sqlite3
import threading
from http.client import HTTPException
from pathlib import Path
from random import Random

import pytest

from sentinel.mention import Mention
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import Phone, a_phone

REPEAT = "(repetición)"


@pytest.mark.parametrize("seed", range(3))
def test_killed_in_a_burst(tmp_path: Path, seed: int) -> None:
    """Killed at a random moment while three senders post; started again; every promise holds."""
    rng = Random(seed)
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"))) as daemon:
        mentions = a_crisis(seed, days=0.5)
        promised = _burst(daemon, mentions, kill_after=rng.uniform(0.2, 2.5))
        before = _paged(phone)
        daemon.start()
        ids = _journal(tmp_path)
        assert promised <= set(ids), "a mention that got its 202 is missing"
        assert len(ids) == len(set(ids)), "a mention is there twice"
        daemon.send(mentions)
        eventually(lambda: phone.pages, "the page goes out, before or after the kill")
        found = eventually(lambda: daemon.json("/api/v1/incidents?state=all")["incidents"], "the incident is there")
        assert len(found) == 1
        _no_step_twice(phone, before)
        assert daemon.stop() == 0


def test_killed_after_the_page(tmp_path: Path) -> None:
    """The page went out, then the plug was pulled: the same incident, the same step, no second page; the ladder goes
    on.
    """
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"))) as daemon:
        daemon.send(a_crisis(9))
        eventually(lambda: phone.pages, "the page arrives")
        eventually(
            lambda: daemon.metric('sentinel_pages_total{channel="json",outcome="accepted"}') >= 1,
            "and is accounted for",
        )
        incident = daemon.json("/api/v1/incidents")["incidents"][0]
        for _ in range(3):
            daemon.kill()
            daemon.start()
        again = daemon.json("/api/v1/incidents")["incidents"][0]
        assert again["id"] == incident["id"]
        assert again["opened_at"] == incident["opened_at"]
        _no_step_twice(phone, [])


def _burst(daemon: RunningDaemon, mentions: list[Mention], *, kill_after: float) -> set[str]:
    """Three senders post small batches until the daemon is killed under them; gives the ids that were promised."""
    promised: set[str] = set()
    lock = threading.Lock()

    def sender(own: list[Mention]) -> None:
        for start in range(0, len(own), 7):
            batch = own[start : start + 7]
            try:
                status, answer = daemon.send(batch)
            except (OSError, HTTPException):  # cut off, perhaps in the middle of its answer
                return
            if status == 202 and not answer["rejected"]:
                with lock:
                    promised.update(mention.id for mention in batch)

    senders = [threading.Thread(target=sender, args=(mentions[n::3],)) for n in range(3)]
    killer = threading.Timer(kill_after, daemon.kill)
    for thread in (*senders, killer):
        thread.start()
    for thread in (*senders, killer):
        thread.join()
    return promised


def _journal(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "sentinel.db") as connection:
        found = [row[0] for row in connection.execute("select id from journal where op = 'create'")]
    connection.close()
    return found


def _paged(phone: Phone) -> list[tuple[str, str]]:
    return [(who, title) for who, title, _ in phone.pages]


def _no_step_twice(phone: Phone, before: list[tuple[str, str]]) -> None:
    """Whoever was paged for a level was paged once for it, unless marked as a repeat."""
    plain = [
        (who, title.split(" · ")[0])
        for who, title in _paged(phone)
        if REPEAT not in title and "·" in title and title[0] in "🟠🔴"
    ]
    assert len(plain) == len(set(plain)), plain
    assert len(_paged(phone)) >= len(before)
