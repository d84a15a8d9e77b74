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
from sentinel.notify.render import MOST, PageFacts, notice, render
from sentinel.scoring.level import Level
from sentinel.signals.evidence import Evidence
from tests.builders import a_mention
from tests.fakes import START
from tests.incidents.story import Story

WHY = (
    Evidence(signal="negativity", key="evidence.negativity", facts=(("share", 81.4), ("count", 79.0), ("voices", 97.0), ("minutes", 15.0))),
    Evidence(signal="volume", key="evidence.volume", facts=(("times", 35.0), ("count", 110.0), ("minutes", 15.0), ("usual", 3.1))),
)


def an_incident(level: Level = Level.CRISIS, *, text: str = "Tercer día sin servicio", score: float | None = 92.0) -> Incident:
    incident = Story().score(level).incident
    assert incident is not None
    points = {"negativity": 42.0, "volume": 40.0, "spread": 10.0}
    return msgspec.structs.replace(
        incident, score=score, evidence=WHY, contributions=points, samples=(a_mention(text, author="ana"),), warming=True
    )


def facts(kind: NoticeKind = NoticeKind.PAGE, language: str = "es", **more: object) -> PageFacts:
    base: dict[str, object] = {
        "incident": an_incident(), "kind": kind, "language": language, "zone": ZoneInfo("Europe/Madrid"),
        "at": START + timedelta(minutes=3),
        "playbook": "Caída del servicio", "first_steps": ("Confirma que lo has visto", "Comprueba los hechos", "Pausa lo programado"),
        "following": ("Luis",), "following_in": timedelta(minutes=5), "link": "https://s.example/incidents/1",
    }  # fmt: skip
    return PageFacts(**(base | more))  # type: ignore[arg-type]


def test_a_page_in_spanish_read_aloud() -> None:
    """Level and brand first, why, a voice, what to do, who is next, the link."""
    message = render(facts())
    assert message.title == "🔴 CRISIS · Acme · 92"
    assert message.urgency is Urgency.CRISIS
    lines = message.body.splitlines()
    assert lines[0].startswith("Acme: CRISIS, 92 de 100, desde 10:00.")
    assert lines[1] == "Por qué:"
    assert lines[2].startswith("· 42 puntos: 81,4 % de negativas")
    assert lines[3].startswith("· 40 puntos: 35 veces lo habitual")
    assert "Dicen: «Tercer día sin servicio» — @ana (bluesky)" in lines
    assert "1. Confirma que lo has visto" in lines
    assert lines[-2:] == ["Si nadie se hace cargo, en 5 min se avisará a Luis.", "Hacerse cargo: https://s.example/incidents/1"]


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
@given(text=st.text(max_size=5000), steps=st.lists(st.text(max_size=400), max_size=3), who=st.lists(st.text(max_size=60), max_size=5))
def test_a_page_always_fits_and_keeps_its_link(text: str, steps: list[str], who: list[str]) -> None:
    """Whatever people write, a kilobyte holds level, brand and link."""
    message = render(facts(incident=an_incident(text=text), first_steps=tuple(steps), following=tuple(who)))
    assert len(message.body.encode()) <= MOST + sum(len(each.encode()) for each in who)
    assert message.body.startswith("Acme: CRISIS")
    assert message.body.endswith("https://s.example/incidents/1")


def test_what_is_about_no_incident() -> None:
    """A silent source, its return, a test page."""
    stale = notice("es", "stale", source="prensa", brands="Acme")
    assert "prensa" in stale.title
    assert "silencio no es calma" in stale.body
    assert notice("en", "recovered", source="news", brands="Acme").urgency is Urgency.QUIET
    assert notice("en", "test", name="Ana").kind is MessageKind.TEST


def test_a_signal_without_a_sentence_does_not_stop_a_page() -> None:
    """A signal that somebody added says its name instead."""
    incident = msgspec.structs.replace(an_incident(), evidence=(Evidence(signal="weather", key="evidence.no_such", facts=()),))
    assert "weather" in render(facts(incident=incident)).body
