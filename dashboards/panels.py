"""What the dashboards share: the datasource as a variable, colours of levels, links, and panels with what every panel
must have.

No threshold of a score is typed here: colours follow the level that Sentinel reports, and lines are drawn from its own
metric.
"""

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import StackingConfig, VizLegendOptions, VizTooltipOptions
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
GREEN, YELLOW, ORANGE, RED, GREY = "#3d5a48", "#8a6d1f", "#b3541e", "#a3202c", "#4a4f57"
BRAND = '{brand=~"$brand"}'
LEVELS = ("calma · calm", "vigilancia · watch", "alerta · alert", "crisis")
SENTIMENTS = {"negative": RED, "neutral": GREY, "positive": GREEN}


def query(
    expression: str, legend: str = "", *, ref: str = "A", instant: bool = False, exemplar: bool = False
) -> prometheus.Dataquery:
    made = prometheus.Dataquery().expr(expression).legend_format(legend).datasource(SOURCE).ref_id(ref)
    if exemplar:
        made = made.exemplar(True)
    return made.instant() if instant else made.range()


def colours(*steps: tuple[float | None, str]) -> dashboard.ThresholdsConfig:
    made = [model.Threshold(value=value, color=colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(made)


def level_words() -> list[model.ValueMap | model.RangeMap | model.RegexMap | model.SpecialValueMap]:
    """The number of a level as its name and colour; what is no number is unknown, which is not calm."""
    shown = zip(LEVELS, (GREEN, YELLOW, ORANGE, RED), strict=True)
    options = {
        str(n): model.ValueMappingResult(text=word, color=colour, index=n) for n, (word, colour) in enumerate(shown)
    }
    return [model.ValueMap(options=options), *unknown("desconocido · unknown")]


def unknown(word: str = "?") -> list[model.SpecialValueMap]:
    result = model.ValueMappingResult(text=word, color=GREY, index=9)
    match = model.SpecialValueMatch.NULL_AND_NAN
    return [model.SpecialValueMap(options=model.DashboardSpecialValueMapOptions(match=match, result=result))]


def yes_or_no(yes: tuple[str, str], no: tuple[str, str]) -> list[model.ValueMap]:
    """1 and 0 as (word, colour)."""
    options = {
        key: model.ValueMappingResult(text=word, color=colour) for key, (word, colour) in {"1": yes, "0": no}.items()
    }
    return [model.ValueMap(options=options)]


def number(
    title: str, description: str, *queries: prometheus.Dataquery, unit: str, span: int = 6, height: int = 4
) -> stat.Panel:
    """One figure, or one for each series, coloured by its thresholds or mappings."""
    made = stat.Panel().title(title).description(description).datasource(SOURCE).unit(unit).decimals(0).no_value("–")
    for each in queries:
        made = made.with_target(each)
    return (
        made.color_mode(common.BigValueColorMode.BACKGROUND)
        .graph_mode(common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.VALUE_AND_NAME if len(queries) == 1 else common.BigValueTextMode.AUTO)
        .thresholds(colours((None, GREEN)))
        .height(height)
        .span(span)
    )


def lines(
    title: str, description: str, *queries: prometheus.Dataquery, unit: str, span: int = 12, height: int = 8
) -> timeseries.Panel:
    """Figures over time, with a legend and gaps where nothing is known."""
    made = timeseries.Panel().title(title).description(description).datasource(SOURCE).unit(unit)
    for each in queries:
        made = made.with_target(each)
    legend = (
        VizLegendOptions()
        .show_legend(True)
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
    )
    return (
        made.line_width(2)
        .fill_opacity(8)
        .legend(legend.calcs(["lastNotNull"]))
        .tooltip(VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING))
        .height(height)
        .span(span)
    )


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    return panel.stacking(StackingConfig().mode(common.StackingMode.NORMAL)).fill_opacity(55).line_width(1).min(0)


def dashed(panel: timeseries.Panel, *names: tuple[str, str]) -> timeseries.Panel:
    """These series, by a pattern of their legend, as thin dashed lines of a colour: limits, not measurements."""
    for pattern, colour in names:
        panel = panel.override_by_regexp(
            pattern,
            [
                model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour}),
                model.DynamicConfigValue(id_val="custom.lineStyle", value={"fill": "dash", "dash": [8, 8]}),
                model.DynamicConfigValue(id_val="custom.lineWidth", value=1),
                model.DynamicConfigValue(id_val="custom.fillOpacity", value=0),
                model.DynamicConfigValue(id_val="custom.stacking", value={"mode": "none", "group": "limit"}),
            ],
        )
    return panel


def coloured(panel: timeseries.Panel, names: dict[str, str]) -> timeseries.Panel:
    for name, colour in names.items():
        panel = panel.override_by_name(
            name, [model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})]
        )
    return panel


def score_lines(title: str, description: str, *, span: int, height: int) -> timeseries.Panel:
    """Scores with the thresholds of the configuration."""
    return dashed(
        lines(
            title,
            description,
            query(f"sentinel_crisis_score{BRAND}", "{{brand}}"),
            query(f"max by (level) (sentinel_score_threshold{BRAND})", "≥ {{level}}", ref="B"),
            unit="none",
            span=span,
            height=height,
        )
        .min(0)
        .max(100),
        ("/≥ watch/", YELLOW),
        ("/≥ alert/", ORANGE),
        ("/≥ crisis/", RED),
    )


def a_dashboard(name: str, title: str, description: str, *, refresh: str, since: str) -> dashboard.Dashboard:
    """Empty, with datasource, links to the others and to Sentinel's own pages."""
    return (
        dashboard.Dashboard(f"Sentinel · {title}")
        .uid(f"sentinel-{name}")
        .description(description)
        .tags(["sentinel"])
        .refresh(refresh)
        .time(since, "now")
        .readonly()
        .timezone("browser")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .with_variable(
            dashboard.QueryVariable("sentinel")
            .label("Sentinel")
            .datasource(SOURCE)
            .hide(model.VariableHide.HIDE_VARIABLE)
            .query("label_values(sentinel_web_info, external_url)")
            .refresh(model.VariableRefresh.ON_DASHBOARD_LOAD)
        )
        .link(
            dashboard.DashboardLink("Sentinel")
            .type(model.DashboardLinkType.DASHBOARDS)
            .tags(["sentinel"])
            .include_vars(True)
            .keep_time(True)
        )
        .link(_page("Estado · Status", "/"))
        .link(_page("Muro · Wall", "/wall"))
    )


def _page(title: str, path: str) -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink(title)
        .type(model.DashboardLinkType.LINK)
        .url("${sentinel}" + path)
        .icon("external link")
        .tooltip("Sentinel")
        .target_blank(True)
    )


def brands(*, several: bool) -> dashboard.QueryVariable:
    made = (
        dashboard.QueryVariable("brand")
        .label("Marca · Brand")
        .datasource(SOURCE)
        .query("label_values(sentinel_crisis_score, brand)")
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
    )
    return made.multi(True).include_all(True).all_value(".*") if several else made
