"""What a page says when nothing changed: who was there before and when, or that the incident has moved on."""

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.web.acting import Declined
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words


def refusal_said(declined: Declined[Incident] | Declined[StandingAlert], config: Config, words: Words) -> str:
    """In the reader's words."""
    who = person(config, declined.by) or words.t("somebody")
    at = words.clock(declined.at) if declined.at else words.t("unknown")
    return words.t(f"refusal_{declined.refusal}", by=who, at=at)
