"""Dashboards: what their code makes, as Grafana's own types read them, without the usual faults."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.lint import faults
from tests.stack.servers import ROOT, SHIPPED

NAMES = ("wall", "brand", "operations", "cluster")


def read(name: str) -> dict[str, Any]:
    return json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_they_are_what_their_code_makes() -> None:
    """`make docs` was run."""
    subprocess.run([sys.executable, str(SHIPPED / "build.py"), "--check"], check=True, timeout=60, cwd=ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_grafanas_types_read_all_of_it_and_lose_nothing(name: str) -> None:
    """Read through the types generated from Grafana's schema and written again, it is the same."""
    shipped = read(name)
    assert json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(shipped))) == shipped


@pytest.mark.parametrize("name", NAMES)
def test_the_linter_finds_no_fault(name: str) -> None:
    """Units, descriptions, legends, datasource, languages, places."""
    assert faults(read(name)) == []


def _panel(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda dashboard: change(next(each for each in dashboard["panels"] if each["type"] == "timeseries"))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_panel(lambda panel: panel["fieldConfig"]["defaults"].pop("unit")), "no unit"),
        (_panel(lambda panel: panel.pop("description")), "no description"),
        (_panel(lambda panel: panel["options"]["legend"].update(showLegend=False)), "no legend"),
        (_panel(lambda panel: panel["targets"][0].update(legendFormat="")), "query A: no legend"),
        (_panel(lambda panel: panel["datasource"].update(uid="P1809F7CD0C75ACF3")), "hard-coded datasource"),
        (
            _panel(lambda panel: panel["targets"][0]["datasource"].update(uid="prometheus")),
            "query A: hard-coded datasource",
        ),
        (_panel(lambda panel: panel.update(title="Score")), "title: none, or in one language"),
        (_panel(lambda panel: panel["gridPos"].update(x=23)), "wider than the page"),
        (_panel(lambda panel: panel["gridPos"].update(y=0, x=0)), "lies on"),
        (
            _panel(
                lambda panel: panel["fieldConfig"]["defaults"].update(
                    thresholds={"steps": [{"value": None}, {"value": 60}]}
                )
            ),
            "thresholds of a score typed by hand",
        ),
        (lambda dashboard: dashboard.update(editable=True), "editable"),
    ],
)
def test_the_linter_finds_each_fault(spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    """It would say so if somebody made it."""
    spoilt = copy.deepcopy(read("wall"))
    spoil(spoilt)
    assert any(fault in each for each in faults(spoilt)), faults(spoilt)


def test_they_lead_to_each_other_and_to_sentinels_own_pages() -> None:
    """By tag, and by an address that Sentinel itself says."""
    for name in NAMES:
        shipped = read(name)
        kinds = {link["type"]: link for link in shipped["links"]}
        assert kinds["dashboards"]["tags"] == ["sentinel"]
        assert "sentinel" in shipped["tags"]
        assert {link["url"] for link in shipped["links"] if link["type"] == "link"} == {
            "${sentinel}/",
            "${sentinel}/wall",
        }
        (address,) = [each for each in shipped["templating"]["list"] if each["name"] == "sentinel"]
        assert address["query"] == "label_values(sentinel_web_info, external_url)"
    assert "/d/sentinel-brand?" in json.dumps(read("wall"))
