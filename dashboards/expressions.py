"""Every expression of dashboards and rules, as Prometheus is asked it once Grafana has put its variables in."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).parent
SELECTOR = re.compile(r"(?<![\w:])((?:sentinel_|process_|up\b|ALERTS\b|scrape_|[a-z_]+:sentinel)[\w:]*)(\{[^}]*\})?")


def filled(expression: str, brand: str = ".*") -> str:
    return expression.replace("$brand", brand)


CLUSTER = "cluster"
"""The dashboard and the rules whose series a process alone does not have."""


def of_dashboards(*, cluster: bool | None = None) -> Iterator[tuple[str, str]]:
    """(where, expression) of each panel and annotation; of those of a cluster alone, or of the others, where asked."""
    for path in _asked(HERE.glob("*.json"), cluster):
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']} {target['refId']}", target["expr"]
        for each in dashboard.get("annotations", {}).get("list", []):
            yield f"{path.stem}: {each['name']}", each["expr"]


def of_rules(*, cluster: bool | None = None) -> Iterator[tuple[str, str]]:
    """(name, expression) of each alert and recording; as `of_dashboards`."""
    for path in _asked((HERE / "rules").glob("*.yml"), cluster):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")).get("groups", []):
            for rule in group["rules"]:
                yield rule.get("alert") or rule["record"], rule["expr"]


def selectors(expression: str) -> list[str]:
    """The series an expression reads.

    Examples
    --------
    >>> selectors('time() - sentinel_a_seconds > 5 * sentinel_b{x="y"} + 60 and up{job="s"} == 0')
    ['sentinel_a_seconds', 'sentinel_b{x="y"}', 'up{job="s"}']
    """
    bare = re.sub(r"\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)", "", expression)
    return [f"{name}{labels or ''}" for name, labels in SELECTOR.findall(bare)]


def _asked(paths: Iterable[Path], cluster: bool | None) -> list[Path]:
    return sorted(each for each in paths if cluster is None or (each.stem == CLUSTER) is cluster)
