"""Builds Grafana dashboards as code. `python dashboards/build.py` writes them; `--check` says whether what is committed is fresh.

Thresholds are not typed here a second time: colours follow the level that Sentinel reports, not a score of our own.
"""

import sys
from pathlib import Path

from grafana_foundation_sdk.builders import bargauge, dashboard, prometheus, stat, text, timeseries
from grafana_foundation_sdk.builders.common import VizLegendOptions
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

HERE = Path(__file__).parent
SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")


def query(expression: str, legend: str = "") -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expression).legend_format(legend).datasource(SOURCE)


def colours(*steps: tuple[float | None, str]) -> dashboard.ThresholdsConfig:
    made = [model.Threshold(value=value, color=colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(made)


def scores() -> stat.Panel:
    return (
        stat.Panel()
        .title("Puntuación de crisis · Crisis score")
        .description("0 to 100 per brand; «?» when a source is silent and the score is unknown.")
        .datasource(SOURCE)
        .with_target(query('sentinel_crisis_score{brand=~"$brand"}', "{{brand}}"))
        .unit("none").decimals(0).min(0).max(100).no_value("?")
        .color_mode(common.BigValueColorMode.BACKGROUND)
        .graph_mode(common.BigValueGraphMode.AREA)
        .thresholds(colours((None, "#3d5a48"), (35, "#8a6d1f"), (60, "#b3541e"), (80, "#a3202c")))
        .height(9).span(24)
    )  # fmt: skip


def why() -> bargauge.Panel:
    return (
        bargauge.Panel()
        .title("Por qué · Why")
        .description("Points each signal adds to the score; they sum to it.")
        .datasource(SOURCE)
        .with_target(query('sentinel_signal_points{brand=~"$brand"} > 0', "{{brand}} · {{signal}}"))
        .unit("none").decimals(0).min(0).no_value("0")
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.GRADIENT)
        .height(9).span(8)
    )  # fmt: skip


def volume() -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title("Menciones por minuto · Mentions a minute")
        .description("By sentiment, all chosen brands together.")
        .datasource(SOURCE)
        .with_target(query('sum by (sentiment) (rate(sentinel_mentions_total{brand=~"$brand"}[5m])) * 60', "{{sentiment}}"))
        .unit("short").min(0).fill_opacity(25).line_width(1)
        .legend(VizLegendOptions().show_legend(True).display_mode(common.LegendDisplayMode.LIST).placement(common.LegendPlacement.BOTTOM))
        .height(9).span(8)
    )  # fmt: skip


def history() -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title("Puntuación en el tiempo · Score over time")
        .description("Gaps are times when the score was unknown.")
        .datasource(SOURCE)
        .with_target(query('sentinel_crisis_score{brand=~"$brand"}', "{{brand}}"))
        .unit("none").min(0).max(100).line_width(2)
        .legend(VizLegendOptions().show_legend(True).display_mode(common.LegendDisplayMode.LIST).placement(common.LegendPlacement.BOTTOM))
        .height(9).span(8)
    )  # fmt: skip


def number(title: str, description: str, expression: str, unit: str, legend: str, *steps: tuple[float | None, str]) -> stat.Panel:
    return (
        stat.Panel()
        .title(title).description(description).datasource(SOURCE)
        .with_target(query(expression, legend))
        .unit(unit).decimals(0).no_value("0")
        .color_mode(common.BigValueColorMode.BACKGROUND)
        .graph_mode(common.BigValueGraphMode.NONE)
        .thresholds(colours(*steps))
        .height(5).span(6)
    )  # fmt: skip


def wall() -> dashboard.Dashboard:
    """Everything a team wants to see from across the room."""
    red, green, amber = "#a3202c", "#3d5a48", "#b3541e"
    return (
        dashboard.Dashboard("Sentinel · Muro · Wall")
        .uid("sentinel-wall").tags(["sentinel"]).refresh("10s").time("now-24h", "now").readonly().timezone("browser")
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .with_variable(
            dashboard.QueryVariable("brand").label("Marca · Brand").datasource(SOURCE)
            .query("label_values(sentinel_crisis_score, brand)").multi(True).include_all(True).all_value(".*")
            .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        )
        .with_panel(scores())
        .with_panel(number(
            "Incidentes abiertos · Open incidents", "Not resolved, by level.",
            'sum by (level) (sentinel_incidents_open{brand=~"$brand"})', "none", "{{level}}", (None, green), (1, red),
        ))
        .with_panel(number(
            "Avisos en 24 h · Pages in 24 h", "Taken by a provider.",
            'sum(increase(sentinel_pages_total{outcome="accepted"}[24h])) or vector(0)', "none", "", (None, green),
        ))
        .with_panel(number(
            "Fuentes: último éxito · Sources: last success", "Seconds since each source last answered.",
            "time() - sentinel_source_last_success_timestamp_seconds", "s", "{{source}}", (None, green), (900, amber), (3600, red),
        ))
        .with_panel(number(
            "Cola · Queue", "Mentions on disk that are not folded yet.",
            "sentinel_queue_mentions", "none", "", (None, green), (5000, amber), (20000, red),
        ))
        .with_panel(why()).with_panel(volume()).with_panel(history())
        .with_panel(text.Panel().title("").content("**?** = desconocida: una fuente calla · a source is silent").height(2).span(24))
    )  # fmt: skip


def main() -> int:
    stale = []
    for name, built in (("wall", wall()),):
        path = HERE / f"{name}.json"
        made = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(built.build()) + "\n"
        if "--check" not in sys.argv:
            path.write_text(made, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != made:
            stale.append(path.name)
    for each in stale:
        print(f"dashboards/{each} is not what dashboards/build.py makes; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
