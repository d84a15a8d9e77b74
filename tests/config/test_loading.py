"""What a good file becomes."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sentinel.cli.main import app
from sentinel.config import tree
from sentinel.config.document import full_yaml
from sentinel.config.json_schema import json_schema, json_schema_text
from sentinel.config.loader import load
from sentinel.config.units import LONGEST, format_duration, parse_duration
from sentinel.errors import ConfigError
from tests.config.schema import validator

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "config" / "examples").glob("*.yaml"))
ENVIRONMENT = {
    "ANA_NTFY": "topic",
    "ANA_CORREO": "u:p@example.com",
    "LUIS_TELEGRAM": "123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHI/42",
    "MARTA_CORREO": "u:p@example.com",
    "TURNO_NTFY": "topic",
    "JEFATURA_CORREO": "u:p@example.com",
    "SENTINEL_TOKEN": "a-token",
    "SENTINEL_STORE": "postgresql://sentinel:secret@db/sentinel",
    "GUARDIA_NTFY": "topic",
    "DIRECCION_CORREO": "u:p@example.com",
    **dict.fromkeys(("MASTODON_TOKEN", "REDDIT_ID", "REDDIT_SECRET", "YOUTUBE_KEY", "FORO_CLAVE"), "given"),
}
SHIPPED = [ROOT / "config" / "sentinel.yaml", ROOT / "config" / "sentinel.full.yaml", *EXAMPLES]


def written(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_smallest_file(tmp_path: Path) -> None:
    """One brand with a name; everything else has a default that works."""
    config = load(written(tmp_path, "brands: [{name: Acme}]\n"), {})
    assert config.contacts["log"].channels[0].get_secret_value() == "log://"
    assert [step.after for step in config.policies["default"].steps] == [timedelta(0), timedelta(minutes=10)]
    assert config.sources["http"].type == "http"
    assert config.contacts["log"].language == "en"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_load_and_fit_the_schema(path: Path) -> None:
    """What we ship is right, for the daemon and for an editor."""
    assert load(path, ENVIRONMENT).brands
    validator().validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_generated_files_are_fresh() -> None:
    """`make docs` was run after the last change."""
    assert (ROOT / "config" / "sentinel.full.yaml").read_text(encoding="utf-8") == full_yaml()
    assert (ROOT / "config" / "sentinel.schema.json").read_text(encoding="utf-8") == json_schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(json_schema_text()))


def test_secrets_come_from_outside_and_stay_inside(tmp_path: Path) -> None:
    """From the environment and from files; no repr, str or dump shows them."""
    (tmp_path / "tokens").write_text("first-secret\n\nsecond-secret\n", encoding="utf-8")
    text = "brands: [{name: Acme}]\nweb: {tokens_file: tokens}\ncontacts: {ana: {channels: ['json://u:${PW}@h/${X:-y}$${Z}']}}\n"
    config = load(written(tmp_path, text), {"PW": "env-secret"})
    assert [token.get_secret_value() for token in config.web.tokens] == ["first-secret", "second-secret"]
    assert config.contacts["ana"].channels[0].get_secret_value() == "json://u:env-secret@h/y${Z}"
    shown = f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "-secret" not in shown


def test_yaml_as_people_mean_it(tmp_path: Path) -> None:
    """`no` and `10:30` are words, merge keys merge, numbers from the environment are numbers."""
    text = """brands: [{name: "10:30", match: {any: [no, 10:30, 2026-01-01]}}]
web: {port: "${PORT}"}
"""
    config = load(written(tmp_path, text), {"PORT": "9000"})
    assert config.brands[0].match.any == ("no", "10:30", "2026-01-01")
    assert config.web.port == 9000
    merged = (
        "brands: [{name: A}]\npolicies:\n  default: &d {steps: [{notify: "
        "[log]}], repeat: 3}\n  other: {<<: *d, repeat: 1}\n"
    )
    policies = load(written(tmp_path, merged), {}).policies
    assert (policies["other"].repeat, policies["other"].steps) == (1, policies["default"].steps)


@given(st.integers(0, int(LONGEST.total_seconds() * 1000)))
def test_durations_round_trip(milliseconds: int) -> None:
    """What is written is what is read."""
    span = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(span)) == span


def test_nothing_needs_no_unit(tmp_path: Path) -> None:
    """`after: 0` can only mean one thing."""
    text = "brands: [{name: A}]\npolicies: {default: {steps: [{notify: [log], after: 0}]}}\n"
    assert load(written(tmp_path, text), {}).policies["default"].steps[0].after == timedelta(0)


def test_a_brands_thresholds_lie_over_the_general_ones(tmp_path: Path) -> None:
    """What a brand leaves out is what scoring says, not what ships."""
    text = (
        "brands: [{name: A, thresholds: {watch: 70}}, {name: B}]\nscoring: "
        "{thresholds: {watch: 50, alert: 80, crisis: 90}}\n"
    )
    brands = load(written(tmp_path, text), {}).brands
    assert brands[0].thresholds is not None
    assert (brands[0].thresholds.watch, brands[0].thresholds.alert, brands[0].thresholds.crisis) == (70, 80, 90)
    assert brands[1].thresholds is None


def test_an_empty_variable_takes_the_default(tmp_path: Path) -> None:
    """As in a shell, and as a compose file passes what is not set."""
    assert (
        load(written(tmp_path, "brands: [{name: A}]\ntimezone: ${TZ:-Europe/Madrid}\n"), {"TZ": ""}).timezone
        == "Europe/Madrid"
    )


def test_the_stores_password_may_stand_in_a_file(tmp_path: Path) -> None:
    """Every secret key has a `_file` of its own."""
    (tmp_path / "url").write_text("postgresql+asyncpg://u:hidden@db/s\n", encoding="utf-8")
    config = load(written(tmp_path, "brands: [{name: A}]\nstore: {url_file: url}\n"), {})
    assert config.store.url.get_secret_value() == "postgresql+asyncpg://u:hidden@db/s"
    assert "hidden" not in f"{config!r} {config.model_dump_json()}"


def test_merges_within_merges(tmp_path: Path) -> None:
    """A base may have a base; the nearest wins, in a list of bases the first."""
    text = """brands: [{name: A}]
policies:
  default: &a {steps: [{notify: [log]}], repeat: 1, repeat_after: 1m}
  second: &b {<<: *a, repeat: 2}
  third: {<<: *b, repeat_after: 3m}
  fourth: {<<: [*b, *a]}
"""
    policies = load(written(tmp_path, text), {}).policies
    assert [policies[name].repeat for name in ("second", "third", "fourth")] == [2, 2, 2]
    assert policies["third"].repeat_after == timedelta(minutes=3)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("web: {port: '${PORT}'}", True),
        ("engine: {tick: '${TICK:-5s}'}", True),
        ("language: ${LANGUAGE}", True),
        ("web: {port: ninety}", False),
        ("web: {tokens_file: /run/secrets/tokens}", True),
        ("web: {tokens: [a], tokens_file: t}", False),
        ("store: {url_file: /run/secrets/url}", True),
        ("contacts: {ana: {channels_file: c}}", True),
        ("contacts: {ana: {name: Ana}}", False),
        ("sources: {x: {type: feeds, urls: ['https://a.example/rss'], every: 10m}}", True),
        ("sources: {x: {type: feeds}}", False),
        ("sources: {x: {type: http, urls: []}}", False),
        ("sources: {x: {type: rss}}", False),
        ("policies: {p: {steps: [{notify: [a], after: 0}]}}", True),
        ("policies: {p: {steps: [{notify: [a], after: 10}]}}", False),
        ("lenguage: es", False),
    ],
)
def test_the_schema_says_what_the_loader_says(text: str, fits: bool) -> None:
    """An editor marks what the daemon would refuse, and not what it takes."""
    assert validator().is_valid(yaml.safe_load(f"brands: [{{name: Acme}}]\n{text}\n")) is fits


def test_every_key_is_explained() -> None:
    """The full file has a reason above each key that opens the top level, and shows no masked secret."""
    lines = full_yaml().splitlines()
    for number, line in enumerate(lines):
        if line[:1].isalpha():
            assert lines[number - 1].startswith("#"), line
    assert "***" not in full_yaml() + json_schema_text()
    assert json_schema()["$defs"]["EngineSettings"]["properties"]["tick"]["default"] == "5s"


def test_check_config_prints_ok_or_everything(tmp_path: Path) -> None:
    """Mistakes are the output; the exit code is 2."""
    runner = CliRunner()
    good = runner.invoke(app, ["check-config", "-c", str(written(tmp_path, "brands: [{name: Acme}]\n"))])
    assert (good.exit_code, good.stdout) == (0, "ok\n")
    bad = runner.invoke(app, ["check-config", "-c", str(written(tmp_path, "brands: [{nam: Acme}]\nlanguage: xx\n"))])
    assert bad.exit_code == 2
    assert len(bad.stdout.splitlines()) >= 2
    (tmp_path / "mine" / "es").mkdir(parents=True)
    (tmp_path / "mine" / "es" / "broken.md").write_text("no front matter", encoding="utf-8")
    playbooks = runner.invoke(
        app, ["check-config", "-c", str(written(tmp_path, "brands: [{name: A}]\nplaybooks: mine\n"))]
    )
    assert playbooks.exit_code == 2
    text = "brands: [{name: A}]\nlanguage: xx\nplaybooks: mine\n"
    both = runner.invoke(app, ["check-config", "-c", str(written(tmp_path, text))]).stdout
    assert "language: expected" in both
    assert "broken.md" in both
    assert "broken.md" in playbooks.stdout
    assert json.loads(runner.invoke(app, ["config-schema"]).stdout)["title"]


def test_bad_usage_is_exit_2() -> None:
    """As a process, with nothing on standard output."""
    command = [sys.executable, "-m", "sentinel", "run", "-c", "/nowhere.yaml"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "no such file" in ended.stderr
    assert ended.stdout == ""


def test_a_long_file_is_no_flood_of_aliases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written out counts for nothing, however much it is; what stands for something written before does."""
    monkeypatch.setattr(tree, "MOST_UNFOLDED", 100)
    path = tmp_path / "c.yaml"
    path.write_text(f"brands: [{', '.join(f'{{name: Marca {n}}}' for n in range(90))}]\n", encoding="utf-8")
    assert len(load(path, {}).brands) == 90
    path.write_text(f"a: &a [1, 2, 3]\nb: [{', '.join(['*a'] * 30)}]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="aliases unfold to more than 100 values"):
        load(path, {})
