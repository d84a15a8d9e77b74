"""The incident's page to a person under stress: a chart, what is new in the voices, who was paged; nothing that could
do harm.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from sentinel.incidents.command import Action, Command
from sentinel.incidents.incident import Incident, Resolution, State, Verdict
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.matching.term import forms_of
from sentinel.mention import Mention
from sentinel.phrases.phrases import catalogue
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level
from sentinel.web.pages.highlight import Highlights, NewWord, new_words
from sentinel.web.pages.paged import PageOutcome, paged
from sentinel.web.pages.score_chart import MARKED, score_chart, span_of
from sentinel.web.pages.words import Words
from tests.fakes import START
from tests.web.links import on_fire, words
from tests.web.stand import Stand, a_config

ES = Words("es", ZoneInfo("Europe/Madrid"), START)
HOUR = timedelta(hours=1)
NEW = Evidence(
    signal="novelty",
    key="signals.novelty",
    facts=(("words", "«servicio», «teléfono»"), ("count", 23.0), ("counts", "23 9")),
)
GRAVE = Evidence(
    signal="severity",
    key="signals.severity",
    facts=(("words", "caida, boicot"), ("share", 9.0), ("usual", 1.0), ("minutes", 60.0)),
)


def points(
    *scores: float | None, begin: datetime = START - 24 * HOUR, every: timedelta = timedelta(minutes=5)
) -> list[tuple[datetime, float | None]]:
    return [(begin + n * every, score) for n, score in enumerate(scores)]


def a_line(what: What, at: datetime, **fields: object) -> TimelineEntry:
    made = TimelineEntry(at=at, what=what, why=Why.LADDER, level=Level.ALERT, epoch=1)
    return msgspec.structs.replace(made, **fields)


async def read(stand: Stand, incident: Incident, **query: str) -> str:
    async with stand.client(Cookie="sentinel_by=ana") as client:
        answer = await client.get(f"/incidents/{incident.id}", params=query)
    assert answer.status == 200
    return answer.text


# -- the chart
# ------------------------------------------------------------------------------------------------------------------


def test_a_chart_breaks_where_nothing_was_known() -> None:
    """Unknown scores and hours in which Sentinel did not run are shaded, never bridged by a line."""
    seen = [*points(*[20.0] * 12, *[None] * 12, *[40.0] * 12), *points(*[60.0] * 12, begin=START - 12 * HOUR)]
    chart = score_chart(seen, (), START - 24 * HOUR, START, ES)
    assert chart.drawn.line.count("M") == chart.drawn.area.count("M") == 3
    assert len(chart.drawn.unknown) == 2
    (first, width), (hole, long) = chart.drawn.unknown
    assert (round(first), round(width), round(hole), round(long)) == (4, 4, 12, 38)
    assert (chart.drawn.low, chart.drawn.high, chart.drawn.high_at) == (20.0, 60.0, START - 12 * HOUR)


def test_a_chart_of_nothing_is_empty() -> None:
    """A brand whose scores nobody kept."""
    chart = score_chart([], (), START - 24 * HOUR, START, ES)
    assert (chart.drawn.line, chart.drawn.unknown, chart.rows, chart.drawn.high) == ("", (), (), None)


def test_a_peak_of_five_minutes_is_seen_in_a_week() -> None:
    """Whatever the span, the highest of each column is drawn, and the drawing stays small."""
    scores = [10.0] * 2016
    scores[1000] = 95.0
    chart = score_chart(points(*scores, begin=START - 168 * HOUR), (), START - 168 * HOUR, START, ES)
    assert " 5L" in chart.drawn.line
    assert len(chart.drawn.line) < 6000
    assert len(chart.rows) <= 25
    assert chart.drawn.high == 95.0


@pytest.mark.parametrize("hours", [1, 3, 6, 9, 24, 40, 72, 168])
def test_the_axis_has_whole_hours_of_the_reader_and_few_of_them(hours: int) -> None:
    """What a narrow phone can hold; at midnight the day."""
    chart = score_chart([], (), START - hours * HOUR, START, ES)
    assert len(chart.axis) <= 7
    assert all(re.fullmatch(r"\d\d:00|\d+ \w+", label) for _, label in chart.axis)


def test_the_axis_survives_the_change_of_the_clocks() -> None:
    """On the night of 25 October an hour comes twice in Madrid: labels stay whole hours."""
    end = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    chart = score_chart([], (), end - 24 * HOUR, end, ES)
    assert [label for _, label in chart.axis] == ["16:00", "20:00", "25 oct", "04:00", "08:00", "12:00"]


def test_marks_that_would_touch_stand_in_rows_and_are_no_more_than_can_be_told_apart() -> None:
    """The first and the last are kept."""
    lines = [
        a_line(What.REOPENED if n % 2 else What.RESOLVED, START - timedelta(minutes=5 * (20 - n))) for n in range(20)
    ]
    chart = score_chart([], lines, START - 24 * HOUR, START, ES)
    assert [mark.number for mark in chart.marks] == list(range(1, 10))
    assert not any(one.row == two.row and abs(one.x - two.x) < 5 for one, two in combinations(chart.marks, 2))
    assert (chart.marks[0].at, chart.marks[-1].at) == (lines[0].at, lines[-1].at)


def test_an_incident_that_is_over_has_its_own_span() -> None:
    """Not the last day, which has long forgotten it; one that runs shows all of itself, a week at most."""
    _, incident = on_fire()
    later = START + 400 * HOUR
    begin, end = span_of(
        msgspec.structs.replace(incident, state=State.RESOLVED, resolution=Resolution(by=None, at=START)), later
    )
    assert (begin, end) == (incident.opened_at - 4 * HOUR, START + 2 * HOUR)
    assert span_of(incident, START) == (START - 24 * HOUR, START)
    assert span_of(incident, START + 30 * HOUR)[0] == incident.opened_at - HOUR
    assert span_of(incident, later)[0] == later - 168 * HOUR


async def test_the_chart_says_in_words_what_it_draws() -> None:
    """Numbers lead from the drawing to the list; thresholds by name; a table has the hours; a drill has none."""
    stand, incident = on_fire()
    await stand.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    html = await read(stand, incident)
    assert re.search(
        r'role="img" aria-label="Puntuación de Acme de 10:00 del 1 mar a 10:00: entre [\d,]+ y [\d,]+, la más alta',
        html,
    )
    assert "1 09:36 Se abre 2 10:00 Lo tiene Ana" in words(html)
    assert all(f">{text}</text>" in html for text in ("crisis 80", "alerta 60", "vigilancia 35"))
    assert 20 <= html.count("<tr><td>") <= 26
    assert "style=" not in html
    stand.incidents[incident.id] = msgspec.structs.replace(stand.incidents[incident.id], drill=True)
    assert 'class="chart"' not in await read(stand, incident)


async def test_a_brand_that_is_new_has_its_minutes_in_sight() -> None:
    """The chart begins where its scores do, and is an hour wide at least."""
    stand, incident = on_fire()
    for minutes, begins in ((10, "09:00"), (150, "07:30")):
        history = points(*[40.0] * (minutes // 5), begin=START - timedelta(minutes=minutes))
        stand.cards[0] = replace(stand.cards[0], history=history)
        assert f"Puntuación de Acme de {begins} a 10:00" in await read(stand, incident)


# -- the voices
# -----------------------------------------------------------------------------------------------------------------


def marked(text: str, **sorts: tuple[str, ...]) -> str:
    return str(
        Highlights(
            tuple((sort, form) for sort, terms in sorts.items() for term in terms for form in forms_of(term))
        ).mark(text)
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("La CAÍDA de Acme's", '<mark class="grave">La CAÍDA</mark> de <mark class="brand">Acme</mark>&#39;s'),
        (
            "acmeville, ＡＣＭＥ; El-Ñu",
            'acmeville, <mark class="brand">ＡＣＭＥ</mark>; <mark class="brand">El-Ñu</mark>',
        ),
        ("<acme> & co", '&lt;<mark class="brand">acme</mark>&gt; &amp; co'),
        ("ﬁn de la caida", "ﬁn de " + '<mark class="grave">la caida</mark>'),
        ("", ""),
        ("nada", "nada"),
    ],
)
def test_what_matches_is_marked_as_the_matcher_sees_it_and_all_is_escaped(text: str, html: str) -> None:
    """Case, accents, width and hyphens do not count; words only whole."""
    assert marked(text, grave=("la caída",), brand=("acme", "el ñu")) == html


def test_where_two_overlap_the_graver_wins() -> None:
    """No mark within a mark."""
    assert marked("acme caído", grave=("acme caido",), brand=("acme",)) == '<mark class="grave">acme caído</mark>'


def test_new_words_have_their_counts() -> None:
    """From the signal's evidence; one that was kept before counts were has none."""
    old = Evidence(signal="novelty", key="signals.novelty", facts=(("words", "«a», «b»"), ("count", 23.0)))
    assert new_words((GRAVE, NEW)) == (NewWord(word="servicio", count=23), NewWord(word="teléfono", count=9))
    assert new_words((old,)) == (NewWord(word="a", count=None), NewWord(word="b", count=None))
    assert new_words((GRAVE,)) == ()


async def test_the_voices_show_what_made_the_score_rise() -> None:
    """Brand, grave and new words each in their own way, the new ones listed with counts; a stranger's tags stay
    words.
    """
    stand, incident = on_fire()
    evil = Mention(source="x", id="1", text="</blockquote><img src=x onerror=alert(1)> acme <mark>", published_at=START)
    stand.incidents[incident.id] = incident = msgspec.structs.replace(
        incident, evidence=(*incident.evidence, NEW, GRAVE), samples=(*incident.samples, evil)
    )
    html = await read(stand, incident)
    assert 'sin <mark class="new">servicio</mark> de @<mark class="brand">acme</mark>' in html
    assert '<mark class="grave">caída</mark>' in html
    assert "Palabras que son nuevas: servicio (23 voces en una hora), teléfono (9 voces en una hora)" in words(html)
    assert '&lt;/blockquote&gt;&lt;img src=x onerror=alert(1)&gt; <mark class="brand">acme</mark> &lt;mark&gt;' in html


# -- who was paged
# --------------------------------------------------------------------------------------------------------------


def the_table(*lines: TimelineEntry, **incident: object) -> list[tuple[str, int, str | None, PageOutcome, bool]]:
    _, found = on_fire()
    found = msgspec.structs.replace(found, epoch=1, **incident)
    rows = paged(lines, found, a_config(), ES)
    return [(each.name, each.step, each.channel, each.outcome, each.answered_at is not None) for each in rows]


def test_every_page_has_a_line_with_what_became_of_it() -> None:
    """Tried again and accepted; refused; held back with the reason; still waiting; and who took it."""
    page, sent = (lambda who, step: a_line(What.PAGE, START, contact=who, step=step)), What.DELIVERY
    assert the_table(
        page("ana", 1),
        a_line(sent, START, contact="ana", step=1, channel="ntfys", outcome="retry"),
        a_line(sent, START, contact="ana", step=1, channel="mailto", outcome="accepted"),
        page("boss", 2),
        a_line(sent, START, contact="boss", step=2, channel="tgram", outcome="failed"),
        page("luis", 2),
        a_line(What.NOT_SENT, START, contact="luis", step=2, why=Why.BUDGET),
        page("eva", 3),
        a_line(What.UPDATE, START, contact="eva"),
        a_line(sent, START, contact="eva", channel="ntfys", outcome="accepted"),
        a_line(What.ACKNOWLEDGED, START + HOUR, by="ana"),
    ) == [
        ("Ana", 1, "mailto", PageOutcome.ACCEPTED, True),
        ("boss", 2, "tgram", PageOutcome.FAILED, False),
        ("luis", 2, None, PageOutcome.NOT_SENT, False),
        ("eva", 3, None, PageOutcome.WAITING, False),
    ]


def test_a_page_that_waited_when_the_incident_moved_on_is_not_waiting_any_more() -> None:
    """It will never go; one whose end nobody knows says so."""
    page = a_line(What.PAGE, START, contact="ana", step=1)
    assert the_table(msgspec.structs.replace(page, epoch=0))[0][3] is PageOutcome.VOID
    assert the_table(page, state=State.RESOLVED)[0][3] is PageOutcome.VOID
    odd = a_line(What.DELIVERY, START, contact="ana", step=1, channel="ntfys", outcome="unknown")
    assert the_table(page, odd)[0][3] is PageOutcome.UNKNOWN


async def test_no_address_is_on_the_page() -> None:
    """The kind of channel is; where it leads is nobody's business."""
    stand, incident = on_fire()
    stand.lines[incident.id].append(
        a_line(What.DELIVERY, START, contact="ana", step=1, epoch=incident.epoch, channel="ntfys", outcome="accepted")
    )
    html = await read(stand, incident)
    table = html[html.index('id="paged"') : html.index("</section>", html.index('id="paged"'))]
    assert "Ana 1 09:42 ntfys aceptado por el proveedor" in words(table)
    assert "://" not in table


# -- the whole
# ------------------------------------------------------------------------------------------------------------------


async def test_nothing_on_the_page_can_remove_what_people_posted() -> None:
    """No button, no form, no address speaks of deleting or hiding."""
    stand, incident = on_fire()
    html = await read(stand, incident)
    asked = " ".join(re.findall(r"<button[^>]*>.*?</button>|action=\"[^\"]*\"", html)).casefold()
    assert not re.search(r"delete|remove|hide|borra|elimina|oculta", asked)


async def test_the_page_stays_small() -> None:
    """With a long timeline and everything on it, under 100 kB."""
    stand, incident = on_fire()
    stand.incidents[incident.id] = replaced = msgspec.structs.replace(
        incident, evidence=(*incident.evidence, NEW, GRAVE)
    )
    stand.lines[incident.id] += [a_line(What.NOTE, START, by="ana", detail="Una nota de lo más normal.")] * 60
    assert len((await read(stand, replaced)).encode()) < 100_000


async def test_the_drafts_can_be_copied_from_the_page() -> None:
    """Against what each channel takes."""
    stand, incident = on_fire()
    html = await read(stand, incident)
    assert 'data-copy="Copiar"' in html
    assert re.search(r"<textarea readonly[^>]*>\s*Sabemos que el servicio falla.</textarea>", html)
    assert "30 de 300 caracteres" in words(html)
    stand.rendered = replace(stand.rendered, holding_statements={}, draft_replies=()) if stand.rendered else None
    assert 'id="drafts"' not in await read(stand, incident)


def test_the_incidents_page_says_all_its_sentences_and_no_others() -> None:
    """No missing sentence, no dead one."""
    folder = Path(str(files("sentinel.web")))
    sources = [path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))]
    used = {
        key
        for text in sources
        for key in re.findall(r"[\"']incident\.(\w+)[\"'](?!\s*~)", text)
        if key not in ("html", "css")
    }
    used |= {f"mark_{what}" for what in MARKED} | {f"outcome_{outcome}" for outcome in PageOutcome}
    used |= {f"{sort}_{verdict}" for sort in ("verdict", "judged") for verdict in Verdict}
    used |= {f"paged_{column}" for column in ("contact", "step", "at", "channel", "outcome", "answered")}
    assert used == {key.removeprefix("incident.") for key in catalogue("en") if key.startswith("incident.")}
