"""Rules and configuration, judged by the tools of those who read them: promtool and amtool of the real packages."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from dashboards import expressions
from sentinel.metrics.metrics import Metrics
from tests.stack.servers import ROOT, SHIPPED, said

RULES = SHIPPED / "rules"
RULE_FILES = ("alerts.yml", "recording.yml", "cluster.yml")


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    """Syntax, names, duplicates."""
    code, words = said(
        "promtool", "check", "rules", "--lint=all", "--lint-fatal", *(RULES / each for each in RULE_FILES)
    )
    assert code == 0, words


def test_every_alert_fires_when_it_should_and_not_before() -> None:
    """The rules' own tests, which cover each alert."""
    code, words = said("promtool", "test", "rules", "alerts.test.yml", cwd=RULES)
    assert code == 0, words
    tested = {
        each["alertname"] for test in _yaml("alerts.test.yml")["tests"] for each in test.get("alert_rule_test", [])
    }
    assert tested == {rule["alert"] for rule in _alerts()}


def test_a_rule_that_is_wrong_would_fail_here(tmp_path: Path) -> None:
    """The tool really tests: with an hour's patience for the outbox, its test does not pass."""
    for path in RULES.glob("*.yml"):
        spoilt = path.read_text(encoding="utf-8").replace(
            "sentinel_outbox_oldest_seconds > 120", "sentinel_outbox_oldest_seconds > 3600"
        )
        (tmp_path / path.name).write_text(spoilt, encoding="utf-8")
    code, words = said("promtool", "test", "rules", "alerts.test.yml", cwd=tmp_path)
    assert code != 0
    assert "SentinelOutboxAgeing" in words


def test_every_alert_says_how_bad_what_and_what_to_do() -> None:
    """Severity, summary and a section of the runbook that exists."""
    anchors = {
        f"docs/{name}#{re.sub(r'[^a-z0-9 -]', '', heading.lower()).replace(' ', '-')}"
        for name in ("operations.md", "cluster.md", "cluster-nats.md")
        for heading in re.findall(r"^##+ (.+)$", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
    for rule in _alerts():
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["runbook"] in anchors, rule["alert"]


def test_alerts_go_through_sentinel_but_for_what_it_cannot_carry_or_has_said_itself() -> None:
    """amtool reads the shipped configuration and routes with it."""
    path = SHIPPED / "alertmanager" / "alertmanager.yml"
    code, words = said("amtool", "check-config", path)
    assert code == 0, words
    for alert, receiver in (
        ("SentinelPagesFail", "sentinel"),
        ("SentinelDown", "outside"),
        ("SentinelSourceStale", "shown"),
        ("SentinelStoreFailing", "shown"),
        ("SentinelUnwell", "shown"),
    ):
        code, words = said("amtool", "config", "routes", "test", f"--config.file={path}", f"alertname={alert}")
        assert words.split()[0] == receiver


def test_promtool_finds_nothing_wrong_with_the_metrics() -> None:
    """Names, units and help of all of them, in the text that is served."""
    metrics = Metrics(CollectorRegistry())
    metrics.declare(
        brands=["Acme"],
        sources=["http"],
        signals=["volume"],
        channels=["ntfy"],
        langs=["es"],
        external_url="http://s",
        contacts={"a": "A"},
    )
    metrics.declare_routes(["/"])
    code, words = said("promtool", "check", "metrics", stdin=b"".join(metrics.expose("")[0]))
    assert (code, words) == (0, "")
    code, words = said("promtool", "check", "metrics", stdin=b"# TYPE aMilli counter\naMilli 1\n")
    assert code != 0


@pytest.mark.parametrize(("where", "expression"), [*expressions.of_dashboards(), *expressions.of_rules()])
def test_every_expression_asks_for_something(where: str, expression: str) -> None:
    """None is a constant: the test of the running stack looks at what each reads."""
    assert expressions.selectors(expressions.filled(expression)), where


def _yaml(name: str) -> dict:  # type: ignore[type-arg]
    return yaml.safe_load((RULES / name).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _alerts() -> list[dict]:  # type: ignore[type-arg]
    groups = [*_yaml("alerts.yml")["groups"], *_yaml("cluster.yml")["groups"]]
    return [rule for group in groups for rule in group["rules"]]
