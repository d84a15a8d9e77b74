"""A cluster with a process for each role, and two that listen, of which one is killed."""

import asyncio
from pathlib import Path

from sentinel.mention import Mention, encode_mention
from tests.builders import a_mention
from tests.forks.patience import eventually
from tests.postgres import PostgresServer
from tests.stories.daemon import a_crisis, just_now, settings_for
from tests.stories.phone import a_phone
from tests.stories.test_cluster import RunningRole

DATABASE = "roles_story"
DUTY = 'sentinel_duty_owner{duty="source diario"}'


def lines(*ids: str) -> bytes:
    """Mentions as a newspaper's file holds them."""
    made = [_said(each) for each in ids]
    return b"".join(encode_mention(each) + b"\n" for each in made)


def _said(id: str) -> Mention:
    return a_mention(f"acme {id}", id=id, source="diario", at=just_now())


def test_who_listens_is_killed(tmp_path: Path, postgres: PostgresServer) -> None:
    """A mention posted at one process shows at another and pages from a third. Whoever reads the newspaper is killed:
    the other goes on where it was, and nothing of it is missed or told twice.
    """
    url, paper = asyncio.run(postgres.empty(DATABASE)), tmp_path / "diario.jsonl"
    paper.write_bytes(lines("one", "two"))
    names = {"one": "ingest", "two": "ingest", "worker": "worker", "notify": "notify", "web": "web"}
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), store={"url": url}, cluster={"partitions": 2})
        settings["sources"] = {
            "http": {"type": "http"},
            "diario": {"type": "file", "path": str(paper), "follow": True},
        }
        made = {}
        for name, role in names.items():
            (tmp_path / name).mkdir()
            made[name] = RunningRole(tmp_path / name, settings, roles=(role,))
        with made["one"] as one, made["two"] as two, made["worker"], made["notify"] as notify, made["web"] as web:
            assert one.get("/-/ready")[1].startswith(b"ready: ingest;")
            assert notify.get("/")[0] == 404
            assert web.send([_said("misdirected")])[0] == 421
            reads = eventually(
                lambda: next((each for each in (one, two) if each.figure(DUTY) == 1.0), None), "somebody reads"
            )
            other = two if reads is one else one
            eventually(lambda: _heard(postgres) == ["one", "two"], "the newspaper is read")
            reads.kill()
            with paper.open("ab") as stream:
                stream.write(lines("three", "four"))
            eventually(lambda: other.figure(DUTY) == 1.0, "the other reads")
            eventually(lambda: len(_heard(postgres)) >= 4, "it goes on")
            assert other.send(a_crisis(days=0.5))[0] == 202
            eventually(lambda: web.json("/api/v1/incidents")["incidents"], "the page shows it")
            eventually(lambda: phone.pages, "somebody is paged")
            assert _heard(postgres) == ["four", "one", "three", "two"]
            assert all(made[each].stop() == 0 for each in ("notify", "web", "worker"))
            assert other.stop() == 0


def _heard(postgres: PostgresServer) -> list[str]:
    """What stands in the journal, and as often as it does."""
    query = "SELECT id FROM journal WHERE source = 'diario' AND op = 'create' ORDER BY id"
    return [row["id"] for row in asyncio.run(postgres.ask(DATABASE, query))]
