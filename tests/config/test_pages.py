"""Every configuration that a page of the documentation shows is one that loads."""

import re
from pathlib import Path

import pytest
import yaml

from sentinel.config.loader import load

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENVIRONMENT = dict.fromkeys(
    ("ANA_TOPIC", "LUIS_TOPIC", "CDO_USER", "TOKEN", "BOT", "ANA", "MAIL"), "x12345678901234567890123456789"
)


def shown() -> list[tuple[str, str]]:
    found = []
    for page in ("incidents.md",):
        for block in re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL):
            found.append((page, block))
    return found


@pytest.mark.parametrize(("page", "block"), shown())
def test_an_example_loads(tmp_path: Path, page: str, block: str) -> None:
    """What the page leaves out, the brand, is filled in."""
    text = block if "brands" in yaml.safe_load(block) else f"brands: [{{name: Acme}}]\n{block}"
    path = tmp_path / "sentinel.yaml"
    path.write_text(text, encoding="utf-8")
    assert load(path, ENVIRONMENT).brands[0].name == "Acme"
