"""The digest's words: what happened, what was held back and why, in a kilobyte, or nothing at all."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import Why
from sentinel.notify.base import MessageKind, Urgency
from sentinel.notify.digest import DigestFacts, DigestIncident, digest
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import Story

NOTHING = DigestFacts(
    language="en", zone=ZoneInfo("Europe/Madrid"), since=START - timedelta(days=1), until=START, shortfalls={}
)


def an_incident(brand: str, level: Level = Level.ALERT, *, resolved: bool = False) -> Incident:
    story = Story().score(level)
    if resolved:
        story.ask(Action.RESOLVE)
    assert story.incident is not None
    return msgspec.structs.replace(story.incident, brand=brand)


def test_nothing_to_say_is_no_message() -> None:
    """A quiet day is not worth a buzz."""
    assert digest(NOTHING) is None


def test_a_day_in_full() -> None:
    """The worst incident first, who had it, what was not sent and why, blind sources, empty budgets."""
    facts = replace(
        NOTHING,
        incidents=[
            DigestIncident(incident=an_incident("Zeta", Level.WATCH), by=None),
            DigestIncident(incident=an_incident("Acme", Level.CRISIS, resolved=True), by="Ana"),
        ],
        held_back=[("Acme", Why.QUIET_HOURS), ("Acme", Why.QUIET_HOURS), ("Zeta", Why.BUDGET), ("Iota", Why.SILENCED)],
        silent_sources=["bluesky", "reviews"],
        shortfalls={"contact": 3, "night": 1},
    )
    message = digest(facts)
    assert message is not None
    assert (message.kind, message.urgency, message.title) == (
        MessageKind.DIGEST,
        Urgency.QUIET,
        "🗞 Digest of 02/03: 2 incidents",
    )
    assert message.body.splitlines() == [
        "From 01/03 10:00 to 02/03 10:00:",
        "🔴 Acme: peaked at CRISIS (85 out of 100), resolved; Ana had it",
        "🟡 Zeta: peaked at WATCH (40 out of 100), still open",
        "Not sent because of your quiet hours: Acme ×2",
        "Silenced at somebody's request: Iota",
        "Not sent to you because you had had too many messages: Zeta",
        "Times you reached your limit of messages: 3",
        "Nights on which you reached your limit of pages: 1",
        "Sources that went silent: bluesky, reviews",
    ]


def test_in_spanish() -> None:
    """The reader's language, one incident in the singular."""
    message = digest(
        replace(NOTHING, language="es", incidents=[DigestIncident(incident=an_incident("Acme"), by="Ana")])
    )
    assert message is not None
    assert message.title == "🗞 Resumen del 02/03: 1 incidente"
    assert message.body.splitlines()[1] == "🟠 Acme: llegó a ALERTA (65 de 100), sigue abierto; se encargó Ana"


def test_a_day_without_incidents_still_tells_what_was_blind() -> None:
    """Silence is not calm."""
    message = digest(replace(NOTHING, silent_sources=["bluesky"]))
    assert message is not None
    assert message.body.splitlines() == [
        "From 01/03 10:00 to 02/03 10:00 no incident opened.",
        "Sources that went silent: bluesky",
    ]


@given(
    brands=st.lists(st.text(min_size=1, max_size=80), max_size=60),
    by=st.text(max_size=300),
    sources=st.lists(st.text(max_size=60), max_size=30),
)
def test_it_fits_whatever_the_day(brands: list[str], by: str, sources: list[str]) -> None:
    """At most a kilobyte; incidents without a line of their own are counted, and what was held back keeps its lines."""
    facts = replace(
        NOTHING,
        incidents=[DigestIncident(incident=an_incident(brand), by=by or None) for brand in brands],
        held_back=[(brand, why) for brand in brands for why in (Why.QUIET_HOURS, Why.BUDGET)],
        silent_sources=sources,
    )
    message = digest(facts)
    assert (message is None) is (not brands and not sources)
    if message is not None:
        lines = message.body.split("\n")
        shown = sum(line.startswith("🟠") for line in lines)
        more = [int(line.split()[2]) for line in lines if line.startswith("… and") and line.endswith("more")]
        assert len(message.body.encode()) <= 1000
        if not any("\n" in brand or "🟠" in brand for brand in (*brands, by, *sources)):
            assert shown + sum(more) == len(brands)
