"""The wall: every brand from across the room.

Its level, score and trend, who has it, and whether Sentinel can see at all.
"""

from grafana_foundation_sdk.builders import dashboard, stat, table
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.panels import (
    BRAND,
    GREEN,
    GREY,
    RED,
    SOURCE,
    a_dashboard,
    brands,
    colours,
    level_words,
    number,
    query,
    score_lines,
    unknown,
    yes_or_no,
)

OF_SERIES = "/d/sentinel-brand?var-brand=${__field.labels.brand}&${__url_time_range}"
OF_ROW = "/d/sentinel-brand?var-brand=${__value.raw}&${__url_time_range}"


def levels() -> stat.Panel:
    return (
        number(
            "Nivel · Level",
            "What Sentinel says of each brand: calm, watch, alert, crisis; unknown: a silent source may hide an alert.",
            query(f"sentinel_brand_level{BRAND}", "{{brand}}"),
            unit="none",
            span=24,
            height=5,
        )
        .mappings(level_words())
        .graph_mode(common.BigValueGraphMode.NONE)
        .data_links([dashboard.DashboardLink("Marca · Brand").url(OF_SERIES)])
    )


def _column(value: str, name: str, **more: object) -> tuple[str, list[model.DynamicConfigValue]]:
    return value, [model.DynamicConfigValue(id_val="displayName", value=name)] + [
        model.DynamicConfigValue(id_val=key.replace("__", "."), value=each) for key, each in more.items()
    ]


def standings() -> table.Panel:
    """One row a brand."""
    made = (
        table.Panel()
        .title("Marcas · Brands")
        .description("Score, its rise over the lowest of the last hour, who has the incident and how long that took.")
        .datasource(SOURCE)
        .unit("none")
        .decimals(0)
        .no_value("?")
        .height(9)
        .span(14)
        .with_target(query(f"sentinel_brand_level{BRAND}", ref="A", instant=True).format(PromQueryFormat.TABLE))
        .with_target(query(f"sentinel_crisis_score{BRAND}", ref="B", instant=True).format(PromQueryFormat.TABLE))
        .with_target(
            query(f"brand:sentinel_crisis_score:delta1h{BRAND}", ref="C", instant=True).format(PromQueryFormat.TABLE)
        )
        .with_target(
            query(f"sentinel_incident_acknowledge_seconds{BRAND}", ref="D", instant=True).format(PromQueryFormat.TABLE)
        )
        .with_transformation(
            model.DataTransformerConfig(id_val="joinByField", options={"byField": "brand", "mode": "outer"})
        )
        .with_transformation(
            model.DataTransformerConfig(
                id_val="filterFieldsByName", options={"include": {"pattern": "^(brand|contact|Value #[A-D])$"}}
            )
        )
    )
    for column, config in (
        _column("brand", "Marca · Brand", links=[{"title": "Marca · Brand", "url": OF_ROW}]),
        _column("Value #A", "Nivel · Level", mappings=level_words(), custom__cellOptions={"type": "color-background"}),
        _column("Value #B", "Puntuación · Score", mappings=unknown(), decimals=1, min=0, max=100),
        _column("Value #C", "Subida · Rise", mappings=unknown(), decimals=1),
        _column("contact", "Quién · Who has it"),
        _column("Value #D", "En · Within", unit="s", mappings=unknown("–")),
    ):
        made = made.override_by_name(column, config)
    return made


def blindness() -> stat.Panel:
    return number(
        "Fuentes · Sources",
        "A silent source makes its brands' scores lower bounds, unknown below an alert: never calm.",
        query("sentinel_source_stale", "{{source}}"),
        unit="none",
        span=9,
    ).mappings(yes_or_no(("a ciegas · blind", RED), ("ve · sees", GREEN)))


def wall() -> dashboard.Dashboard:
    built = a_dashboard(
        "wall",
        "Muro · Wall",
        "Todas las marcas de un vistazo · Every brand at a glance",
        refresh="10s",
        since="now-24h",
    ).with_variable(brands(several=True))
    for panel in (
        levels(),
        standings(),
        score_lines(
            "Puntuación · Score",
            "Gaps are times when it was unknown. Dashed: the configured thresholds.",
            span=10,
            height=9,
        ),
        blindness(),
        number(
            "Incidentes abiertos · Open incidents",
            "Not over, all chosen brands together.",
            query(f"sum(sentinel_incidents_open{BRAND})", "abiertos · open"),
            unit="none",
            span=5,
        ).thresholds(colours((None, GREEN), (1, RED))),
        number(
            "Nadie al cargo · Taken by nobody",
            "Open alerts and crises that nobody has acknowledged.",
            query(
                'sum(sum by (brand) (sentinel_incidents_open{brand=~"$brand", level!="watch"}) and on (brand) '
                'sentinel_incident_acknowledge_seconds{contact="nobody"}) or vector(0)',
                "sin dueño · unowned",
            ),
            unit="none",
            span=5,
        ).thresholds(colours((None, GREEN), (1, RED))),
        number(
            "Avisos en 24 h · Pages in 24 h",
            "Taken by a provider.",
            query('sum(increase(sentinel_pages_total{outcome="accepted"}[24h]))', "avisos · pages"),
            unit="none",
            span=5,
        ).thresholds(colours((None, GREY))),
    ):
        built = built.with_panel(panel)
    return built
