"""Words for the phone: whole, short, in the reader's language."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.incidents.change import NoticeKind
from sentinel.incidents.incident import Incident
from sentinel.notify.base import MessageKind, Urgency
from sentinel.notify.fit import MOST
from sentinel.notify.notice import notice
from sentinel.notify.page_facts import PageFacts
from sentinel.notify.render import render
from sentinel.scoring.level import Level
from sentinel.signals.evidence import Evidence
from tests.builders import a_mention
from tests.fakes import START
from tests.incidents.story import Story

WHY = (
    Evidence(
        signal="negativity",
        key="evidence.negativity",
        facts=(("share", 81.4), ("count", 79.0), ("voices", 97.0), ("minutes", 15.0)),
    ),
    Evidence(
        signal="volume",
        key="evidence.volume",
        facts=(("times", 35.0), ("count", 110.0), ("minutes", 15.0), ("usual", 3.1)),
    ),
)


def an_incident(
    level: Level = Level.CRISIS,
    *,
    text: str = "Tercer día sin servicio",
    score: float | None = 92.0,
    author: str = "ana",
) -> Incident:
    incident = Story().score(level).incident
    assert incident is not None
    points = {"negativity": 42.0, "volume": 40.0, "spread": 10.0}
    return msgspec.structs.replace(
        incident,
        score=score,
        evidence=WHY,
        contributions=points,
        samples=(a_mention(text, author=author),),
        warming=True,
    )


def facts(kind: NoticeKind = NoticeKind.PAGE, language: str = "es", **more: object) -> PageFacts:
    base: dict[str, object] = {
        "incident": an_incident(),
        "kind": kind,
        "language": language,
        "zone": ZoneInfo("Europe/Madrid"),
        "at": START + timedelta(minutes=3),
        "playbook": "Caída del servicio",
        "first_steps": ("Confirma que lo has visto", "Comprueba los hechos", "Pausa lo programado"),
        "following": ("Luis",),
        "following_in": timedelta(minutes=5),
        "link": "https://s.example/incidents/1",
    }
    return PageFacts(**(base | more))  # type: ignore[arg-type]


def test_a_page_in_spanish_read_aloud() -> None:
    """Level and brand first, why, a voice, what to do, who is next, the link."""
    message = render(facts())
    assert message.title == "🔴 CRISIS · Acme · 92"
    assert message.urgency is Urgency.CRISIS
    lines = message.body.splitlines()
    assert lines[0].startswith("Acme: CRISIS, 92 de 100, desde las 10:00.")
    assert lines[1] == "Por qué:"
    assert lines[2].startswith("· 42 puntos: 79 de 97 personas enfadadas")
    assert lines[3].startswith("· 40 puntos: 110 personas en 15 minutos, cuando se esperan")
    assert "Dicen: «Tercer día sin servicio» — @ana (bluesky)" in lines
    assert "1. Confirma que lo has visto" in lines
    assert lines[-2:] == [
        "Si nadie se hace cargo, en 5 min se avisará a Luis.",
        "Hacerse cargo: https://s.example/incidents/1",
    ]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("level", [Level.WATCH, Level.ALERT, Level.CRISIS])
@pytest.mark.parametrize("score", [92.0, None])
def test_every_message_has_words(language: str, kind: NoticeKind, level: Level, score: float | None) -> None:
    """Every kind at every level in both languages, known or unknown, with and without a person."""
    for by, previous in ((None, None), ("Ana", Level.CRISIS)):
        message = render(facts(kind, language, incident=an_incident(level, score=score), by=by, previous=previous))
        assert "Acme" in message.title
        assert len(message.body.encode()) <= MOST
        assert "{" not in message.title + message.body
    assert (message.kind is MessageKind.PAGE) == (kind is NoticeKind.PAGE)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=5000),
    steps=st.lists(st.text(max_size=400), max_size=3),
    who=st.lists(st.text(max_size=400), max_size=5),
    handle=st.text(max_size=400),
    language=st.sampled_from(["es", "en"]),
)
def test_a_page_always_fits_and_keeps_what_matters(
    text: str, steps: list[str], who: list[str], handle: str, language: str
) -> None:
    """Whatever people write, a kilobyte holds level, brand, reasons and link."""
    incident = an_incident(text=text, author=handle)
    message = render(facts(language=language, incident=incident, first_steps=tuple(steps), following=tuple(who)))
    assert len(message.body.encode()) <= MOST
    assert message.body.startswith("Acme: CRISIS")
    assert sum(line.startswith("· ") for line in message.body.split("\n")) >= len(WHY)
    assert message.body.endswith("https://s.example/incidents/1")


@pytest.mark.parametrize("text", ["😱" * 4000, "sin servicio " * 400, "ñ" * 141, "a\nb\n" * 900])
def test_a_long_voice_leaves_the_steps_their_room(text: str) -> None:
    """A rant in emoji is cut; the steps, who is next and the link stand whole."""
    body = render(facts(incident=an_incident(text=text))).body
    assert len(body.encode()) <= MOST
    for line in (
        "1. Confirma que lo has visto",
        "3. Pausa lo programado",
        "Hacerse cargo: https://s.example/incidents/1",
    ):
        assert line in body.splitlines()
    assert any(line.startswith("Dicen: «") and line.endswith("…» — @ana (bluesky)") for line in body.splitlines())


def test_long_steps_leave_a_voice_its_room() -> None:
    """Steps that run on are cut one by one, and the fewer are kept."""
    body = render(facts(first_steps=("Paso " * 200, "Otro " * 200, "Más " * 200), playbook="Título " * 60)).body
    assert len(body.encode()) <= MOST
    assert "Dicen: «Tercer día sin servicio»" in body
    assert "1. Paso" in body


def test_a_link_that_would_fill_the_page_stays_out_of_the_text() -> None:
    """The message still carries it for services that open it by a tap."""
    link = "https://s.example/" + "x" * 2000
    for kind in NoticeKind:
        message = render(facts(kind, link=link))
        assert message.link == link
        assert len(message.body.encode()) <= MOST


def test_news_carries_the_link_within_its_kilobyte() -> None:
    """Whoever is told of a resolve by somebody with an endless name can still open the incident."""
    for kind in NoticeKind:
        body = render(facts(kind, by="Ñ" * 2000)).body
        assert len(body.encode()) <= MOST
        assert body.endswith("https://s.example/incidents/1")


def test_nothing_to_say_is_not_said() -> None:
    """No voice, no steps, nobody next, no link: level, brand and reasons remain; without those too, one line."""
    bare = facts(incident=msgspec.structs.replace(an_incident(), samples=()), first_steps=(), following=(), link=None)
    assert len(render(bare).body.splitlines()) == 2 + len(WHY)
    silent = msgspec.structs.replace(an_incident(text="  "), evidence=(), warming=False)
    assert (
        render(facts(incident=silent, first_steps=(), following=(), link=None)).body
        == "Acme: CRISIS, 92 de 100, desde las 10:00."
    )


def test_the_strongest_reasons_come_first() -> None:
    """Three at most, by their points, whatever order they were found in; one point is one point."""
    points = {"negativity": 1.0, "volume": 60.0, "spread": 31.0, "other": 0.2}
    more = tuple(Evidence(signal=name, key=WHY[0].key, facts=WHY[0].facts) for name in ("spread", "other"))
    incident = msgspec.structs.replace(an_incident(), evidence=(WHY[0], *more, WHY[1]), contributions=points)
    reasons = [line for line in render(facts(incident=incident)).body.splitlines() if line.startswith("· ")]
    assert [line.split(":")[0] for line in reasons] == ["· 60 puntos", "· 31 puntos", "· 1 punto"]


def test_an_unknown_score_says_so_in_words() -> None:
    """Neither a question mark nor a number that nobody knows."""
    for kind in NoticeKind:
        for by, previous in ((None, None), ("Ana", Level.WATCH)):
            message = render(facts(kind, "en", incident=an_incident(score=None), by=by, previous=previous))
            assert "? of" not in message.body
            assert "?" not in message.body.replace("Still on it?", "")
    assert "Score unknown" in render(facts(language="en", incident=an_incident(score=None))).body


def test_whoever_it_was_is_somebody() -> None:
    """An acknowledgement without a name still reads as a sentence."""
    assert render(facts(NoticeKind.ACKNOWLEDGED, "es")).title == "✋ Acme: se encarga alguien"
    assert render(facts(NoticeKind.ACKNOWLEDGED, "en")).body.startswith("Someone has taken Acme")


def test_an_old_incident_names_the_day() -> None:
    """An hour alone would be taken for today's."""
    assert "desde las 10:00 (02/03)." in render(facts(at=START + timedelta(days=2))).body


def test_what_is_about_no_incident() -> None:
    """A silent source, its return, a test page."""
    stale = notice("es", "stale", source="prensa", brands="Acme")
    assert (stale.kind, stale.urgency) == (MessageKind.PAGE, Urgency.ALERT)
    assert "prensa" in stale.title
    assert "silencio no es calma" in stale.body
    assert notice("en", "recovered", source="news", brands="Acme").urgency is Urgency.QUIET
    assert notice("en", "test", name="Ana").kind is MessageKind.TEST


def test_a_signal_without_a_sentence_does_not_stop_a_page() -> None:
    """A signal that somebody added says its name instead."""
    incident = msgspec.structs.replace(
        an_incident(), evidence=(Evidence(signal="weather", key="evidence.no_such", facts=()),)
    )
    assert "weather" in render(facts(incident=incident)).body
