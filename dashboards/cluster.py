"""Cluster: whether every partition has an owner, whether it keeps up, and how the servers between the processes are."""

from grafana_foundation_sdk.builders import dashboard

from dashboards.panels import GREEN, ORANGE, RED, a_dashboard, colours, dashed, lines, number, query, yes_or_no

OWNED = "sum by (partition) (sentinel_partition_owner)"
FULLNESS = "max(sentinel_nats_stream_bytes / sentinel_nats_stream_limit_bytes)"
PUBLISHED = "histogram_quantile({share}, sum by (le) (rate(sentinel_nats_publish_seconds_bucket[5m])))"


def figures() -> list[object]:
    return [
        number(
            "Particiones sin dueño · Partitions nobody owns",
            "What is said of their brands waits.",
            query(f"count({OWNED} == 0) or vector(0)", "sin dueño · unowned"),
            unit="none",
            span=6,
        ).thresholds(colours((None, GREEN), (1, RED))),
        number(
            "Cambios de dueño en 10 min · Changes of owner in 10 min",
            "Many, and a worker does not get its turns, or a network drops them.",
            query("sum(increase(sentinel_partition_taken_total[10m]))", "cambios · changes"),
            unit="short",
            span=6,
        ).thresholds(colours((None, GREEN), (10, ORANGE))),
        number(
            "¿Se oye a NATS? · Is NATS heard?",
            "Whether each process hears its servers.",
            query("sentinel_nats_connected", "{{instance}}"),
            unit="none",
            span=6,
        ).mappings(yes_or_no(("oído · heard", GREEN), ("mudo · silent", RED))),
        number(
            "Stream: lleno · Stream: full",
            "Of what it may hold; full, mentions are refused (429).",
            query(FULLNESS, "ocupado · taken"),
            unit="percentunit",
            span=6,
        ).thresholds(colours((None, GREEN), (0.5, ORANGE), (0.9, RED))),
    ]


def work() -> list[object]:
    return [
        lines(
            "Cola de cada partición · Queue of each partition",
            "In its journal, not folded yet.",
            query("max by (partition) (sentinel_partition_queue)", "{{partition}}"),
            unit="short",
            span=12,
        ).min(0),
        lines(
            "En NATS, sin confirmar · In NATS, not acknowledged",
            "Messages of each partition that its owner has not committed.",
            query("max by (partition) (sentinel_nats_pending_messages)", "{{partition}}"),
            unit="short",
            span=12,
        ).min(0),
        lines(
            "Particiones de cada worker · Partitions of each worker",
            "How many each owns.",
            query("sum by (instance) (sentinel_partition_owner)", "{{instance}}"),
            unit="short",
            span=12,
        ).min(0),
        lines(
            "Publicar en NATS · To publish to NATS",
            "Until most servers have a message on disk: half of them, and nine of ten.",
            query(PUBLISHED.format(share="0.5"), "p50"),
            query(PUBLISHED.format(share="0.9"), "p90", ref="B"),
            unit="s",
            span=12,
        ).min(0),
        dashed(
            lines(
                "Stream: bytes · Stream: bytes",
                "What no partition has committed. Dashed: from which on more is refused.",
                query("max(sentinel_nats_stream_bytes)", "ocupado · taken"),
                query("max(sentinel_nats_stream_limit_bytes)", "límite · limit", ref="B"),
                unit="bytes",
                span=12,
            ).min(0),
            ("/limit/", RED),
        ),
        lines(
            "Reconexiones en 10 min · Reconnections in 10 min",
            "Of each process with NATS.",
            query("increase(sentinel_nats_reconnects_total[10m])", "{{instance}}"),
            unit="short",
            span=12,
        ).min(0),
    ]


def cluster() -> dashboard.Dashboard:
    built = a_dashboard(
        "cluster", "Clúster · Cluster", "Varios procesos · Several processes", refresh="10s", since="now-1h"
    )
    for panel in (*figures(), *work()):
        built = built.with_panel(panel)
    return built
