"""What people have said of an incident so far, as sentences: whether it was real, and when the first public reply was
out.
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
    given, over = incident.judgement, incident.resolution
    if given is None:
        return None
    by = person(config, given.by or (over.by if over else None)) or words.t("somebody")
    at = given.at or (over.at if over else incident.updated_at)
    return words.said(f"incident.judged_{given.verdict}", by=by, at=words.clock(at))


def _replied(incident: Incident, config: Config, words: Words) -> str | None:
    if incident.reply is None:
        return None
    took = span(words.language, incident.reply.at - incident.opened_at)
    by = person(config, incident.reply.by) or words.t("somebody")
    return words.said("incident.replied_by", by=by, at=words.clock(incident.reply.at), took=took)
