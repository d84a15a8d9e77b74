"""Finds the usual faults of dashboards: what a reader cannot read, and what ties a dashboard to one Grafana."""

import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
DATASOURCE = "${datasource}"
BILINGUAL = re.compile(r" · |^(HTTP|Sentinel|Prometheus)$")


def faults(dashboard: Node) -> list[str]:
    """Each fault as one line that names its panel."""
    found = [
        f"{panel.get('title') or panel.get('id')}: {fault}"
        for panel in dashboard["panels"]
        for fault in _of_panel(panel)
    ]
    ids = [panel["id"] for panel in dashboard["panels"] if "id" in panel]
    found += ["two panels have the same id"] if len(ids) != len(set(ids)) else []
    if not dashboard.get("uid"):
        found.append("no uid: links to it would break")
    if dashboard.get("editable"):
        found.append("editable: what somebody changes by hand is lost")
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query" and (variable.get("datasource") or {}).get("uid") != DATASOURCE:
            found.append(f"variable {variable['name']}: hard-coded datasource")
        if not variable.get("label"):
            found.append(f"variable {variable['name']}: no label")
    for each in dashboard.get("annotations", {}).get("list", []):
        if each["datasource"]["uid"] != DATASOURCE:
            found.append(f"annotation {each['name']}: hard-coded datasource")
    return found + list(_crowding(dashboard["panels"]))


def _of_panel(panel: Node) -> Iterator[str]:
    if not BILINGUAL.search(panel.get("title", "")):
        yield "title: none, or in one language"
    if not panel.get("description"):
        yield "no description"
    if (panel.get("datasource") or {}).get("uid") != DATASOURCE:
        yield "hard-coded datasource"
    defaults = panel["fieldConfig"]["defaults"]
    if not defaults.get("unit"):
        yield "no unit"
    if panel["type"] == "timeseries" and not panel["options"]["legend"]["showLegend"]:
        yield "no legend"
    targets = panel.get("targets", [])
    if not targets:
        yield "asks nothing"
    if len({target["refId"] for target in targets}) != len(targets):
        yield "two queries of the same name"
    for target in targets:
        yield from _of_query(target)
    scored = any("crisis_score" in target["expr"] for target in targets)
    if scored and len((defaults.get("thresholds") or {}).get("steps", [])) > 1:
        yield "thresholds of a score typed by hand"


def _of_query(target: Node) -> Iterator[str]:
    if (target.get("datasource") or {}).get("uid") != DATASOURCE:
        yield f"query {target['refId']}: hard-coded datasource"
    if not target.get("legendFormat") and target.get("format") != "table":
        yield f"query {target['refId']}: no legend"


def _crowding(panels: list[Node]) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{panel['title']}: wider than the page"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if (other := taken.setdefault((x, y), panel["title"])) != panel["title"]:
                    yield f"{panel['title']}: lies on {other}"
                    return
