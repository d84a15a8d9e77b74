"""Budgets, groups and digests in the file: what is refused, what the defaults are, and that the page about them says
what is so.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from sentinel.assembly.build import admission, contacts
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.escalation.budget import NightBudget
from sentinel.escalation.digest import DailyDigest
from sentinel.metrics.metrics import BUDGETS
from tests.config.test_mistakes import ONE, mistakes

PAGE = (Path(__file__).parents[2] / "docs" / "quiet.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "contacts: {a: {channels: ['log://'], digest: '9:00'}}",
            "contacts.a.digest: '9:00' is no time of day; write one such as 22:30",
        ),
        ("contacts: {a: {channels: ['log://'], digest: '24:00'}}", "contacts.a.digest: '24:00' is no time of day"),
        (
            "contacts: {a: {channels: ['log://'], digest: '09:00', use: {news: []}}}",
            "contacts.a.digest: could never arrive: `use.news`",
        ),
        (
            "contacts: {a: {channels: ['log://'], pages_per_night: -1}}",
            "contacts.a.pages_per_night: must be at least 0, got -1",
        ),
        (
            "contacts: {a: {channels: ['log://'], pages_per_night: many}}",
            "contacts.a.pages_per_night: expected a whole number, got 'many'",
        ),
        (
            "delivery: {group_wait: 61s}",
            "delivery.group_wait: must be at most 1m, got 1m1s: no page waits longer for others",
        ),
        ("delivery: {group_wait: soon}", "delivery.group_wait: 'soon' is no duration"),
        (
            "delivery: {budgets: {contact: {messages: 3}}}",
            "delivery.budgets.contact: first_pages must be below messages, or nothing",
        ),
        (
            "delivery: {budgets: {contact: {messages: 0}}}",
            "delivery.budgets.contact.messages: must be at least 1, got 0",
        ),
        ("delivery: {budgets: {provider: {per: 0s}}}", "delivery.budgets.provider.per: must be longer than 0s"),
        (
            "delivery: {budgets: {person: {}}}",
            "delivery.budgets.person: unknown key 'person'; allowed: contact, provider",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    """Each with its place and what is allowed."""
    (mistake,) = mistakes(tmp_path, ONE + text + "\n")
    assert mistake.split(": ", 1)[1].startswith(expected), mistake


def test_the_page_s_example_is_whole(tmp_path: Path) -> None:
    """It loads, and means what the page says of it."""
    found = re.search(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    assert found
    path = tmp_path / "s.yaml"
    path.write_text(found.group(1), encoding="utf-8")
    config = load(path)
    people = contacts(config)
    assert people["ana"].nights == NightBudget(zone="Europe/Madrid", begins=time(23), ends=time(7), pages=4)
    assert people["ana"].digest == DailyDigest(zone="Europe/Madrid", at=time(9))
    assert people["boss"].nights is None
    assert config.delivery.budgets == load_one(tmp_path).delivery.budgets, "the example shows the defaults"
    assert config.delivery.group_wait == load_one(tmp_path).delivery.group_wait
    assert admission(config, lambda contact, occasion: (), people.get).account.reach == timedelta(days=1)


def load_one(folder: Path) -> Config:
    """The smallest file's settings: nothing but defaults."""
    path = folder / "one.yaml"
    path.write_text(ONE, encoding="utf-8")
    return load(path)


def test_the_usual_night(tmp_path: Path) -> None:
    """Ten in the evening to eight, in the contact's own zone, unless quiet hours say otherwise."""
    path = tmp_path / "s.yaml"
    path.write_text(
        ONE + "contacts: {a: {channels: ['log://'], pages_per_night: 0, timezone: America/Bogota}}\n", encoding="utf-8"
    )
    nights = contacts(load(path))["a"].nights
    assert nights is not None
    assert nights.night(datetime(2026, 3, 3, 3, tzinfo=UTC)) == date(2026, 3, 2)
    assert nights.night(datetime(2026, 3, 3, 13, tzinfo=UTC)) is None


def test_every_budget_of_the_metrics_is_on_the_page() -> None:
    """As a label's value."""
    for budget in BUDGETS:
        assert f'"{budget}"' in PAGE or f"`{budget}`" in PAGE
