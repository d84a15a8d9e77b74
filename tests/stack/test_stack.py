"""The whole stack as people run it: a crisis replayed into a real daemon, read by a real Prometheus, alerts through a
real Alertmanager.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards import expressions
from dashboards.draw import Asked, draw
from tests.stack.crisis import TOKEN, Stack, burn, the_stack
from tests.stack.servers import SHIPPED, said
from tests.stories.daemon import eventually

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all; it has burnt, and Ana has one of the two incidents."""
    with the_stack(tmp_path_factory.mktemp("stack")) as running:
        burn(running)
        eventually(
            lambda: running.prometheus.values("sentinel_incident_acknowledge_seconds", "contact").get("ana"),
            "Ana's is scraped",
        )
        eventually(lambda: running.prometheus.now("channel:sentinel_pages_unaccepted:ratio15m"), "sends are recorded")
        yield running


def test_every_expression_of_every_panel_returns_data(stack: Stack) -> None:
    """Each, as Grafana would ask it for one brand and for all."""
    for where, expression in expressions.of_dashboards(cluster=False):
        for brand in (".*", "Acme"):
            eventually(
                lambda e=expression, b=brand: stack.prometheus.now(expressions.filled(e, b)),
                f"{where} for {brand} has data",
            )


def test_everything_that_a_rule_reads_is_there(stack: Stack) -> None:
    """An alert is silent because all is well, never because what it asks for does not exist."""
    for where, expression in expressions.of_rules(cluster=False):
        for selector in expressions.selectors(expression):
            eventually(lambda s=selector: stack.prometheus.now(s), f"{where} finds {selector}")
    health = stack.prometheus.ask("rules")["groups"]
    assert {rule["health"] for group in health for rule in group["rules"]} == {"ok"}


def test_the_wall_says_what_the_api_says(stack: Stack) -> None:
    """Level, score and holder of every brand; what the API does not know is NaN there, not 0."""
    ranks = {None: None, "calm": 0, "watch": 1, "alert": 2, "crisis": 3}

    def shown() -> tuple[dict[str, object], dict[str, object], dict[str, str]]:
        ask = stack.prometheus
        number = {
            name: None if value != value else value
            for name, value in ask.values("sentinel_crisis_score", "brand").items()
        }
        level = {
            name: None if value != value else value
            for name, value in ask.values("sentinel_brand_level", "brand").items()
        }
        holder = {
            each["metric"]["brand"]: each["metric"]["contact"]
            for each in ask.now("sentinel_incident_acknowledge_seconds")
        }
        return number, level, holder

    def told() -> tuple[dict[str, object], dict[str, object], dict[str, str]]:
        brands = stack.daemon.json("/api/v1/brands")["brands"]
        incidents = {each["id"]: each for each in stack.daemon.json("/api/v1/incidents")["incidents"]}
        holder = {
            each["name"]: (incidents.get(each["incident"]) or {}).get("acknowledged_by") or "nobody" for each in brands
        }
        return (
            {each["name"]: each["score"] for each in brands},
            {each["name"]: ranks[each["level"]] for each in brands},
            holder,
        )

    eventually(lambda: shown() == told(), f"the wall is right: {shown()} is {told()}")
    number, level, holder = told()
    assert number["Café Aurora"] is None
    assert (level["Acme"] or 0) >= 2  # type: ignore[operator]
    assert (holder["Acme"], holder["Zeta"]) == ("ana", "nobody")


def test_a_page_leads_from_its_latency_to_its_incident(stack: Stack) -> None:
    """The exemplar that Prometheus keeps names an incident that the API knows."""

    def named() -> set[str]:
        kept = stack.prometheus.ask(
            "query_exemplars", query="sentinel_page_latency_seconds_bucket", start=0, end=4_000_000_000
        )
        return {each["labels"]["incident"] for series in kept for each in series["exemplars"]}

    names = eventually(named, "an exemplar is kept")
    for name in names:
        assert stack.daemon.get(f"/api/v1/incidents/{name}")[0] == 200


@pytest.mark.parametrize(("name", "brand"), [("wall", ".*"), ("brand", "Acme"), ("operations", ".*")])
def test_each_dashboard_is_drawn_from_what_prometheus_answers(
    stack: Stack, tmp_path: Path, name: str, brand: str
) -> None:
    """No panel is empty, and the picture is small enough for the documents."""
    end = float(stack.prometheus.ask("query", query="time()")["result"][0])
    shipped = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    empty = draw(shipped, Asked(stack.prometheus.url, end - 60, end, brand), tmp_path / "drawn.png")
    assert empty == []
    assert 10_000 < (tmp_path / "drawn.png").stat().st_size < 150_000


def test_what_the_daemon_serves_passes_promtool(stack: Stack) -> None:
    """The real text with real brands."""
    assert said("promtool", "check", "metrics", stdin=stack.daemon.get("/metrics")[1]) == (0, "")


def test_an_alert_of_prometheus_rings_through_sentinel_and_its_end_is_told(stack: Stack) -> None:
    """A page was refused for good: Prometheus notices, Alertmanager posts, a phone rings.

    A bad file warns, a good one ends it.
    """
    eventually(
        lambda: any("SentinelPagesFail" in title for who, title, _ in stack.phone.pages if who == "ops"),
        "the operators are paged",
    )
    (words,) = [body for who, title, body in stack.phone.pages if who == "ops" and title.endswith("SentinelPagesFail")]
    assert "docs/operations.md#pages-fail" in words
    config = stack.daemon.config
    good = config.read_text(encoding="utf-8")
    config.write_text(good + "\nnonsense: true\n", encoding="utf-8")
    assert stack.daemon.post("/-/reload", b"", Authorization=f"Bearer {TOKEN}")[0] == 422
    eventually(lambda: "SentinelConfigReloadFailed" in stack.prometheus.firing(), "the rule fires")
    eventually(lambda: _titles(stack, "SentinelConfigReloadFailed") == 1, "the operators are told")
    config.write_text(good, encoding="utf-8")
    assert stack.daemon.post("/-/reload", b"", Authorization=f"Bearer {TOKEN}")[0] == 200
    eventually(lambda: _titles(stack, "SentinelConfigReloadFailed") == 2, "and told that it is over")
    assert _titles(stack, "SentinelPagesFail") == 1
    assert _titles(stack, "SentinelSourceStale") == 0
    assert stack.daemon.metric('sentinel_infrastructure_alerts_total{status="resolved"}') >= 1


def _titles(stack: Stack, alert: str) -> int:
    return sum(alert in title for who, title, _ in stack.phone.pages if who == "ops")


def test_the_log_has_what_happened_by_incident_and_neither_words_nor_secrets(stack: Stack) -> None:
    """JSON lines; an incident's id leads from its opening to its pages and back to mentions; no text, no token."""
    lines = [json.loads(line) for line in stack.daemon.log.splitlines()]
    incident = stack.open_incident("Acme")
    assert incident is not None
    story = [line for line in lines if line.get("incident") == incident["id"]]
    assert [line["event"] for line in story][0] == "incident_opened"
    assert {"page", "delivery", "acknowledged"} <= {line["event"] for line in story}
    assert story[0]["reached"] in ("watch", "alert", "crisis")
    assert all(each.split("/")[0] in ("bluesky", "mastodon", "x") for each in story[0]["mentions"])
    text = stack.daemon.log
    assert TOKEN not in text
    for mention in incident["samples"]:
        assert mention["text"] not in text
