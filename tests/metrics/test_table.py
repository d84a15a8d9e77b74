"""Tables say in both formats exactly what the client library would, and forget what was taken away."""

import math

import pytest
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_modern
from prometheus_client.openmetrics.parser import text_string_to_metric_families as modern_families
from prometheus_client.parser import text_string_to_metric_families as families

from sentinel.metrics.exposition import expose
from sentinel.metrics.table import Tables

MODERN = "application/openmetrics-text; version=1.0.0"


def some_tables() -> tuple[CollectorRegistry, Tables]:
    registry = CollectorRegistry()
    Gauge("sentinel_alone", "Without labels.", registry=registry).set(4)
    tables = Tables(registry)
    counter = tables.counter("pages", "What became of them.", "channel", "brand")
    counter.declare([("ntfy", 'O\'Brien "& Söhne"\\\nGmbH'), ("mailto", "Café")])
    if (cell := counter.get("mailto", "Café")) is not None:
        cell.inc(3)
    scores = tables.gauge("score", "0 to 100.", "brand")
    scores.declare([("Acme",), ("Zeta",), ("Big",)], start=math.nan)
    for brand, value in (("Zeta", 12.5), ("Big", 1e21)):
        if (cell := scores.get(brand)) is not None:
            cell.set(value)
    return registry, tables


def test_both_formats_are_what_the_library_writes() -> None:
    """Same families, samples and values as its own encoders give of the same registry; only the order may differ."""
    registry, tables = some_tables()

    def seen(text: str, parse: object) -> set[tuple[str, str, str, str, str]]:
        return {
            (family.name, family.type, sample.name, str(sorted(sample.labels.items())), str(sample.value))
            for family in parse(text)  # type: ignore[operator]
            for sample in family.samples
        }

    pieces, kind = expose(registry, tables, "")
    modern_pieces, modern_kind = expose(registry, tables, MODERN)
    plain, modern = b"".join(pieces), b"".join(modern_pieces)
    assert kind.startswith("text/plain")
    assert modern_kind.startswith("application/openmetrics-text")
    assert seen(plain.decode(), families) == seen(generate_latest(registry).decode(), families)
    assert seen(modern.decode(), modern_families) == seen(generate_modern(registry).decode(), modern_families)
    assert modern.count(b"# EOF") == 1
    assert b"# EOF" not in plain


def test_what_was_not_declared_has_no_cell_and_what_left_is_gone() -> None:
    """A reload keeps what stays with its count."""
    tables = Tables(CollectorRegistry())
    counter = tables.counter("mentions", "Of a source.", "source")
    counter.declare([("a",), ("b",)])
    for source in ("a", "b"):
        if (cell := counter.get(source)) is not None:
            cell.inc(2)
    counter.declare([("b",), ("c",)])
    assert counter.get("a") is None
    kept, new = counter.get("b"), counter.get("c")
    assert (kept and kept.value, new and new.value) == (2, 0)
    assert len(counter) == 2


@pytest.mark.parametrize(
    ("old", "new", "left"), [("nobody", "ana", {"ana"}), ("nobody", "nobody", {"nobody"}), ("boss", "ana", {"nobody"})]
)
def test_a_series_moves_and_never_doubles(old: str, new: str, left: set[str]) -> None:
    """Of who has an incident one is true at a time."""
    tables = Tables(CollectorRegistry())
    holder = tables.gauge("holder", "Who.", "brand", "contact")
    holder.declare([("Acme", "nobody")])
    holder.move(("Acme", old), ("Acme", new))
    assert {name for name in ("nobody", "ana", "boss") if holder.get("Acme", name) is not None} == left
