"""What a team is shown of a day: few mentions, each for a reason, of people and not of one person; and how requests
went.
"""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from sentinel.mention import Kind
from sentinel.reports.feed import ATOM, feed
from sentinel.reports.markdown import to_markdown
from sentinel.reports.period import Every, read_period
from sentinel.reports.request_marks import request_blocks, request_marks
from sentinel.reports.selection import MOST, Candidate, SelectedMention, SelectionPart, select
from sentinel.reports.selection_sheet import counted, selection_blocks
from sentinel.reports.sheet import Sheet
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.sentiment import Label
from tests.reports.archive import EVIL, a_voice

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
DAY = read_period(Every.DAY, "2026-03-09")


def a_candidate(number: int, **fields: object) -> Candidate:
    """Something neutral, that nobody need see, of an author of its own."""
    plain = {
        "number": number,
        "at": NOON + timedelta(minutes=number),
        "source": "bluesky",
        "kind": Kind.POST,
        "author": f"@a{number}",
        "followers": 100,
        "reactions": 0,
        "text": f"mención {number}",
        "url": f"https://bsky.app/{number}",
        "label": Label.NEUTRAL,
        "grave": None,
        "asks": RequestKind.NONE,
        "priority": Priority.NONE,
        "waits": True,
    }
    return Candidate(**{**plain, **fields})  # type: ignore[arg-type]


def of(part: SelectionPart, *candidates: Candidate) -> list[int]:
    """The numbers that the part shows."""
    return [each.number for each in select(candidates) if each.part is part]


def test_who_waits_comes_by_priority_and_then_the_oldest() -> None:
    """Whoever somebody has taken does not wait; a low priority is for nobody's morning."""
    shown = of(
        SelectionPart.ANSWER,
        a_candidate(1, priority=Priority.NORMAL),
        a_candidate(2, priority=Priority.URGENT),
        a_candidate(3, priority=Priority.URGENT),
        a_candidate(4, priority=Priority.HIGH, waits=False),
        a_candidate(5, priority=Priority.LOW),
    )
    assert shown == [2, 3, 1]


def test_grave_words_are_known_before_reach() -> None:
    """A complaint that nobody saw and that says nothing grave is not among them; neither is what is kind."""
    shown = of(
        SelectionPart.KNOW,
        a_candidate(1, label=Label.NEGATIVE),
        a_candidate(2, label=Label.NEGATIVE, followers=500_000),
        a_candidate(3, label=Label.NEGATIVE, grave="incendio"),
        a_candidate(4, label=Label.NEGATIVE, reactions=20_000),
        a_candidate(5, label=Label.POSITIVE, grave="incendio", followers=900_000),
    )
    assert shown == [3, 2, 4]


def test_one_person_fills_no_part() -> None:
    """One mention an author and part; people without a name are not one person."""
    fan = [a_candidate(n, author="@fan", asks=RequestKind.PRAISE, label=Label.POSITIVE) for n in range(1, 9)]
    unknown = [a_candidate(n, author="", asks=RequestKind.PRAISE, label=Label.POSITIVE) for n in range(20, 30)]
    assert of(SelectionPart.PRAISE, *fan) == [8]
    assert len(of(SelectionPart.PRAISE, *unknown)) == MOST


def test_a_mention_is_shown_once_in_the_first_part_that_it_fits() -> None:
    """An urgent grave complaint waits for an answer, and is not told again below."""
    (only,) = select([a_candidate(1, label=Label.NEGATIVE, grave="fuga de datos", priority=Priority.URGENT)])
    assert (only.part, only.priority, only.grave) == (SelectionPart.ANSWER, Priority.URGENT, None)


def test_articles_and_news_are_the_press() -> None:
    """By reach; where a site tells no followers, by reactions."""
    shown = of(
        SelectionPart.PRESS,
        a_candidate(1, kind=Kind.ARTICLE),
        a_candidate(2, asks=RequestKind.NEWS, reactions=5_000),
        a_candidate(3, asks=RequestKind.IDEA),
    )
    assert shown == [2, 1]


def some() -> tuple[SelectedMention, ...]:
    """One that waits, two praises, and a stranger who writes what could be code."""
    return select(
        [
            a_candidate(1, priority=Priority.URGENT, text="huele a gas", author="@eva"),
            a_candidate(2, asks=RequestKind.PRAISE, label=Label.POSITIVE, text=EVIL, author=""),
            a_candidate(3, asks=RequestKind.PRAISE, label=Label.POSITIVE, url=None, reactions=12_500),
        ]
    )


def test_it_reads_as_a_person_would_write_it() -> None:
    """Counted in a sentence, then quoted with who, where, when and why, and with nothing that Markdown would obey."""
    voice = a_voice("es")
    assert counted(some(), voice) == "Para mirar: 1 mención que espera respuesta, 2 elogios."
    assert counted((), voice) == ""
    sheet = Sheet(language="es", name="x", title="T", subtitle="s", blocks=tuple(selection_blocks(some(), voice)))
    markdown = to_markdown(sheet)
    assert "## Esperan respuesta" in markdown
    assert "urgente" in markdown
    assert "alcance 12.500" in markdown
    assert "\\<script\\>" in markdown
    assert " <script" not in markdown
    nothing = Sheet(language="es", name="x", title="T", subtitle="s", blocks=tuple(selection_blocks((), voice)))
    assert "No hay nada que destacar" in to_markdown(nothing)


def test_a_feed_has_an_entry_a_day_that_keeps_its_id() -> None:
    """What strangers wrote is text in it, whatever it looks like; days end at midnight of the zone."""
    document = feed("Café & Co", [(DAY, some()), (DAY.before, ())], a_voice("en"), NOON)
    root = ElementTree.fromstring(document)  # our own
    entries = root.findall(f"{{{ATOM}}}entry")
    ids = [each.findtext(f"{{{ATOM}}}id") for each in entries]
    assert ids == [
        "urn:sentinel:daily:Caf%C3%A9%20%26%20Co:2026-03-09",
        "urn:sentinel:daily:Caf%C3%A9%20%26%20Co:2026-03-08",
    ]
    assert root.findtext(f"{{{ATOM}}}updated") == "2026-03-09T23:00:00Z"
    content = entries[0].findtext(f"{{{ATOM}}}content") or ""
    assert "huele a gas" in content
    assert "<script" not in content
    assert "Nothing stands out" in (entries[1].findtext(f"{{{ATOM}}}content") or "")
    empty = ElementTree.fromstring(feed("Acme", [], a_voice("en"), NOON))  # our own
    assert empty.findtext(f"{{{ATOM}}}updated") == "2026-03-09T12:00:00Z"


def test_how_requests_went() -> None:
    """The median time to an answer, how many came in time, who decided not to, who waits."""
    hour = timedelta(hours=1)
    marks = request_marks(
        {RequestKind.COMPLAINT: 4, RequestKind.HELP: 1, RequestKind.IDEA: 9},
        {RequestState.ANSWERED: 3, RequestState.NOT_OURS: 1, RequestState.TAKEN: 1, RequestState.NEW: 2},
        1,
        [(hour / 2, hour), (hour * 2, hour), (hour * 9, None)],
    )
    assert (marks.total, marks.to_answer, marks.in_time) == (5, hour * 2, 2)
    lines = [str(line[0]) for block in request_blocks(marks, a_voice("es")) for line in getattr(block, "lines", ())]
    assert lines == [
        "Quejas, 4; preguntas, 0; peticiones de ayuda, 1.",
        "Respondidas: 3, en 2 h (mediana); a tiempo, 2.",
        "Sin responder por decisión: improcedentes, 0; de otros, 1; nada que decir, 0.",
        "En curso, 1; sin atender, 2, de ellas tarde, 1.",
    ]
    (quiet,) = request_blocks(request_marks({}, {}, 0, []), a_voice("es"))
    assert quiet.kind == "paragraph"
