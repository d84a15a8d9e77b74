"""The guide to writing one's own playbooks says what the code does."""

import dataclasses
import re
from pathlib import Path

import pytest

from sentinel.phrases.phrases import catalogue
from sentinel.playbooks.placeholders import ContributionPlace, OwnerPlace, Placeholders, SamplePlace
from sentinel.playbooks.playbook import CrisisType, Section, heading
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.statement import Channel

GUIDE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [Placeholders, SamplePlace, OwnerPlace, ContributionPlace])
def test_every_placeholder_is_listed(kind: type) -> None:
    """What a template may use stands in the table."""
    table = GUIDE.split("## Placeholders")[1]
    assert [f.name for f in dataclasses.fields(kind) if f"`{f.name}`" not in table] == []


def test_types_headings_and_limits_are_listed() -> None:
    """So do crisis types, both languages' headings and the channels' limits."""
    for kind in CrisisType:
        assert f"`{kind}`" in GUIDE
        assert f"`{kind}.md`" in GUIDE
    for section in Section:
        assert f"| {heading('en', section)} | {heading('es', section)} |" in GUIDE
    for channel in Channel:
        assert channel.limit is None or f"({channel.limit}" in GUIDE


def test_the_guides_example_works(tmp_path: Path) -> None:
    """Copied as it stands it goes before the shipped playbook, and is whole."""
    example = re.search(r"```markdown\n(.+?)```", GUIDE, re.DOTALL)
    assert example
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "outage.md").write_text(example[1], encoding="utf-8")
    playbook = read_playbooks(tmp_path).get("outage", "en")
    assert playbook
    assert playbook.title == "Our service is down"
    assert len(playbook.sections) == len(Section) + 1


def test_both_languages_have_the_same_phrases() -> None:
    """A word that one language lacks would fail in the middle of a page."""
    spanish, english = ({k for k in catalogue(language) if k.startswith("playbook.")} for language in ("es", "en"))
    assert spanish == english
