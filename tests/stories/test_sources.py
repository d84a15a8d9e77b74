"""A daemon with sources of several networks: killed and started, it misses nothing and counts nothing twice."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from sentinel.cli.main import app
from tests.sources.far_side import Post
from tests.sources.networks import AppStore, Discourse, Lemmy
from tests.stories.daemon import RunningDaemon, eventually, just_now, settings_for

runner = CliRunner()
RECEIVED = 'sentinel_mentions_received_total{source="%s"}'


async def test_a_killed_daemon_goes_on_where_each_source_stopped(tmp_path: Path) -> None:
    """And one of them begins anew when it is told to, without counting anything again."""
    at = just_now() - timedelta(minutes=1)
    async with Discourse() as forum, Lemmy() as lemmy, AppStore() as store:
        networks = {"forum": forum, "lemmy": lemmy, "store": store}
        for network in networks.values():
            network.posts = [Post("1", at=at), Post("2", at=at)]
        sources = {name: {"type": network.kind} | network.settings() for name, network in networks.items()}
        sources["partner"] = {"type": "webhook", "signature": "token", "secrets": ["s3cret"]}
        settings = settings_for("log://", sources=json.loads(json.dumps(sources)))
        await asyncio.to_thread(_live, tmp_path, settings, networks, at)


def _live(folder: Path, settings: dict[str, object], networks: dict[str, object], at: datetime) -> None:
    with RunningDaemon(folder, settings) as daemon:
        for name in networks:
            eventually(lambda name=name: daemon.metric(RECEIVED % name) == 2, f"two mentions of {name}")  # type: ignore[misc]
        told = daemon.post("/ingest/partner", b'{"id":"1","text":"hola acme"}', Authorization="Bearer s3cret")
        assert told == (202, {"accepted": 1, "rejected": 0})
        assert daemon.post("/ingest/partner", b"{}", Authorization="Bearer x")[0] == 401
        daemon.kill()
        for network in networks.values():
            network.posts = [Post("3", at=at), *network.posts]  # type: ignore[attr-defined]
        daemon.start()
        for name in networks:
            eventually(lambda name=name: daemon.metric(RECEIVED % name) == 1, f"the new one of {name}")  # type: ignore[misc]
        reset = runner.invoke(app, ["sources", "reset", "forum", "--by", "ana", "-c", str(daemon.config)])
        assert (reset.exit_code, reset.stdout) == (0, "forum begins anew\n")
        asked = len(networks["forum"].asked)  # type: ignore[attr-defined]
        eventually(lambda: len(networks["forum"].asked) > asked, "the forum is asked again")  # type: ignore[attr-defined]
        shown = {each["name"]: each for each in daemon.json("/api/v1/sources")["sources"]}
        assert not any(each["stale"] for each in shown.values())
        assert daemon.metric(RECEIVED % "forum") == 1
        listed = runner.invoke(app, ["sources", "list", "-c", str(daemon.config)])
        assert "reviews of 284882215" in listed.stdout.replace("\n", " ")
        tried = runner.invoke(app, ["sources", "test", "lemmy", "-c", str(daemon.config)])
        assert tried.exit_code == 0
        assert "lemmy: 3 mentions, 0 items that are none" in tried.stdout
        unknown = runner.invoke(app, ["sources", "test", "nobody", "-c", str(daemon.config)])
        assert unknown.exit_code != 0
