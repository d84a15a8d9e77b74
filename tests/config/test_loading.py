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
from sentinel.config.document import full_yaml
from sentinel.config.json_schema import json_schema, json_schema_text
from sentinel.config.loader import load
from sentinel.config.units import format_duration, parse_duration

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "config" / "examples").glob("*.yaml"))
ENVIRONMENT = {
    "ANA_NTFY": "ntfys://topic",
    "ANA_CORREO": "mailtos://u:p@example.com",
    "LUIS_TELEGRAM": "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHI/42",
    "MARTA_CORREO": "mailtos://u:p@example.com",
    "TURNO_NTFY": "ntfys://topic",
    "JEFATURA_CORREO": "mailtos://u:p@example.com",
    "SENTINEL_TOKEN": "a-token",
}


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


@pytest.mark.parametrize(
    "path", [ROOT / "config" / "sentinel.yaml", ROOT / "config" / "sentinel.full.yaml", *EXAMPLES], ids=lambda p: p.stem
)
def test_shipped_files_load_and_fit_the_schema(path: Path) -> None:
    """What we ship is right, for the daemon and for an editor."""
    assert load(path, ENVIRONMENT).brands
    jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


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
    assert "secret" not in shown.replace("SecretStr", "")


def test_yaml_as_people_mean_it(tmp_path: Path) -> None:
    """`no` and `10:30` are words, merge keys merge, numbers from the environment are numbers."""
    text = """brands: [{name: "10:30", match: {any: [no, 10:30, 2026-01-01]}}]
.base: &base {notify: [log]}
web: {port: "${PORT}"}
""".replace(".base: &base {notify: [log]}\n", "")
    config = load(written(tmp_path, text), {"PORT": "9000"})
    assert config.brands[0].match.any == ("no", "10:30", "2026-01-01")
    assert config.web.port == 9000
    merged = "brands: [{name: A}]\npolicies:\n  default: &d {steps: [{notify: [log]}], repeat: 3}\n  other: {<<: *d, repeat: 1}\n"
    policies = load(written(tmp_path, merged), {}).policies
    assert (policies["other"].repeat, policies["other"].steps) == (1, policies["default"].steps)


@given(st.integers(0, 10**9))
def test_durations_round_trip(milliseconds: int) -> None:
    """What is written is what is read."""
    span = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(span)) == span


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
    playbooks = runner.invoke(app, ["check-config", "-c", str(written(tmp_path, "brands: [{name: A}]\nplaybooks: mine\n"))])
    assert playbooks.exit_code == 2
    assert "broken.md" in playbooks.stdout
    assert json.loads(runner.invoke(app, ["config-schema"]).stdout)["title"]


def test_bad_usage_is_exit_2() -> None:
    """As a process, with nothing on standard output."""
    command = [sys.executable, "-m", "sentinel", "run", "-c", "/nowhere.yaml"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "no such file" in ended.stderr
    assert ended.stdout == ""
