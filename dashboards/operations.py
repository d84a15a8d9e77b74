"""Operations: whether Sentinel itself is well.

What flows, what waits, how long stages take, who takes pages, what it costs.
"""

from grafana_foundation_sdk.builders import dashboard

from dashboards.panels import (
    GREEN,
    GREY,
    ORANGE,
    RED,
    a_dashboard,
    colours,
    dashed,
    lines,
    number,
    query,
    stacked,
    unknown,
    yes_or_no,
)

BEAT_AGE = (
    "clamp_max((time() - sentinel_heartbeat_last_success_timestamp_seconds) "
    "* (sentinel_heartbeat_interval_seconds > bool 0), 86400)"
)


def figures() -> list[object]:
    return [
        number(
            "Responde · Answers",
            "Whether Prometheus can read it.",
            query('up{job="sentinel"}', "{{instance}}"),
            unit="none",
            span=5,
        ).mappings(yes_or_no(("sí · yes", GREEN), ("no", RED))),
        number(
            "Quejas · Complaints",
            "What the auditor finds wrong; /-/healthy lists it.",
            query("sentinel_complaints", "{{instance}}"),
            unit="none",
            span=5,
        ).thresholds(colours((None, GREEN), (1, RED))),
        number(
            "Alertas · Alerts",
            "Firing in Prometheus about Sentinel.",
            query('count(ALERTS{alertname=~"Sentinel.*", alertstate="firing"}) or vector(0)', "activas · firing"),
            unit="none",
            span=5,
        ).thresholds(colours((None, GREEN), (1, RED))),
        number(
            "Configuración · Configuration",
            "Whether the last reload was taken.",
            query("sentinel_config_last_reload_successful", "{{instance}}"),
            unit="none",
            span=5,
        ).mappings(yes_or_no(("en vigor · in force", GREEN), ("rechazada · refused", RED))),
        number(
            "Punto de control · Checkpoint",
            "Since state was last written down.",
            query("time() - sentinel_checkpoint_last_success_timestamp_seconds", "{{instance}}"),
            unit="s",
            span=4,
        ).thresholds(colours((None, GREEN), (360, RED))),
        number(
            "Bandeja de salida · Outbox",
            "How long the oldest message that may go has been waiting.",
            query("sentinel_outbox_oldest_seconds", "{{instance}}"),
            unit="s",
            span=6,
        ).thresholds(colours((None, GREEN), (30, ORANGE), (120, RED))),
        number(
            "Avisos: p90 · Pages: p90",
            "From mention to a provider's yes, over a day.",
            query("job:sentinel_page_latency_seconds:p90_24h", "{{job}}"),
            unit="s",
            span=6,
        )
        .mappings(unknown("–"))
        .thresholds(colours((None, GREEN), (60, ORANGE))),
        number(
            "Almacén · Store",
            "Whether it takes writes; while it does not, pages leave from memory.",
            query("sentinel_store_failing", "{{instance}}"),
            unit="none",
            span=6,
        ).mappings(yes_or_no(("falla · failing", RED), ("escribe · writes", GREEN))),
        number(
            "Versión · Version",
            "Which Sentinel runs.",
            query("sentinel_build_info", "{{version}}"),
            unit="none",
            span=6,
        ).thresholds(colours((None, GREY))),
    ]


def flow() -> list[object]:
    return [
        lines(
            "Entrada: menciones por minuto · In: mentions a minute",
            "New ones on disk, by source.",
            query("source:sentinel_mentions_received:rate5m * 60", "{{source}}"),
            unit="cpm",
            span=8,
        ).min(0),
        dashed(
            lines(
                "Cola · Queue",
                "On disk, not yet folded. Dashed: where posts are answered 429.",
                query("sentinel_queue_mentions", "cola · queue"),
                query("sentinel_queue_limit_mentions", "límite · limit", ref="B"),
                unit="short",
                span=8,
            ).min(0),
            ("/limit/", RED),
        ),
        lines(
            "Etapas: p90 · Stages: p90",
            "wait: on disk to folded; fold: some hundred mentions; assess: a tick; checkpoint.",
            query("stage:sentinel_stage_seconds:p90_5m", "{{stage}}"),
            unit="s",
            span=8,
        ).min(0),
        stacked(
            lines(
                "Envíos en 15 min · Sends in 15 min",
                "By channel and what became of them.",
                query("channel_outcome:sentinel_pages:increase15m", "{{channel}} · {{outcome}}"),
                unit="short",
                span=8,
            )
        ),
        lines(
            "Proveedores: no aceptado · Providers: not accepted",
            "Share of sends that were refused, failed or may not have arrived.",
            query("channel:sentinel_pages_unaccepted:ratio15m", "{{channel}}"),
            unit="percentunit",
            span=8,
        )
        .min(0)
        .max(1),
        lines(
            "Proveedores: respuesta p90 · Providers: answer p90",
            "How long a provider takes.",
            query("channel:sentinel_send_seconds:p90_15m", "{{channel}}"),
            unit="s",
            span=8,
        ).min(0),
    ]


def model_and_machine() -> list[object]:
    return [
        lines(
            "Acierto del modelo · Model accuracy",
            "Prequential, on texts that came with a true label; a gap until the first.",
            query("sentinel_sentiment_accuracy", "{{lang}}"),
            unit="percentunit",
            span=8,
        )
        .min(0)
        .max(1),
        lines(
            "Fuentes: desde el último éxito · Sources: since the last success",
            "Seconds; sources that have not answered yet are left out.",
            query("time() - (sentinel_source_last_success_timestamp_seconds > 0)", "{{source}}"),
            unit="s",
            span=8,
        ).min(0),
        dashed(
            lines(
                "Punto de control: edad · Checkpoint: age",
                "Dashed: how often one should be written.",
                query("time() - sentinel_checkpoint_last_success_timestamp_seconds", "edad · age"),
                query("sentinel_checkpoint_interval_seconds", "cada · every", ref="B"),
                unit="s",
                span=8,
            ).min(0),
            ("/every/", GREY),
        ),
        stacked(
            lines(
                "Presupuestos agotados · Budgets exhausted",
                "Messages that met an empty budget, in an hour, by kind.",
                query("sum by (budget) (increase(sentinel_budget_exhausted_total[1h]))", "{{budget}}"),
                unit="short",
                span=8,
            )
        ),
        dashed(
            lines(
                "Latido: edad · Heartbeat: age",
                "Since one last arrived, a day at most; dashed: how often one should; 0: none set.",
                query(BEAT_AGE, "edad · age"),
                query("sentinel_heartbeat_interval_seconds", "cada · every", ref="B"),
                unit="s",
                span=8,
            ).min(0),
            ("/every/", GREY),
        ),
        lines(
            "Tomar un incidente: p90 · To acknowledge: p90",
            "From opening to the first person who takes it, over a day.",
            query("job:sentinel_acknowledge_seconds:p90_24h", "{{job}}"),
            unit="s",
            span=8,
        ).min(0),
        lines(
            "Memoria · Memory",
            "Resident.",
            query('process_resident_memory_bytes{job="sentinel"}', "{{instance}}"),
            unit="bytes",
            span=6,
        ).min(0),
        lines(
            "Procesador · CPU",
            "Share of one core.",
            query('rate(process_cpu_seconds_total{job="sentinel"}[5m])', "{{instance}}"),
            unit="percentunit",
            span=6,
        ).min(0),
        lines(
            "HTTP: respuestas por minuto · HTTP: answers a minute",
            "By class.",
            query("sum by (code) (rate(sentinel_http_requests_total[5m])) * 60", "{{code}}"),
            unit="cpm",
            span=6,
        ).min(0),
        lines(
            "Lectura de métricas · Scrape",
            "How long Prometheus takes to read Sentinel.",
            query('scrape_duration_seconds{job="sentinel"}', "{{instance}}"),
            unit="s",
            span=6,
        ).min(0),
    ]


def people() -> list[object]:
    return [
        lines(
            "Peticiones por atender · Requests waiting",
            "Late ones are among them; questions wait for an area's answer.",
            query("sum by (priority) (sentinel_requests_waiting)", "{{priority}}"),
            query("sum(sentinel_requests_late)", "tarde · late", ref="B"),
            query("sum(sentinel_consultations_open)", "consultadas · asked inside", ref="C"),
            unit="short",
            span=8,
        ).min(0),
        stacked(
            lines(
                "Preguntas a las áreas en un día · Questions to areas in a day",
                "By area and what became of them.",
                query("sum by (area, outcome) (increase(sentinel_consultations_total[1d]))", "{{area}} · {{outcome}}"),
                unit="short",
                span=8,
            )
        ),
        lines(
            "Hasta contestar: p90 · To answer: p90",
            "Of areas that were asked, and of requests, over a day.",
            query("job:sentinel_consultation_answer_seconds:p90_24h", "áreas · areas"),
            query("job:sentinel_request_answer_seconds:p90_24h", "peticiones · requests", ref="B"),
            unit="s",
            span=8,
        ).min(0),
    ]


def operations() -> dashboard.Dashboard:
    built = a_dashboard(
        "operations",
        "Operación · Operations",
        "Cómo está Sentinel · How Sentinel itself is",
        refresh="30s",
        since="now-6h",
    )
    for panel in (*figures(), *flow(), *model_and_machine(), *people()):
        built = built.with_panel(panel)
    return built
