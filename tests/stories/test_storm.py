"""Several brands catch fire at once: one phone buzzes twice, and every incident knows of it."""

from pathlib import Path
from urllib.parse import quote

from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import a_phone

BRANDS = ["Acme", "Iota", "Omega", "Zeta"]


def test_four_brands_are_two_messages(tmp_path: Path) -> None:
    """The first page goes at once; the other three come together, each with a link of its own that works."""
    with a_phone() as phone:
        settings = settings_for(phone.url("ana")) | {
            "brands": [{"name": name, "match": {"any": ["acme"]}, "thresholds": {"crisis": 100}} for name in BRANDS],
            "scoring": {
                "weights": dict.fromkeys(("severity", "novelty", "velocity", "reach"), 0)
            },  # with all of them it would be a crisis
            "delivery": {"timeout": "5s", "group_wait": "3s"},
        }
        with RunningDaemon(tmp_path, settings) as daemon:
            assert daemon.send(a_crisis())[0] == 202
            eventually(lambda: any("3 incidentes" in title for title in phone.titles), "the other three arrive")
            first, together = phone.pages[:2]
            assert first[1].startswith("🟠 ALERTA · Acme")
            assert together[1].startswith("🟠 3 incidentes: Iota ")
            incidents = {each["brand"]: each["id"] for each in daemon.json("/api/v1/incidents")["incidents"]}
            lines = together[2].splitlines()
            links = [
                lines[lines.index(line) + 1] for name in BRANDS[1:] for line in lines if f"ALERTA · {name} ·" in line
            ]
            assert len(set(links)) == 3
            assert all(daemon.get(link.removeprefix(f"http://127.0.0.1:{daemon.port}"))[0] == 200 for link in links)
            assert len([title for title in phone.titles if title.startswith("🟠")]) == 2
            told = eventually(lambda: _said(daemon, incidents["Zeta"]), "the timeline says so")
            assert told == ["json: accepted, 3 in one message"]
            for budget in ("contact", "provider", "night"):
                assert daemon.metric(f'sentinel_budget_exhausted_total{{budget="{budget}"}}') == 0


def _said(daemon: RunningDaemon, incident: str) -> list[str]:
    lines = daemon.json(f"/api/v1/incidents/{quote(incident)}")["timeline"]
    return [line["detail"] for line in lines if line["what"] == "delivery"]
