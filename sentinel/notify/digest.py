"""The digest: one message a day with what happened and what was held back; nothing to say is no message."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import Why
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.notify.render import SYMBOLS
from sentinel.phrases.phrases import say

HELD_BACK = (Why.QUIET_HOURS, Why.SILENCED, Why.BUDGET)
"""Reasons for which something is kept from a person that the digest tells of."""
ENTRY, NAMES = 140, 160
"""Bytes of one line, and of a list of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestIncident:
    """An incident of the day and who had it, by name; nobody is ``None``."""

    incident: Incident
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """What one contact missed or may want to know.

    Parameters
    ----------
    held_back
        Brand and reason, once for each message that was not sent.
    shortfalls
        Budgets that ran empty, and how often.
    """

    language: str
    zone: tzinfo
    since: datetime
    until: datetime
    incidents: Sequence[DigestIncident] = ()
    held_back: Sequence[tuple[str, Why]] = ()
    silent_sources: Sequence[str] = ()
    shortfalls: Mapping[str, int]


def digest(facts: DigestFacts) -> Message | None:
    """The message, at most `MOST` bytes; the worst incidents first, and those for which no line is left counted."""
    if not (facts.incidents or facts.held_back or facts.silent_sources or facts.shortfalls):
        return None
    count = len(facts.incidents)
    title = _say(
        facts, "title_one" if count == 1 else "title", count=count, day=f"{facts.until.astimezone(facts.zone):%d/%m}"
    )
    ends = _ends(facts)
    room = MOST - sum(len(line.encode()) + 1 for line in ends)
    body = "\n".join((*_incidents(facts, room), *ends))
    return Message(
        kind=MessageKind.DIGEST, urgency=Urgency.QUIET, language=facts.language, title=title, body=fit(body, MOST)
    )


def _incidents(facts: DigestFacts, room: int) -> list[str]:
    """One line each as far as they fit, under the line that says of which hours they are."""
    shown = [f"{each.astimezone(facts.zone):%d/%m %H:%M}" for each in (facts.since, facts.until)]
    lines = [_say(facts, "span" if facts.incidents else "span_calm", since=shown[0], until=shown[1])]
    worst = sorted(facts.incidents, key=lambda each: (-each.incident.peak_level.rank, -each.incident.peak_score))
    for place, told in enumerate(worst):
        line = fit(_incident(facts, told), ENTRY)
        more = _say(facts, "more", count=len(worst) - place)
        if len("\n".join((*lines, line, more)).encode()) + 1 > room:
            return [*lines, more]
        lines.append(line)
    return lines


def _incident(facts: DigestFacts, told: DigestIncident) -> str:
    i = told.incident
    state = _say(facts, f"state_{i.state.value if i.state is not State.CLOSED else State.RESOLVED.value}")
    return _say(
        facts,
        "incident_by" if told.by else "incident",
        symbol=SYMBOLS[i.peak_level],
        brand=i.brand,
        level=say(facts.language, f"page.level_{i.peak_level.value}"),
        peak=f"{i.peak_score:.0f}",
        state=state,
        by=told.by or "",
    )


def _ends(facts: DigestFacts) -> list[str]:
    """What was held back and why, budgets, silent sources."""
    lines = []
    for why in HELD_BACK:
        brands = Counter(brand for brand, each in facts.held_back if each is why)
        if brands:
            names = ", ".join(brand if count == 1 else f"{brand} ×{count}" for brand, count in brands.most_common())
            lines.append(_say(facts, f"held_{why.value}", names=fit(names, NAMES)))
    lines += [_say(facts, f"short_{budget}", count=count) for budget, count in facts.shortfalls.items()]
    if facts.silent_sources:
        lines.append(_say(facts, "silent", names=fit(", ".join(facts.silent_sources), NAMES)))
    return lines


def _say(facts: DigestFacts, key: str, **places: object) -> str:
    return say(facts.language, f"digest.{key}", **places)
