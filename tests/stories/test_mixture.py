"""The examples of six airlines and of a Spanish operator, on seven networks of this machine at once."""

import asyncio
import json
import re
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sources.far_side import Network, Post
from tests.sources.networks import AppStore, Discourse, Mastodon, Reddit, Youtube
from tests.sources.relay import Relay, a_post
from tests.sources.test_killed import FeedSite
from tests.stories.daemon import RunningDaemon, eventually, just_now

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
NETWORKS: dict[str, type[Network]] = {
    "mastodon": Mastodon,
    "reddit": Reddit,
    "youtube": Youtube,
    "app": AppStore,
    "foro": Discourse,
    "prensa": FeedSite,
}
RECEIVED = 'sentinel_mentions_received_total{source="%s"}'


def an_example(name: str) -> dict[str, Any]:
    """With people who are written to a log, and brands that are unknown until seven sources answer."""
    example: dict[str, Any] = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    for contact in example["contacts"].values():
        contact["channels"] = ["log://"]
    return example


def here(example: dict[str, Any], networks: dict[str, Network], sky: str) -> dict[str, Any]:
    """Its sources as they are written, or as the operator's are, but for where they ask."""
    sources = example.get("sources") or an_example("telecom_es.yaml")["sources"]
    for name, network in networks.items():
        sources[name] |= json.loads(json.dumps({"type": network.kind} | network.settings()))
    sources["bluesky"] |= {"hosts": [sky], "commit_every": "1s"}
    return example | {"sources": sources}


@pytest.mark.parametrize(
    ("example", "text", "brand", "unnamed"),
    [
        ("telecom_es.yaml", "Nexofón es una vergüenza, otra vez sin servicio", "Nexofón", True),
        ("airlines.yaml", "@united is a disgrace, flight cancelled again", "United", False),
    ],
)
async def test_seven_networks_at_once(example: str, text: str, brand: str, unnamed: bool, tmp_path: Path) -> None:
    """Each brings what is said of the brand; the wall shows each one's freshness, in both languages."""
    at = just_now() - timedelta(minutes=1)
    async with AsyncExitStack() as stack:
        networks = {name: await stack.enter_async_context(kind()) for name, kind in NETWORKS.items()}
        for name, network in networks.items():
            nameless = unnamed and name in ("app", "foro")
            network.posts = [replace(Post("1", at=at), text="Fatal, no abre" if nameless else text)]
        event = json.loads(a_post(1, text))
        event["time_us"] = int(at.timestamp() * 1e6)
        event["commit"]["record"]["createdAt"] = at.isoformat()
        sky = await stack.enter_async_context(Relay([json.dumps(event)]))
        settings = here(an_example(example), networks, sky.url)
        assert len(settings["sources"]) == 7
        await asyncio.to_thread(_look, tmp_path, settings, brand, at)


def _look(folder: Path, settings: dict[str, Any], brand: str, at: datetime) -> None:
    with RunningDaemon(folder, settings) as daemon:
        for name in settings["sources"]:
            eventually(lambda name=name: daemon.metric(RECEIVED % name) == 1, f"what {name} brings")  # type: ignore[misc]
        about = f'sentinel_mentions_total{{brand="{brand}",sentiment="'
        eventually(
            lambda: sum(daemon.metric(f'{about}{each}"}}') for each in ("negative", "neutral", "positive")) == 7,
            f"all seven are about {brand}",
        )
        fresh = dict.fromkeys(settings["sources"], "fresh")
        for language, label in (("es", "Fuentes"), ("en", "Sources")):
            eventually(lambda at=language, says=label: _freshness(daemon, at, says) == fresh, "the wall shows it")  # type: ignore[misc]
            status = daemon.get(f"/?lang={language}")[1].decode()
            assert all(f'<span class="name">{name}' in status for name in settings["sources"])
        assert daemon.stop() == 0


def _freshness(daemon: RunningDaemon, language: str, label: str) -> dict[str, str]:
    """What the wall shows of each source, at its newest tick."""
    _, _, strip = (
        daemon.get(f"/wall?lang={language}")[1].decode().partition(f'id="sources" data-part aria-label="{label}"')
    )
    return {name: state for state, name in re.findall(r'<li class="(\w+)">\s*<svg.*?</svg>\s*(\w+)', strip, re.S)}
