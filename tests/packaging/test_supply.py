"""What is handed on is known: licences of what is locked, a bill of materials, advisories where they can be asked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))
import licences  # noqa: E402
import sbom  # noqa: E402
from locked import DEVELOPMENT, RUNTIME, locked  # noqa: E402

sys.path.remove(str(ROOT / "packaging"))


def test_every_licence_is_permissive_or_named_with_a_reason() -> None:
    """Of what ships and of the tools."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "licences.py")], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_no_exception_outlives_its_package() -> None:
    """Each is locked, and would not pass without."""
    names = {each.name for path in (RUNTIME, DEVELOPMENT) for each in locked(path)}
    assert set(licences.EXCEPTIONS) <= names
    for name in licences.EXCEPTIONS:
        found = next(each for path in (RUNTIME, DEVELOPMENT) for each in locked(path) if each.name == name).installed
        assert found is None or not licences.is_permissive(licences.licence_of(found)), name


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("Apache Software License AND MIT License", True),
        ("EPL-2.0 OR BSD-3-Clause", True),
        ("MIT AND GPL-3.0", False),
        ("AGPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences_as_metadata_write_them(licence: str, permissive: bool) -> None:
    """Of alternatives one is enough; of several, all count; nothing said is not permissive."""
    assert licences.is_permissive(licence) is permissive


def test_the_bill_names_every_locked_package(tmp_path: Path) -> None:
    """With version and digests; the same lock makes the same bytes."""
    made = []
    for name in ("a", "b"):
        target = tmp_path / name
        subprocess.run([sys.executable, str(ROOT / "packaging" / "sbom.py"), str(target)], check=True)
        made.append(target.read_bytes())
    assert made[0] == made[1]
    bill = json.loads(made[0])
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    packages = list(locked(RUNTIME))
    assert {(each["name"], each["version"]) for each in bill["components"]} == {(p.name, p.version) for p in packages}
    assert len(packages) > 50
    for each in bill["components"]:
        assert each["externalReferences"][0]["hashes"], each["name"]
        assert each["purl"] == each["bom-ref"]
    known = {each["bom-ref"] for each in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    for each in bill["dependencies"]:
        assert {each["ref"], *each["dependsOn"]} <= known
    aiohttp = next(each for each in bill["dependencies"] if "/aiohttp@" in each["ref"])
    assert any("/yarl@" in each for each in aiohttp["dependsOn"])
    assert sbom.bill(RUNTIME, "9")["serialNumber"] != bill["serialNumber"]


def test_where_no_advisories_can_be_asked_the_audit_says_so(tmp_path: Path) -> None:
    """And stands in nobody's way."""
    shutil.copy(RUNTIME, tmp_path / RUNTIME.name)
    unreachable = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "PATH": os.environ["PATH"]}
    ended = subprocess.run(
        ["sh", str(ROOT / "packaging" / "audit.sh"), sys.executable],
        cwd=tmp_path,
        env=unreachable,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "audit skipped: PyPI's advisory database" in ended.stderr
