"""An incident told afterwards: what was known when, who was told and who acted, and what that leaves to talk about.

Blameless: facts.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.playbooks.escape import plain
from sentinel.reports.marks import IncidentMarks, StoredIncident, marks_of
from sentinel.reports.questions import ReviewQuestion, questions
from sentinel.reports.quote import Quote, quote_of
from sentinel.reports.talked_topic import TalkedTopic, talked_topics
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level
from sentinel.topics.brand_talk import SILENCE, BrandTalk

REASONS = 3
"""Signals that are named at each change of level."""
LEAST = 0.05
"""Points below which a signal adds nothing that one decimal could show."""
TEXT = 600
_JUDGED = (What.OPENED, What.LEVEL, What.REOPENED)


class ScoreReason(msgspec.Struct, frozen=True, kw_only=True):
    """A signal, and how many points it gave."""

    signal: str
    points: float


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the timeline, with what the model believed where the level changed."""

    at: datetime
    what: What
    why: Why
    level: Level
    score: float | None
    contact: str | None
    step: int
    by: str | None
    detail: str | None
    channel: str | None
    outcome: str | None
    verdict: str | None
    reasons: tuple[ScoreReason, ...]


class Unsent(msgspec.Struct, frozen=True, kw_only=True):
    """What was not sent for one reason: how often, and to whom, where it was meant for somebody."""

    why: Why
    times: int
    contacts: tuple[str, ...]


class ReportNote(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote down, or ticked off, and when."""

    at: datetime
    by: str | None
    text: str


class PostMortem(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the report of an incident says."""

    marks: IncidentMarks
    drill: bool
    made_at: datetime
    reasons: tuple[ScoreReason, ...]
    evidence: tuple[Evidence, ...]
    """Of the last known score."""
    moments: tuple[Moment, ...]
    said: tuple[Quote, ...]
    happened: tuple[Quote, ...]
    """What happened, in a sentence or two of people's own."""
    topics: tuple[TalkedTopic, ...]
    unsent: tuple[Unsent, ...]
    notes: tuple[ReportNote, ...]
    done: tuple[ReportNote, ...]
    """Items of the checklist that are ticked."""
    reply: ReportNote | None
    questions: tuple[ReviewQuestion, ...]


def post_mortem(told: StoredIncident, events: Sequence[Event], now: datetime, talk: BrandTalk = SILENCE) -> PostMortem:
    """The report as of ``now``; of an incident that goes on it is what can be said so far.

    Parameters
    ----------
    events
        Of the incident, the oldest first: they say what the model believed.
    talk
        What was talked about meanwhile.
    """
    incident, lines = told.incident, told.timeline
    marks = marks_of(told)
    moments = tuple(_moment(line, events) for line in lines)
    unsent = _unsent(lines)
    return PostMortem(
        marks=marks,
        drill=incident.drill,
        made_at=now,
        reasons=reasons_of(incident.contributions),
        evidence=_evidence(incident),
        moments=moments,
        said=tuple(quote_of(each) for each in incident.samples),
        happened=tuple(quote_of(each.post.mention, each.text) for each in talk.sentences),
        topics=talked_topics(talk.topics),
        unsent=unsent,
        notes=tuple(_note(line) for line in lines if _is_note(line)),
        done=_done(lines),
        reply=next((_note(line) for line in lines if line.what is What.REPLIED), None),
        questions=questions(incident, marks, lines, now),
    )


def reasons_of(contributions: dict[str, float], most: int | None = None) -> tuple[ScoreReason, ...]:
    """Signals that add something, the strongest first."""
    adding = sorted(
        ((signal, points) for signal, points in contributions.items() if points >= LEAST),
        key=lambda each: (-each[1], each[0]),
    )
    return tuple(ScoreReason(signal=signal, points=points) for signal, points in adding[:most])


def _moment(line: TimelineEntry, events: Sequence[Event]) -> Moment:
    believed = (
        next((each for each in events if each.at == line.at and each.contributions), None)
        if line.what in _JUDGED
        else None
    )
    return Moment(
        at=line.at,
        what=line.what,
        why=line.why,
        level=line.level,
        score=line.score,
        contact=line.contact,
        step=line.step,
        by=line.by,
        detail=plain(line.detail, TEXT) if line.detail else None,
        channel=line.channel,
        outcome=line.outcome,
        verdict=line.verdict.value if line.verdict else None,
        reasons=reasons_of(believed.contributions, REASONS) if believed else (),
    )


def _evidence(incident: Incident) -> tuple[Evidence, ...]:
    """The reasons that have a sentence, the strongest first."""
    points = incident.contributions
    return tuple(
        sorted(
            (each for each in incident.evidence if points.get(each.signal, 0.0) >= LEAST),
            key=lambda e: -points[e.signal],
        )
    )


def _unsent(lines: Sequence[TimelineEntry]) -> tuple[Unsent, ...]:
    kept = [line for line in lines if line.what in (What.NOT_SENT, What.SILENCED)]
    counts = Counter(line.why for line in kept)
    return tuple(
        Unsent(
            why=why,
            times=times,
            contacts=tuple(dict.fromkeys(line.contact for line in kept if line.why is why and line.contact)),
        )
        for why, times in counts.most_common()
    )


_NO_NOTES = (What.TICKED, What.UNTICKED, What.REPLIED, What.DELEGATED, What.IGNORED, What.HEARD_AGAIN)
"""Lines of a person whose detail names a thing."""


def _is_note(line: TimelineEntry) -> bool:
    """Whether a person wrote something down: as a note, or as the reason for what they did."""
    return bool(line.by and line.detail) and line.what not in _NO_NOTES


def _note(line: TimelineEntry) -> ReportNote:
    return ReportNote(at=line.at, by=line.by, text=plain(line.detail or "", TEXT))


def _done(lines: Sequence[TimelineEntry]) -> tuple[ReportNote, ...]:
    """What is ticked in the end, in the order in which it was done."""
    ticked: dict[str, ReportNote] = {}
    for line in lines:
        if line.what is What.TICKED and line.detail:
            ticked.setdefault(line.detail, _note(line))
        elif line.what is What.UNTICKED and line.detail:
            ticked.pop(line.detail, None)
    return tuple(ticked.values())
