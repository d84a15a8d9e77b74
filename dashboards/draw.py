"""Draws a dashboard to PNG from a real Prometheus' answers, for the documents: python dashboards/draw.py URL NAME FILE
[MINUTES] [BRAND]

Not Grafana's own picture: the same panels at the same places with the same words and colours, by matplotlib.
"""

import json
import math
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

HERE = Path(__file__).parent
INK, PAPER, CARD, SOFT = "#e8e6e3", "#111417", "#1a1e22", "#9aa0a6"
COLOURS = (
    "#7eb6d9",
    "#e0a458",
    "#8fbf88",
    "#d98880",
    "#b39ddb",
    "#80cbc4",
    "#f0c987",
    "#bcaaa4",
    "#90a4ae",
    "#ce93d8",
    "#a5d6a7",
    "#ef9a9a",
)
Node = dict[str, Any]
UNITS = {"s": "s", "percentunit": "%", "cpm": "/min", "bytes": "MB"}


class Asked:
    """Answers for one span of time."""

    def __init__(self, url: str, start: float, end: float, brand: str) -> None:
        self._url, self.start, self.end, self._brand = url, start, end, brand

    def ask(self, path: str, expression: str, **more: object) -> list[Node]:
        query = urlencode({"query": expression.replace("$brand", self._brand), **more})
        with urlopen(f"{self._url}/api/v1/{path}?{query}", timeout=30) as answer:
            return list(json.load(answer)["data"]["result"])

    def now(self, expression: str) -> list[tuple[Node, float]]:
        return [(each["metric"], float(each["value"][1])) for each in self.ask("query", expression, time=self.end)]

    def over_time(self, expression: str) -> list[tuple[Node, list[float], list[float]]]:
        step = max(1.0, (self.end - self.start) / 240)
        rows = self.ask("query_range", expression, start=self.start, end=self.end, step=step)
        return [
            (row["metric"], [(t - self.end) / 60 for t, _ in row["values"]], [float(v) for _, v in row["values"]])
            for row in rows
        ]


def named(legend: str, labels: Node) -> str:
    for name, value in labels.items():
        legend = legend.replace("{{" + name + "}}", value)
    return legend


def words(panel: Node, value: float) -> tuple[str, str]:
    """What a value says, and its colour, by the panel's mappings and thresholds."""
    defaults = panel["fieldConfig"]["defaults"]
    for mapping in defaults.get("mappings") or []:
        options = mapping["options"]
        if mapping["type"] == "special" and math.isnan(value):
            return options["result"]["text"], options["result"]["color"]
        if mapping["type"] == "value" and not math.isnan(value) and (found := options.get(f"{value:g}")):
            return found["text"], found["color"]
    steps = (defaults.get("thresholds") or {}).get("steps") or [{"value": None, "color": CARD}]
    colour = [
        step["color"]
        for step in steps
        if step.get("value") is None or (not math.isnan(value) and value >= step["value"])
    ][-1]
    return figure(value, defaults["unit"], defaults.get("decimals") or 0), colour


def figure(value: float, unit: str, decimals: float = 0) -> str:
    if math.isnan(value):
        return "–"
    if unit == "s" and value >= 120:
        return f"{value / 60:.0f} min"
    if unit == "s" and 0 < value < 1:
        return f"{value * 1000:.0f} ms"
    scale = {"percentunit": 100, "bytes": 1e-6}.get(unit, 1)
    digits = 1 if unit == "s" and value < 10 else int(decimals)
    return f"{value * scale:.{digits}f} {UNITS.get(unit, '')}".strip()


def fitted(text: str, width: float, size: float) -> str:
    most = max(6, int(width * 72 / (size * 0.56)))
    return text if len(text) <= most else text[: most - 1] + "…"


def draw_stat(axes: Axes, panel: Node, asked: Asked, width: float) -> int:
    target = panel["targets"][0]
    rows = asked.now(target["expr"])
    for n, (labels, value) in enumerate(rows):
        said, colour = words(panel, value)
        axes.axvspan(n / len(rows) + 0.004, (n + 1) / len(rows) - 0.004, ymin=0.02, ymax=0.98, color=colour, lw=0)
        middle, room = (n + 0.5) / len(rows), width / len(rows)
        size = min(20, max(7.5, room * 72 / max(4, len(said)) / 0.62))
        name = named(target["legendFormat"], labels)
        axes.text(middle, 0.58, said, ha="center", va="center", color=INK, fontsize=size, weight="bold")
        axes.text(middle, 0.2, fitted(name, room, 8), ha="center", va="center", color=INK, fontsize=8)
    axes.set_xlim(0, 1)
    axes.axis("off")
    return len(rows)


def draw_lines(axes: Axes, panel: Node, asked: Asked, width: float) -> int:
    overrides = {each["matcher"]["options"]: each["properties"] for each in panel["fieldConfig"].get("overrides", [])}
    unit = panel["fieldConfig"]["defaults"]["unit"]
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    stack, drawn = (custom.get("stacking") or {}).get("mode") == "normal", 0
    below: dict[float, float] = {}
    scale = {"percentunit": 100, "bytes": 1e-6}.get(unit, 1)
    for target in panel["targets"]:
        for labels, times, values in asked.over_time(target["expr"]):
            name = named(target["legendFormat"], labels)
            props = next((props for key, props in overrides.items() if key == name or key.strip("/") in name), [])
            fixed = {each["id"]: each["value"] for each in props}
            colour = fixed.get("color", {}).get("fixedColor", COLOURS[drawn % len(COLOURS)])
            heights = [value * scale for value in values]
            shown = f"{name}  {figure(values[-1], unit)}"
            if "custom.lineStyle" in fixed:
                axes.plot(times, heights, color=colour, lw=1, ls="--", label=shown)
            elif stack:
                base = [below.get(t, 0.0) for t in times]
                top = [b + (0 if math.isnan(h) else h) for b, h in zip(base, heights, strict=True)]
                axes.fill_between(times, base, top, color=colour, alpha=0.75, lw=0.5, label=shown)
                below.update(zip(times, top, strict=True))
            else:
                axes.plot(times, heights, color=colour, lw=1.6, label=shown)
            drawn += 1
    if drawn:
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(0, -0.12),
            ncols=max(1, int(width / 1.6)),
            fontsize=6.5,
            frameon=False,
            labelcolor=SOFT,
        )
    axes.set_ylim(bottom=0, top=100 if panel["fieldConfig"]["defaults"].get("max") == 100 else None)
    axes.set_xlim((asked.start - asked.end) / 60, 0)
    axes.tick_params(colors=SOFT, labelsize=7, length=0)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g} min" if x else "")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:g} {UNITS.get(unit, '')}".strip())
    axes.grid(color="#2a2f35", lw=0.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return drawn


def draw_table(axes: Axes, panel: Node, asked: Asked, width: float) -> int:
    """Joined by brand, as the dashboard does."""
    titles = {
        each["matcher"]["options"]: {prop["id"]: prop["value"] for prop in each["properties"]}
        for each in panel["fieldConfig"]["overrides"]
    }
    rows: dict[str, Node] = {}
    for target in panel["targets"]:
        for labels, value in asked.now(target["expr"]):
            row = rows.setdefault(labels["brand"], {"brand": labels["brand"]})
            row[f"Value #{target['refId']}"] = value
            row |= {"contact": labels["contact"]} if "contact" in labels else {}
    wide = {"brand": 1.4, "Value #A": 1.5}
    edges, total = {}, sum(wide.get(column, 1.0) for column in titles)
    at = 0.0
    for column, props in titles.items():
        edges[column] = at
        axes.text(at + 0.01, 0.95, props["displayName"], color=SOFT, fontsize=7, va="top")
        at += wide.get(column, 1.0) / total
    for n, row in enumerate(rows.values(), 1):
        y = 0.95 - n * min(0.2, 0.85 / max(1, len(rows)))
        for column, props in titles.items():
            cell = {
                "fieldConfig": {
                    "defaults": {
                        "unit": props.get("unit", "none"),
                        "decimals": props.get("decimals", 0),
                        "mappings": props.get("mappings"),
                    }
                }
            }
            value = row.get(column, math.nan)
            said, colour = words(cell, value) if isinstance(value, float) else (value, CARD)
            box = {"facecolor": colour, "edgecolor": "none", "pad": 3} if "custom.cellOptions" in props else None
            axes.text(edges[column] + 0.01, y, said, color=INK, fontsize=9, va="top", bbox=box)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.axis("off")
    return len(rows)


DRAWN = {"stat": draw_stat, "timeseries": draw_lines, "table": draw_table}


def draw(dashboard: Node, asked: Asked, path: Path) -> list[str]:
    """Write the picture; gives the titles of panels that had nothing to show."""
    mpl.rcParams["font.family"] = ["DejaVu Sans"]
    panels, unit_w, unit_h = dashboard["panels"], 0.5, 0.3
    tall = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels) * unit_h + 0.5
    page = Figure(figsize=(24 * unit_w, tall), facecolor=PAPER)
    page.text(0.008, 1 - 0.14 / tall, dashboard["title"], color=INK, fontsize=13, va="top", weight="bold")
    empty = []
    for panel in panels:
        g = panel["gridPos"]
        width, height = g["w"] * unit_w, g["h"] * unit_h
        left, bottom = g["x"] * unit_w, tall - 0.5 - (g["y"] + g["h"]) * unit_h
        card = page.add_axes(
            (left / 12 + 0.003, (bottom + 0.04) / tall, width / 12 - 0.006, (height - 0.08) / tall), facecolor=CARD
        )
        card.set_xticks([])
        card.set_yticks([])
        for spine in card.spines.values():
            spine.set_visible(False)
        card.set_title(
            fitted(panel["title"], width, 8.5), loc="left", color=INK, fontsize=8, y=1, pad=-10, x=0.08 / width
        )
        lined = panel["type"] == "timeseries"
        inner = page.add_axes(
            (
                (left + (0.55 if lined else 0.1)) / 12,
                (bottom + (0.62 if lined else 0.1)) / tall,
                (width - (0.7 if lined else 0.2)) / 12,
                (height - (0.98 if lined else 0.36)) / tall,
            ),
            facecolor=CARD,
        )
        if not DRAWN[panel["type"]](inner, panel, asked, width):
            empty.append(panel["title"])
    drawn = BytesIO()
    page.savefig(drawn, dpi=85)
    Image.open(drawn).convert("RGB").quantize(128).save(path, optimize=True)
    return empty


def main(arguments: Sequence[str]) -> int:
    url, name, path = arguments[:3]
    minutes, brand = float(arguments[3]) if len(arguments) > 3 else 60.0, arguments[4] if len(arguments) > 4 else ".*"
    with urlopen(f"{url}/api/v1/query?query=time()", timeout=30) as answer:
        end = float(json.load(answer)["data"]["result"][0])
    dashboard = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    for title in draw(dashboard, Asked(url, end - minutes * 60, end, brand), Path(path)):
        print(f"nothing to show: {title}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
