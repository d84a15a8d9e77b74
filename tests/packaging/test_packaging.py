"""What ships around the code: image, units, dashboards, rules, documents."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from dashboards import expressions
from sentinel.config.store_url import wrong_with

ROOT = Path(__file__).parents[2]


def test_the_dockerfile_passes_its_linter() -> None:
    """hadolint finds nothing to say."""
    hadolint = Path(sys.executable).parent / "hadolint"
    ended = subprocess.run(
        [hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout + ended.stderr == ""
    assert ended.returncode == 0


def test_the_image_copies_what_exists_and_nothing_more_is_sent() -> None:
    """Every COPY names something the build context lets through."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert (ROOT / name).exists(), name
                assert f"!{name.split('/')[0]}" in ignored, name


@pytest.mark.timeout(300)
def test_a_wheel_carries_everything(tmp_path: Path, wheel: Path) -> None:
    """Unpacked away from the checkout, it finds its playbooks, seed, phrases and pages."""
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    program = (
        "from sentinel.playbooks.reader import read_playbooks; from sentinel.sentiment.seed import load_seed;"
        "from sentinel.phrases.phrases import catalogue; from sentinel.simulation.texts import texts;"
        "from importlib.resources import files;"
        "assert len(list(read_playbooks())) >= 6 and load_seed() and catalogue('es') and texts('es');"
        "assert (files('sentinel') / 'web' / 'templates').is_dir(); import sentinel; print(sentinel.__file__)"
    )
    environment = {"PYTHONPATH": str(tmp_path / "installed")}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert str(tmp_path) in ended.stdout


def test_dashboards_and_rules_ask_for_metrics_that_exist() -> None:
    """Even where no Prometheus can be asked: each name stands in the code or is recorded."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sentinel").rglob("*.py"))
    recorded = {name for name, _ in expressions.of_rules()}
    for where, expression in [*expressions.of_dashboards(), *expressions.of_rules()]:
        for selector in expressions.selectors(expression):
            name = selector.partition("{")[0]
            short = re.sub(r"^sentinel_|_(total|bucket)$", "", re.sub(r"_(total|bucket)$", "", name))
            known = f'"{short}"' in code or f'"sentinel_{short}"' in code
            assert known or name in recorded or not name.startswith("sentinel_"), f"{where}: {name}"


def test_compose_and_provisioning_name_files_that_exist() -> None:
    """Every file that a container mounts is there."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert {"sentinel", "prometheus", "alertmanager", "grafana"} == set(compose["services"])
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists(), volume
    for path in (ROOT / "dashboards").rglob("*.y*ml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))


def test_compose_with_postgresql_waits_for_it() -> None:
    """Sentinel starts once the database answers, at the address and with the password that it has there."""
    compose = yaml.safe_load((ROOT / "compose.postgres.yaml").read_text(encoding="utf-8"))
    sentinel, postgres = (compose["services"][name] for name in ("sentinel", "postgres"))
    mounted = [volume.split(":")[0] for volume in sentinel["volumes"] if volume.startswith("./")]
    assert mounted
    assert all((ROOT / each).exists() for each in mounted)
    assert sentinel["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    given, named = postgres["environment"], sentinel["environment"]["SENTINEL_STORE"]
    url = make_url(re.sub(r"\$\{(\w+)[^}]*\}", r"\1", named))
    assert (url.username, url.database, url.host) == (given["POSTGRES_USER"], given["POSTGRES_DB"], "postgres")
    assert url.password in given["POSTGRES_PASSWORD"]
    assert wrong_with(str(url)) is None


def test_compose_of_a_cluster_runs_every_role_by_one_file() -> None:
    """All have the same configuration, which divides the store."""
    compose = yaml.safe_load((ROOT / "compose.cluster.yaml").read_text(encoding="utf-8"))
    roles = {name: each for name, each in compose["services"].items() if name != "postgres"}
    assert {each["command"][-1] for each in roles.values()} == {"ingest", "notify", "web", "worker"}
    mounted = {volume.split(":")[0] for each in roles.values() for volume in each["volumes"]}
    (path,) = mounted
    config = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    assert config["cluster"]["partitions"] > 0
    assert all(each["depends_on"] == {"postgres": {"condition": "service_healthy"}} for each in roles.values())


def test_the_systemd_unit_starts_what_exists() -> None:
    """It runs `sentinel run`, is told it is alive, and restarts."""
    unit = (ROOT / "packaging" / "sentinel.service").read_text(encoding="utf-8")
    assert "sentinel run -c" in unit
    assert "WatchdogSec=" in unit
    assert "Type=notify" in unit
    assert "TimeoutStartSec=120" in unit, "a start asks for more by itself, a minute at a time"


def test_links_in_the_documents_lead_somewhere() -> None:
    """Every relative link of README and docs names a file of the project."""
    for path in [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_architecture_names_rooms_that_exist() -> None:
    """Every file that docs/architecture.md mentions is there."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = {path.name for path in (ROOT / "sentinel").rglob("*.py")}
    for name in re.findall(r"\b(\w+\.py)\b", text):
        assert name in names, name
