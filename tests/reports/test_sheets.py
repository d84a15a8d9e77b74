"""Reports in words: the facts in both languages, and nothing a stranger wrote that Markdown would obey."""

import re
from datetime import date, timedelta

import msgspec
import pytest

from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.mention import Author
from sentinel.phrases.phrases import catalogue
from sentinel.playbooks.markdown import to_html
from sentinel.reports.day import AuthorDay
from sentinel.reports.incident import PostMortem, post_mortem
from sentinel.reports.incident_sheet import ask, incident_sheet
from sentinel.reports.markdown import to_markdown
from sentinel.reports.marks import StoredIncident
from sentinel.reports.period import Every, read_period
from sentinel.reports.periodic_sheet import periodic_sheet
from sentinel.reports.questions import ReviewQuestion
from sentinel.reports.sheet import Grid, Heading, Link, Paragraph, Quotation, Sheet
from sentinel.scoring.level import Level
from tests.builders import a_mention
from tests.fakes import START
from tests.incidents.story import minutes
from tests.reports.archive import EVIL, MADRID, WEEK, a_day, a_report, a_told, a_voice, days_of

TITLES = {"es": "Informe del incidente: Acme, crisis", "en": "Incident report: Acme, crisis"}


def a_crisis(*lines: TimelineEntry, text: str = "Tercer día sin servicio") -> PostMortem:
    told = a_told(at=START, lines=lines)
    sample = msgspec.structs.replace(
        a_mention(text, at=START, url="javascript:alert(1)"), author=Author(handle="ana|*b*", followers=12_345)
    )
    incident = msgspec.structs.replace(told.incident, samples=(sample,))
    return post_mortem(StoredIncident(incident=incident, timeline=told.timeline), [], START + minutes(90))


def table(sheet: Sheet, title: str) -> Grid:
    return next(block for block in sheet.blocks if isinstance(block, Grid) and block.title == title)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            (
                "llegó a crisis: 85 de 100",
                "Empezó el 2 de marzo, 10:00 y duró 1 h",
                "Se avisó a Ana por ntfys",
                "Ana se hizo cargo 3 min",
                "Lo cerró Ana",
                "fue real",
            ),
        ),
        (
            "en",
            (
                "reached crisis: 85 of 100",
                "began on 2 March, 10:00 and lasted 1 h",
                "Paged over ntfys: Ana",
                "Ana took it 3 min",
                "Ana closed it",
                "it was real",
            ),
        ),
    ],
)
def test_an_incident_in_sentences(language: str, said: tuple[str, ...]) -> None:
    """What happened, how bad, how long, who; in the reader's language and zone."""
    sheet = incident_sheet(a_crisis(), a_voice(language))
    first = next(block for block in sheet.blocks if isinstance(block, Paragraph))
    assert sheet.title == TITLES[language]
    for each in said:
        assert each in str(first.line[0])


def test_minute_by_minute_in_words() -> None:
    """Each line with its reason, the day only where it changes, the channel of a delivery and what came of it."""
    sheet = incident_sheet(
        a_crisis(TimelineEntry(at=START + timedelta(days=1), what=What.CLOSED, why=Why.TIME, level=Level.CALM)),
        a_voice(),
    )
    rows = [tuple(str(cell[0]) for cell in row) for row in table(sheet, "Minuto a minuto").rows]
    assert rows[0] == ("2 de marzo, 10:00", "Se abre el incidente: crisis, puntuación 85", "lo dice la puntuación")
    assert ("10:00", "Entrega a Ana (ntfys: aceptado)", "") in rows
    assert ("10:03", "Lo tiene Ana", "lo decide una persona: Lo miro") in rows
    assert rows[-1][0] == "3 de marzo, 10:00"


def test_a_timeline_without_end_is_cut_in_its_middle() -> None:
    """A brand that came and went for days: its beginning, its end, and how much lies between."""
    many = [
        TimelineEntry(at=START + minutes(n), what=What.UPDATE, why=Why.SCORE, level=Level.ALERT, contact="ana")
        for n in range(1, 501)
    ]
    rows = table(incident_sheet(a_crisis(*many), a_voice()), "Minuto a minuto").rows
    assert len(rows) == 301
    assert [row[1][0] for row in rows if row[0] == ("…",)] == [f"{500 + len(a_crisis().moments) - 300} líneas más"]


def test_a_week_in_figures_of_the_language() -> None:
    """Thousands, percentages, days and medians as the reader writes them."""
    days = [*days_of(WEEK.before, 1000, negative=100), *days_of(WEEK, 2000, negative=500)]
    report = a_report(days=days, told=[a_told(at=WEEK.bounds(MADRID)[0] + timedelta(hours=10))])
    spanish, english = (to_markdown(periodic_sheet(report, a_voice(language))) for language in ("es", "en"))
    for said in (
        "semana del 9 al 15 de marzo de 2026",
        "14.000 veces, un 100 % más que la semana anterior (7.000)",
        "El 25 %",
        "lun 9",
        "Hubo 1 incidente, que llegó a crisis",
        "Precisión de los avisos: 100 %",
    ):
        assert said in spanish
    for said in (
        "week of 9–15 March 2026",
        "14,000 times, 100% more than the week before (7,000)",
        "25% of the mentions",
        "Mon 9",
        "There was 1 incident, which reached crisis",
        "Precision of pages: 100%",
    ):
        assert said in english


def test_a_week_over_the_end_of_a_month_and_a_month_say_so() -> None:
    """Both ends by name; a month by its own."""
    voice = a_voice()
    assert voice.period(read_period(Every.WEEK, "2026-W14")) == "semana del 30 de marzo al 5 de abril de 2026"
    assert voice.period(read_period(Every.MONTH, "2026-03")) == "marzo de 2026"
    assert a_voice("en").period(read_period(Every.WEEK, "2026-W53")) == "week of 28 December – 3 January 2027"


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_month_without_a_mention_is_a_report_too(language: str) -> None:
    """It says that nothing was said, and every part is there."""
    text = to_markdown(periodic_sheet(a_report(read_period(Every.MONTH, "2026-02")), a_voice(language)))
    assert text.count("\n## ") == 7
    assert {"es": "No se habló de Acme", "en": "Nobody spoke of Acme"}[language] in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_question_can_be_asked(language: str) -> None:
    """With the facts that the rules give it."""
    facts = {
        "seconds": 1320.0,
        "channel": "ntfys",
        "times": 2.0,
        "why": "quiet_hours",
        "signal": "volume",
        "points": 31.5,
    }
    for about in [
        key.removeprefix("postmortem.ask_") for key in catalogue(language) if key.startswith("postmortem.ask_")
    ]:
        assert "{" not in ask(ReviewQuestion(about=about, facts=dict(facts)), a_voice(language))


def test_hostile_words_mean_nothing_in_markdown() -> None:
    """From a mention, a note, an account, a source: no tag, link, table cell, heading or image of theirs."""
    note = TimelineEntry(
        at=START + minutes(7), what=What.NOTE, why=Why.PERSON, level=Level.CRISIS, by=EVIL, detail=EVIL
    )
    author = AuthorDay(source="x|y", handle="[a](javascript:b)", followers=5, mentions=1, negative=0)
    week = a_report(days=[a_day(date(2026, 3, 9), 5, authors=(author,), terms={"<b>": 5})])
    for text in (
        to_markdown(incident_sheet(a_crisis(note, text=EVIL), a_voice())),
        to_markdown(periodic_sheet(week, a_voice())),
    ):
        assert not re.search(r"(?<!\\)<", text)
        assert not re.search(r"(?<!\\)\]\((?!https://s\.example/)", text)
        assert "\n# Título" not in text
        assert "\u202e" not in text
        assert "https://evil" not in text
        assert [line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("| ")]
        html = str(to_html(text))
        assert "<script" not in html
        assert "javascript:" not in re.sub(r">[^<]*<", "><", html)


def test_rows_of_a_table_keep_their_columns() -> None:
    """A bar in a cell is a letter."""
    sheet = Sheet(
        language="es",
        name="x",
        title="t",
        subtitle="",
        blocks=(Grid(title="g", head=("a", "b"), rows=((("x|y",), ("1. z",)),)),),
    )
    assert to_markdown(sheet).splitlines()[-1] == "| x\\|y | 1. z |"


def test_only_web_addresses_become_links() -> None:
    """Whatever a block was given."""
    line = (Link("bien", "https://x.example/a"), " ", Link("mal", "javascript:alert(1)"), " ", Link("nada", None))
    text = to_markdown(
        Sheet(
            language="es",
            name="x",
            title="t",
            subtitle="s",
            blocks=(Paragraph(line), Quotation("q", line), Heading("h")),
        )
    )
    assert text.count("](https://x.example/a)") == 2
    assert "javascript" not in text
