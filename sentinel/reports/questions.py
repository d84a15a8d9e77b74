"""Questions for whoever looks back: each from a fact of the timeline, none about a person."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from sentinel.incidents.incident import Incident, Verdict
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.reports.marks import IncidentMarks
from sentinel.scoring.level import Level

PROMPT = timedelta(minutes=5)
"""An acknowledgement this soon is worth asking what helped."""
SLOW_ACKNOWLEDGEMENT = timedelta(minutes=15)
SLOW_PAGE = timedelta(minutes=2)
SLOW_REPLY = timedelta(hours=1)
_HELD = (Why.QUIET_HOURS, Why.SILENCED, Why.BUDGET, Why.NOBODY, Why.NOBODY_ON_CALL, Why.NO_CHANNEL, Why.OVERDUE)
"""Reasons for which a page was not sent that somebody chose, or could mend."""
Fact = str | float


class ReviewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question: ``about`` names its sentence (``postmortem.ask_<about>``), ``facts`` fill it; spans are seconds."""

    about: str
    facts: dict[str, Fact] = {}


def questions(
    incident: Incident, marks: IncidentMarks, lines: Sequence[TimelineEntry], now: datetime
) -> tuple[ReviewQuestion, ...]:
    """In the order in which an incident goes."""
    return (*_of_paging(incident, marks, lines, now), *_of_holding(lines), *_of_the_end(incident, marks, lines))


def _of_paging(
    incident: Incident, marks: IncidentMarks, lines: Sequence[TimelineEntry], now: datetime
) -> Iterator[ReviewQuestion]:
    if (span := marks.to_accepted) is not None and marks.tipped_at is not None and span > SLOW_PAGE:
        yield ReviewQuestion(about="slow_page", facts={"seconds": span.total_seconds()})
    failed = Counter(
        line.channel for line in lines if line.what is What.DELIVERY and line.outcome == "failed" and line.channel
    )
    for channel, times in failed.most_common():
        yield ReviewQuestion(about="failed_channel", facts={"channel": channel, "times": float(times)})
    ladder = incident.policy.ladder(incident.peak_level)
    steps = ladder.steps if ladder else ()
    if (taken := marks.to_acknowledge) is not None:
        if taken <= PROMPT:
            yield ReviewQuestion(about="prompt", facts={"seconds": taken.total_seconds()})
        elif taken > SLOW_ACKNOWLEDGEMENT:
            yield ReviewQuestion(
                about="slow_steps" if len(steps) > 1 else "slow_one_step", facts={"seconds": taken.total_seconds()}
            )
    elif marks.paged_at is not None:
        waited = (marks.resolved_at or now) - marks.paged_at
        yield ReviewQuestion(about="nobody_took_it", facts={"seconds": waited.total_seconds()})
    if any(line.what is What.EXHAUSTED for line in lines):
        yield ReviewQuestion(about="exhausted")


def _of_holding(lines: Sequence[TimelineEntry]) -> Iterator[ReviewQuestion]:
    held = Counter(line.why for line in lines if line.what in (What.NOT_SENT, What.SILENCED) and line.why in _HELD)
    for why, times in held.most_common():
        yield ReviewQuestion(about="held", facts={"why": why.value, "times": float(times)})
    if expired := sum(line.what is What.ACKNOWLEDGEMENT_EXPIRED for line in lines):
        yield ReviewQuestion(about="expired", facts={"times": float(expired)})
    if any(
        (line.score is None or line.at_least) and line.what is not What.DELIVERY
        for line in lines
        if line.what not in _WITHOUT_SCORE
    ):
        yield ReviewQuestion(about="blind")


def _of_the_end(incident: Incident, marks: IncidentMarks, lines: Sequence[TimelineEntry]) -> Iterator[ReviewQuestion]:
    grave = incident.peak_level in (Level.ALERT, Level.CRISIS) and incident.verdict is not Verdict.FALSE_ALARM
    if (span := marks.to_reply) is not None and span > SLOW_REPLY:
        yield ReviewQuestion(about="slow_reply", facts={"seconds": span.total_seconds()})
    elif grave and marks.replied_at is None and marks.resolved_at is not None:
        yield ReviewQuestion(about="no_reply")
    if again := sum(line.what is What.REOPENED for line in lines):
        yield ReviewQuestion(about="reopened", facts={"times": float(again)})
    if incident.verdict is Verdict.FALSE_ALARM and incident.contributions:
        signal = max(sorted(incident.contributions), key=lambda each: incident.contributions[each])
        yield ReviewQuestion(about="false_alarm", facts={"signal": signal, "points": incident.contributions[signal]})
    elif incident.verdict is None and marks.resolved_at is not None and not incident.drill:
        yield ReviewQuestion(about="unjudged")


_WITHOUT_SCORE = (
    What.NOTE,
    What.REPLIED,
    What.TICKED,
    What.UNTICKED,
    What.VERDICT,
    What.IGNORED,
    What.HEARD_AGAIN,
)
"""Lines that say nothing of the score, whatever it is."""
