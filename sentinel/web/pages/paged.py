"""Who was paged: the timeline read as a table, a line a page.

Never an address: only what kind of channel it went over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry, What
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words


class PageOutcome(StrEnum):
    """What became of a page."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    VOID = "void"
    """It was still waiting when the incident moved on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """One page to one contact.

    Parameters
    ----------
    why
        Of one that was not sent.
    answered_at
        When they first took the incident after it.
    """

    contact: str
    name: str
    step: int
    epoch: int
    at: datetime
    channel: str | None = None
    outcome: PageOutcome = PageOutcome.WAITING
    word: str = ""
    why: str = ""
    answered_at: datetime | None = None


def paged(timeline: Sequence[TimelineEntry], incident: Incident, config: Config, words: Words) -> tuple[SentPage, ...]:
    """Every page of the timeline, oldest first."""
    found: list[SentPage] = []
    for entry in timeline:
        match entry.what:
            case What.PAGE if entry.contact is not None:
                name = person(config, entry.contact) or entry.contact
                found.append(
                    SentPage(contact=entry.contact, name=name, step=entry.step, epoch=entry.epoch, at=entry.at)
                )
            case What.DELIVERY | What.NOT_SENT:
                place = _place(found, entry)
                if place is not None:
                    found[place] = _with(found[place], entry, words)
            case What.ACKNOWLEDGED:
                found = [_answered(each, entry) for each in found]
            case _:
                pass
    return tuple(_said(each, incident, words) for each in found)


def _place(found: list[SentPage], entry: TimelineEntry) -> int | None:
    """Which page a line of the delivery side is about: the latest of that contact, step and epoch.

    News goes by step 0, and is none.
    """
    places = (n for n in reversed(range(len(found))) if _key(found[n]) == (entry.contact, entry.step, entry.epoch))
    return next(places, None)


def _key(page: SentPage) -> tuple[str | None, int, int]:
    return page.contact, page.step, page.epoch


def _with(page: SentPage, entry: TimelineEntry, words: Words) -> SentPage:
    if entry.what is What.NOT_SENT:
        settled = page.outcome in (PageOutcome.ACCEPTED, PageOutcome.FAILED)
        return page if settled else replace(page, outcome=PageOutcome.NOT_SENT, why=words.word("why", entry.why))
    known = entry.outcome if entry.outcome in set(PageOutcome) else PageOutcome.UNKNOWN
    return replace(page, channel=entry.channel, outcome=PageOutcome(known or PageOutcome.UNKNOWN), why="")


def _answered(page: SentPage, entry: TimelineEntry) -> SentPage:
    return replace(page, answered_at=entry.at) if page.answered_at is None and page.contact == entry.by else page


def _said(page: SentPage, incident: Incident, words: Words) -> SentPage:
    if page.outcome in (PageOutcome.WAITING, PageOutcome.RETRY) and (page.epoch != incident.epoch or not incident.live):
        page = replace(page, outcome=PageOutcome.VOID)
    return replace(page, word=words.said(f"incident.outcome_{page.outcome}"))
