"""A reload that removes the brand of an open incident, and a kill, at random instants: its ladder is climbed, once."""

import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import Phone, a_phone

STEPS = [{"notify": ["ana"], "after": "0s"}, {"notify": ["boss"], "after": "4s"}]
OTHERS: dict[str, Any] = {"brands": [{"name": "Zeta", "match": {"any": ["zeta"]}}]}


@pytest.mark.parametrize("seed", range(3))
def test_the_brand_goes_and_the_ladder_is_climbed(tmp_path: Path, seed: int) -> None:
    """Removed while Ana is paged or later, killed before or after that: the boss is paged, no step twice without being
    marked, and the page's incident can be taken and resolved.
    """
    rng = Random(seed)
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), phone.url("boss"))
        settings["policies"] = {"default": {"steps": STEPS, "repeat": 0, "repeat_after": "1h", "crisis_pace": 1}}
        with RunningDaemon(tmp_path, settings) as daemon:
            assert daemon.send(a_crisis(seed, days=0.5))[0] == 202
            (incident,) = eventually(lambda: daemon.json("/api/v1/incidents")["incidents"], "it opens")
            threading.Event().wait(rng.uniform(0, 2))
            warned = _reload_without_the_brand(daemon)
            assert any(incident["id"] in warning and "no longer in the file" in warning for warning in warned)
            threading.Event().wait(rng.uniform(0, 2))
            daemon.kill()
            daemon.start()
            # What was cut off by the kill comes marked, and may not have come before.
            eventually(lambda: {"ana", "boss"} <= set(_paged(phone, marked=True)), "Ana and the boss are paged")
            assert all(_paged(phone).count(who) <= 1 for who in ("ana", "boss")), phone.titles
            path = f"/api/v1/incidents/{incident['id']}"
            assert daemon.get(path.replace("/api/v1", ""))[0] == 200
            assert daemon.post(f"{path}/ack", b'{"by": "boss"}')[0] == 200
            daemon.kill()
            daemon.start()
            assert daemon.json(path)["incident"]["acknowledged_by"] == "boss"
            status, answer = daemon.post(f"{path}/resolve", b'{"by": "boss"}')
            assert (status, answer["incident"]["state"]) == (200, "resolved")
            assert daemon.stop() == 0


def _reload_without_the_brand(daemon: RunningDaemon) -> list[str]:
    daemon.settings |= OTHERS  # for the lives to come
    running = yaml.safe_load(daemon.config.read_text(encoding="utf-8"))
    daemon.config.write_text(yaml.safe_dump(running | OTHERS, allow_unicode=True), encoding="utf-8")
    status, answer = daemon.post("/-/reload", b"")
    assert (status, answer["reloaded"]) == (200, True)
    return list(answer["warnings"])


def _paged(phone: Phone, *, marked: bool = False) -> list[str]:
    """Whom pages reached that are not marked as repeats; or also those."""
    return [who for who, title, _ in phone.pages if "CRISIS" in title and (marked or "(repetición)" not in title)]
