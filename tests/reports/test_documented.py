"""The guide to reports says what the code does."""

import re
from pathlib import Path

from sentinel.assembly.build import report_plans
from sentinel.cli.report import app
from sentinel.config.loader import load
from sentinel.daemon.reported_mentions import CANDIDATES
from sentinel.daemon.rollups import KEPT, NAMED
from sentinel.phrases.phrases import catalogue
from sentinel.reports import day as brand_day
from sentinel.reports import questions, selection
from sentinel.reports.period import Every
from sentinel.reports.said_words import SAID_BY
from sentinel.signals.terms import LEAST, RARE
from sentinel.web.pages.reports import ROUTES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
PLAIN = " ".join(GUIDE.split())


def test_the_guides_example_works(tmp_path: Path) -> None:
    """Copied as it stands it loads and means three plans."""
    example = re.search(r"```yaml\n(.+?)```", GUIDE, re.DOTALL)
    assert example
    path = tmp_path / "sentinel.yaml"
    path.write_text(example[1], encoding="utf-8")
    week, day, month = report_plans(load(path))
    assert (day.every, day.to) == (Every.DAY, ("curators",))
    assert (week.brands, week.to, week.language) == (("Acme", "Zeta"), ("boss", "curators"), None)
    assert (month.brands, month.day, month.language) == (("Acme",), 1, "en")


def test_the_ways_it_names_are_there() -> None:
    """Commands, pages and pictures."""
    commands = {str(each.name or (each.callback and each.callback.__name__)) for each in app.registered_commands}
    assert set(re.findall(r"`sentinel report (\w+)", GUIDE)) == commands
    assert {each.path.split("/")[1] for each in ROUTES} == {"reports", "incidents"}
    for picture in re.findall(r"\((images/[^)]+)\)", GUIDE):
        assert (ROOT / "docs" / picture).is_file(), picture


def test_the_figures_it_gives_are_the_codes() -> None:
    """Thresholds of the questions, and what is kept for how long."""
    minutes = [
        int(span.total_seconds() / 60)
        for span in (questions.SLOW_PAGE, questions.PROMPT, questions.SLOW_ACKNOWLEDGEMENT)
    ]
    assert all(
        said in PLAIN
        for said in (f"over {minutes[0]} minutes", f"within {minutes[1]} minutes", f"over {minutes[2]} minutes")
    )
    assert f"{brand_day.TERMS_LEFT} to {brand_day.TERMS} words" in PLAIN
    assert f"{brand_day.AUTHORS_LEFT} to {brand_day.AUTHORS} accounts" in PLAIN
    assert f"kept for {KEPT.days} days, the names of accounts in them for {NAMED.days}" in PLAIN
    assert selection.MOST == 5
    assert "Five mentions a part" in PLAIN
    assert f"seen by {selection.REACH:,} people".replace(",", " ") in PLAIN
    assert f"the newest {CANDIDATES} of the day" in PLAIN
    assert f"at least {SAID_BY:.0%}".replace("%", " %") in PLAIN
    assert f"and {LEAST} of them, and hardly any ({RARE * 100:.0f} %)" in PLAIN


def test_it_has_every_question() -> None:
    """One row may stand for two of a kind."""
    rows = re.search(r"\| question \| asked when \|\n\|---\|---\|\n((?:\|.+\n)+)", GUIDE)
    assert rows
    asked = {key for key in catalogue("en") if key.startswith("postmortem.ask_")} - {
        "postmortem.ask_anything",
        "postmortem.ask_slow_one_step",
    }
    assert len(rows[1].splitlines()) == len(asked)
