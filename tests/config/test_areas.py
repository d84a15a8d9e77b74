"""Areas of the house that are asked, as they are configured."""

from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.requests.consultation import DelegatedAuthority
from tests.config.test_mistakes import ONE, mistakes

PEOPLE = """contacts: {boss: {channels: ['log://']}, deaf: {channels: ['log://'], use: {news: []}}}
roles: {lawyers: [boss]}
"""


def test_what_is_left_out(tmp_path: Path) -> None:
    """An hour, a reminder each twenty minutes, the draft replies, every brand, and the key for a label."""
    text = (
        f"{ONE}{PEOPLE}areas: {{legal: {{contacts: [lawyers]}}, shops: {{contacts: [boss], label: {{es: Tiendas}}}}}}\n"
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    config = load(tmp_path / "s.yaml")
    legal = config.areas["legal"]
    assert (legal.answer_within, legal.remind_every) == (timedelta(hours=1), timedelta(minutes=20))
    assert legal.authority is DelegatedAuthority.REPLY
    assert legal.covers(("Acme",))
    assert legal.labels("legal") == {"en": "legal", "es": "legal"}
    assert config.areas["shops"].labels("shops") == {"en": "Tiendas", "es": "Tiendas"}
    assert config.requests.page_late == "never"


def test_they_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    """As contacts and policies do."""
    (tmp_path / "areas.yaml").write_text("areas: {legal: {contacts: [boss]}}\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(f"{ONE}{PEOPLE}include: [areas.yaml]\n", encoding="utf-8")
    assert list(load(tmp_path / "s.yaml").areas) == ["legal"]


@pytest.mark.parametrize(
    ("areas", "says"),
    [
        ("{legal: {}}", "areas.legal.contacts: is required"),
        ("{legal: {contacts: []}}", "areas.legal.contacts: must not be empty"),
        (
            "{legal: {contacts: [bos]}}",
            "areas.legal.contacts.0: unknown contact, schedule or role 'bos'; did you mean 'boss'?",
        ),
        ("{legal: {contacts: [boss], brands: [Acmee]}}", "areas.legal.brands.0: unknown brand 'Acmee'; did you mean"),
        ("{legal: {contacts: [boss]}, legal: {contacts: [boss]}}", "areas.legal: is written twice"),
        (
            "{legal: {contacts: [boss]}, law: {contacts: [boss], label: {en: Legal}}}",
            "areas.law.label: 'Legal' (en) is what area 'legal' is called as well",
        ),
        ("{'the law': {contacts: [boss]}}", "areas.the law: 'the law' is no name of an area; write 1 to 40 letters"),
        ("{legal: {contacts: [boss], label: {fr: Droit}}}", "areas.legal.label.fr"),
        ("{legal: {contacts: [boss], label: {en: ' '}}}", "areas.legal.label: the label in 'en' has 1 characters"),
        ("{legal: {contacts: [boss], remind_every: 5s}}", "areas.legal.remind_every: must be at least 1m, got 5s"),
        ("{legal: {contacts: [boss], answer_within: 60d}}", "`answer_within: 60d` is not between 1m and 30d"),
        ("{legal: {contacts: [boss], authority: all}}", "areas.legal.authority: expected 'reply', 'holding_statement'"),
        ("{legal: {contacts: [deaf]}}", "areas.legal.contacts: nobody of them could be asked: `use.news`"),
        ("{legal: {contact: [boss]}}", "unknown key 'contact'; did you mean 'contacts'?"),
    ],
)
def test_mistakes(tmp_path: Path, areas: str, says: str) -> None:
    """Each is named with its place, and what is allowed."""
    found = mistakes(tmp_path, f"{ONE}{PEOPLE}areas: {areas}\n")
    assert any(says in each for each in found), found


def test_when_late_requests_are_told(tmp_path: Path) -> None:
    """A priority, or never."""
    found = mistakes(tmp_path, f"{ONE}requests: {{page_late: low}}\n")
    assert "requests.page_late: expected 'never', 'urgent', 'high' or 'normal', got 'low'" in found[0]
