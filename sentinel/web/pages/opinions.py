"""What people have said of an incident so far, as sentences: whether it was real, and when the first public reply
was out.
"""

from dataclasses import dataclass

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident, Verdict
from sentinel.phrases.phrases import span
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """``verdicts`` are those that can be given now."""

    judged: str | None
    replied: str | None
    verdicts: tuple[Verdict, ...]


def opinions_of(incident: Incident, config: Config, words: Words) -> Opinions:
    """A false alarm that still runs is ended as one: that has a button of its own."""
    verdicts = tuple(
        each for each in Verdict if each is not incident.verdict and (each is Verdict.REAL or not incident.live)
    )
    return Opinions(
        judged=_judged(incident, config, words), replied=_replied(incident, config, words), verdicts=verdicts
    )


def _judged(incident: Incident, config: Config, words: Words) -> str | None:
    if incident.verdict is None:
        return None
    by = person(config, incident.judged_by or incident.resolved_by) or words.t("somebody")
    at = incident.judged_at or incident.resolved_at or incident.updated_at
    return words.said(f"incident.judged_{incident.verdict}", by=by, at=words.clock(at))


def _replied(incident: Incident, config: Config, words: Words) -> str | None:
    if incident.replied_at is None:
        return None
    took = span(words.language, incident.replied_at - incident.opened_at)
    by = person(config, incident.replied_by) or words.t("somebody")
    return words.said("incident.replied_by", by=by, at=words.clock(incident.replied_at), took=took)
