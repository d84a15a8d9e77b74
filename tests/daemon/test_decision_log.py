"""The log's words for what was decided: an incident's id on every line, mentions by id, and no text above debug."""

import structlog

from sentinel.daemon.decision_log import say_changes, say_observed
from sentinel.incidents.change import Change
from sentinel.incidents.lifecycle import opened
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.base import Observation
from tests.fakes import START
from tests.web.stand import POLICY, RULES, an_assessment


def an_opening() -> Change:
    return opened(an_assessment("Acme", Level.CRISIS, 87.4), RULES, POLICY, START)


def test_an_opening_names_its_incident_level_and_mentions_and_quotes_nobody() -> None:
    """Whoever greps the id finds where it began; the words people wrote are not there."""
    change = an_opening()
    with structlog.testing.capture_logs() as lines:
        say_changes([change])
    (first, *rest) = lines
    assert (first["event"], first["log_level"]) == ("incident_opened", "warning")
    assert (first["incident"], first["brand"], first["reached"], first["score"]) == (
        change.incident.id,
        "Acme",
        "crisis",
        87.4,
    )
    assert first["mentions"] == ["bluesky/s0", "bluesky/s1", "bluesky/s2"]
    assert {line["incident"] for line in rest} == {change.incident.id}
    assert {line["log_level"] for line in rest if line["event"] == "page"} == {"info"}
    said = str(lines)
    for mention in change.incident.samples:
        assert mention.text not in said


def test_a_mention_is_told_at_debug_alone() -> None:
    """With its text, for whoever asked for that."""
    mention = an_opening().incident.samples[0]
    angry = Sentiment(negative=0.8, neutral=0.1, positive=0.1)
    seen = Observation(
        mention=mention, brand="Acme", at=START, observed_at=START, lang="es", sentiment=angry, late=False, copy=False
    )
    with structlog.testing.capture_logs() as lines:
        say_observed([seen])
    (line,) = lines
    assert (line["log_level"], line["source"], line["mention"], line["text"]) == (
        "debug",
        "bluesky",
        "s0",
        mention.text,
    )
