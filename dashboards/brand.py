"""One brand: how bad, why, how much is said and how, who has it, and how fast people were reached."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from dashboards.panels import (
    BRAND,
    GREEN,
    GREY,
    ORANGE,
    RED,
    SENTIMENTS,
    SOURCE,
    a_dashboard,
    brands,
    coloured,
    colours,
    level_words,
    lines,
    number,
    query,
    score_lines,
    stacked,
    unknown,
    yes_or_no,
)

LATENCY = "sum by (le) (increase(sentinel_page_latency_seconds_bucket[24h]))"


def incidents() -> dashboard.AnnotationQuery:
    """A band over every panel for as long as an incident is open."""
    return (
        dashboard.AnnotationQuery()
        .name("Incidentes · Incidents")
        .enable(True)
        .icon_color(RED)
        .datasource(SOURCE)
        .expr('max by (brand, level) (sentinel_incidents_open{brand=~"$brand"}) == 1')
    )


def brand() -> dashboard.Dashboard:
    built = (
        a_dashboard("brand", "Marca · Brand", "Una marca de cerca · One brand up close", refresh="10s", since="now-6h")
        .with_variable(brands(several=False))
        .annotation(incidents())
    )
    for panel in (
        number(
            "Nivel · Level",
            "What Sentinel says of the brand now.",
            query(f"sentinel_brand_level{BRAND}", "{{brand}}"),
            unit="none",
        ).mappings(level_words()),
        number(
            "Puntuación · Score",
            "0 to 100; at least that while a source is silent, ? is unknown.",
            query(f"sentinel_crisis_score{BRAND}", "{{brand}}"),
            unit="none",
        )
        .mappings(unknown())
        .decimals(1)
        .thresholds(colours((None, GREY))),
        number(
            "Quién lo tiene · Who has it",
            "Whoever acknowledged the incident, and how long after its opening.",
            query(f"sentinel_incident_acknowledge_seconds{BRAND}", "{{contact}}"),
            unit="s",
        )
        .mappings(unknown("–"))
        .thresholds(colours((None, GREY))),
        number(
            "Negativas · Negative",
            "Share of the mentions of the last five minutes.",
            query(f"brand:sentinel_mentions_negative:ratio_rate5m{BRAND}", "{{brand}}"),
            unit="percentunit",
        ).thresholds(colours((None, GREY))),
        score_lines(
            "Puntuación · Score", "Bands are open incidents; dashed: the brand's own thresholds.", span=12, height=9
        ),
        stacked(
            lines(
                "Por qué · Why",
                "Points each signal adds; together they are the score.",
                query(f"sentinel_signal_points{BRAND}", "{{signal}}"),
                unit="none",
                height=9,
            ).max(100)
        ),
        coloured(
            stacked(
                lines(
                    "Menciones por minuto · Mentions a minute",
                    "By what was felt, over five minutes.",
                    query(
                        f"sum by (sentiment) (brand_sentiment:sentinel_mentions:rate5m{BRAND}) * 60", "{{sentiment}}"
                    ),
                    unit="cpm",
                )
            ),
            SENTIMENTS,
        ),
        lines(
            "Fuentes: menciones por minuto · Sources: mentions a minute",
            "New mentions by source, of all brands: a series for each brand and source would cost too much.",
            query("source:sentinel_mentions_received:rate5m * 60", "{{source}}"),
            unit="cpm",
        ).min(0),
        lines(
            "Hasta el aviso · Time to page",
            "From the newest mention that tipped the score to a provider's yes; diamonds name incidents.",
            query(f"histogram_quantile(0.5, {LATENCY})", "mediana · median", exemplar=True),
            query(f"histogram_quantile(0.9, {LATENCY})", "p90", ref="B"),
            unit="s",
            span=8,
        ).min(0),
        lines(
            "Hasta que alguien lo toma · Time to acknowledge",
            "From the incident's opening to whoever has it.",
            query(f"sentinel_incident_acknowledge_seconds{BRAND}", "{{contact}}"),
            unit="s",
            span=8,
        ).min(0),
        number(
            "Fuentes · Sources",
            "Silent ones make the score a lower bound, unknown below an alert.",
            query("sentinel_source_stale", "{{source}}"),
            unit="none",
            span=8,
            height=8,
        ).mappings(yes_or_no(("a ciegas · blind", RED), ("ve · sees", GREEN))),
        lines(
            "Novedad y avance · Novelty and pace",
            "Points of what is new, how fast it grows, how far it reaches, how it is passed on.",
            query(
                'sentinel_signal_points{brand=~"$brand", signal=~"novelty|velocity|reach|amplification"}', "{{signal}}"
            ),
            unit="none",
        ).min(0),
        number(
            "Veredictos en 30 d · Verdicts in 30 d",
            "What people who ended incidents said they were.",
            query(f"sum by (verdict) (increase(sentinel_incident_verdicts_total{BRAND}[30d]))", "{{verdict}}"),
            unit="none",
            span=12,
            height=8,
        ).override_by_name(
            "false_alarm",
            [
                model.DynamicConfigValue(
                    id_val="thresholds",
                    value={
                        "mode": "absolute",
                        "steps": [{"value": None, "color": GREY}, {"value": 1, "color": ORANGE}],
                    },
                )
            ],
        ),
    ):
        built = built.with_panel(panel)
    return built
