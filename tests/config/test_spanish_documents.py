"""The documents in Spanish: what they tell people to write is right."""

import re
from pathlib import Path

import pytest

from sentinel.config.loader import load

ROOT = Path(__file__).parents[2]
BRANDS = "brands: [{name: Acme}]\n"
PEOPLE = "contacts: {ana: {channels: ['log://']}, luis: {channels: ['log://']}, jefa: {channels: ['log://']}}\n"
PAPER = "sources: {prensa: {type: feeds, urls: ['https://example.com/rss']}}\n"
BESIDE = {
    "empezar.md": ({}, {"marcas/hosteleria.yaml": 1}),
    "guardia.md": ({0: BRANDS + PEOPLE, 1: BRANDS + PAPER}, {}),
}
"""What stands beside each block: other parts of the file, and files that the block of that number is."""


def blocks(name: str) -> list[str]:
    text = (ROOT / "docs" / "es" / name).read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("name", BESIDE)
def test_what_the_documents_show_is_a_configuration(tmp_path: Path, name: str) -> None:
    """Each block, with what it leaves out, loads."""
    found, (beside, files) = blocks(name), BESIDE[name]
    for file, number in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(found[number], encoding="utf-8")
    for number, block in enumerate(found):
        if number not in files.values():
            path = tmp_path / "s.yaml"
            path.write_text(beside.get(number, "") + block, encoding="utf-8")
            assert load(path, {"ANA_TEMA": "un-tema"}).brands


def test_every_document_leads_to_the_other_language() -> None:
    """The first lines of both READMEs name each other."""
    for name, other in (("README.md", "README.es.md"), ("README.es.md", "README.md")):
        assert f"({other})" in (ROOT / name).read_text(encoding="utf-8")[:80]
