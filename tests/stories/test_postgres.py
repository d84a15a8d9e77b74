"""PostgreSQL under the real daemon: its server is killed in mid-crisis, then the daemon is."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.builders import a_mention
from tests.postgres import PostgresServer
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import Phone, a_phone

MARK = "(Sentinel no puede escribir en su disco)"


def test_the_server_is_killed_and_then_the_daemon(tmp_path: Path, postgres: PostgresServer) -> None:
    """Paged from memory and marked while there is no server; what was promised or decided is in it once it is back, and
    a daemon that is killed goes on from there: nothing is lost, and nobody is paged twice without a word.
    """
    url = asyncio.run(postgres.empty("story"))
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), phone.url("boss"), operators=["boss"], store={"url": url})
        with RunningDaemon(tmp_path, settings) as daemon:
            mentions = a_crisis(days=0.5)
            assert daemon.send(mentions)[0] == 202
            eventually(lambda: phone.pages, "Ana is paged")
            incident = daemon.json("/api/v1/incidents")["incidents"][0]["id"]
            postgres.stop()
            try:
                assert daemon.send([a_mention(id="refused")])[0] == 503
                assert _ask(daemon, incident, "escalate")["on_disk"] is False
                eventually(lambda: _marked(phone), "the boss is paged from memory")
                assert "takes no writes (unreachable)" in daemon.get("/-/healthy")[1].decode()
            finally:
                postgres.start()
            eventually(lambda: daemon.metric("sentinel_store_failing") == 0, "the store is mended")
            assert daemon.send([a_mention(id="after")])[0] == 202
            daemon.kill()
            before = Counter(phone.pages)
            _let_go(postgres)
            daemon.start()
            story = daemon.json(f"/api/v1/incidents/{incident}")
            assert story["incident"]["state"] == "open"
            told = [(line["what"], line["why"]) for line in story["timeline"]]
            assert ("delivery", "store_failing") in told
            assert [what for what, _ in told].count("escalated") == 1
            assert _ask(daemon, incident, "ack")["incident"]["state"] == "acknowledged"
            assert daemon.stop() == 0
            again = [title for _, title, _ in (Counter(phone.pages) - before).elements()]
            assert not [title for title in again if title in {each[1] for each in before}]
    found = [row["id"] for row in asyncio.run(postgres.ask("story", "SELECT id FROM journal WHERE op = 'create'"))]
    assert sorted(found) == sorted({*(each.id for each in mentions), "after"})


def _marked(phone: Phone) -> list[str]:
    return [title for who, title, _ in phone.pages if who == "boss" and MARK in title]


def _ask(daemon: RunningDaemon, incident: str, action: str) -> Any:
    status, answer = daemon.post(f"/api/v1/incidents/{incident}/{action}", json.dumps({"by": "ana"}).encode())
    assert status == 200, answer
    return answer


def _let_go(postgres: PostgresServer) -> None:
    """The dead daemon's lease has run out, without the quarter of a minute that this takes."""
    asyncio.run(postgres.ask("story", "UPDATE leases SET holder = ''"))
