"""A package of somebody else's, as `docs/extending.md` holds it, file by file: laid out as an installer would."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "extending.md"
_FILE = re.compile(r"^`(storefront[\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files_of_the_guide() -> dict[str, str]:
    """Path to text, of every file that the guide shows."""
    return dict(_FILE.findall(GUIDE.read_text(encoding="utf-8")))


def install(folder: Path, files: dict[str, str], name: str = "storefront") -> Path:
    """A folder that stands on the path of a process, with a package and what an installer says of it."""
    for path, text in (
        files | {f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"}
    ).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for package in {file.parent for file in folder.rglob("*.py")} | {each.parent for each in folder.rglob("phrases/*")}:
        (package / "__init__.py").touch()
    return folder


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Python, with the folder installed beside Sentinel."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
