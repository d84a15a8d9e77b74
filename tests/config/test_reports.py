"""Reports that are sent by themselves, as they are configured."""

from datetime import time
from pathlib import Path

import pytest

from sentinel.assembly.build import report_plans
from sentinel.config.loader import load
from sentinel.reports.period import Every
from tests.config.test_mistakes import ONE, mistakes

PEOPLE = "contacts: {boss: {channels: ['log://']}}\nroles: {bosses: [boss]}\n"


def test_a_week_on_mondays_and_a_month_on_its_second(tmp_path: Path) -> None:
    """What is left out is every brand, the first day, nine o'clock, the contact's own language."""
    month = "{every: month, on: 2, at: '07:30', to: [boss], language: es}"
    text = f"{ONE}{PEOPLE}timezone: Europe/Madrid\nreports: [{{to: [bosses]}}, {month}]\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    config = load(tmp_path / "s.yaml")
    week, later = report_plans(config)
    assert (week.every, week.weekday, week.at, week.brands, week.to, week.language) == (
        Every.WEEK,
        0,
        time(9),
        tuple(each.name for each in config.brands),
        ("bosses",),
        None,
    )
    assert (later.every, later.day, later.at, later.language, later.zone) == (
        Every.MONTH,
        2,
        time(7, 30),
        "es",
        "Europe/Madrid",
    )


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ("{to: []}", "reports.0.to: "),
        ("{}", "reports.0.to: "),
        ("{to: [nobody]}", "reports.0.to.0: unknown contact, schedule or role 'nobody'"),
        ("{to: [boss], brands: [Nobody]}", "reports.0.brands.0: unknown brand 'Nobody'"),
        ("{to: [boss], at: '25:00'}", "reports.0.at: '25:00' is no time of day"),
        ("{to: [boss], every: year}", "reports.0.every: "),
        ("{to: [boss], every: day, on: mon}", "reports.0: `on: mon` does not go with `every: day`"),
        ("{to: [boss], on: 3}", "`on: 3` does not go with `every: week`; write a weekday"),
        ("{to: [boss], every: month, on: mon}", "`on: mon` does not go with `every: month`; write a day"),
        (
            "{to: [boss], every: month, on: 31}",
            "reports.0.on: '31' is no day; write a weekday such as mon after a week",
        ),
        ("{to: [boss], on: monday}", "reports.0.on: 'monday' is no day"),
        ("{to: [boss], language: fi}", "reports.0.language: "),
    ],
)
def test_mistakes(tmp_path: Path, report: str, says: str) -> None:
    """Each is named with its place."""
    found = mistakes(tmp_path, f"{ONE}{PEOPLE}reports: [{report}]\n")
    assert any(says in mistake for mistake in found), found
