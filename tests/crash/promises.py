"""What was promised while faults were made at random, and whether it was kept: mentions, crises, acknowledgements."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import What, Why
from tests.crash.outside import SEEN
from tests.crash.store import Kept, Row, kept
from tests.crash.town import Arrival
from tests.crash.verdict import timers

MARKS = ("(repeat)", "(repetición)")
NOTHING = re.compile(r"CRISIS · .* · 0\b")
MUTE = 90.0
"""Seconds that a daemon may live with a crisis that nobody was paged for before its health must say that something is
wrong.
"""


@dataclass(kw_only=True)
class MadeCrisis:
    """A burst whose every mention was answered 202 in time; ``lived`` is what the daemon had lived by then."""

    brand: str
    began: float
    lived: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An acknowledgement over the link of the page ``key`` that was said to be committed, at that moment."""

    key: str
    at: float


@dataclass
class Promises:
    """``arrivals`` is the receivers' own list."""

    arrivals: Sequence[Arrival]
    mentions: set[tuple[str, str]] = field(default_factory=set)
    crises: list[MadeCrisis] = field(default_factory=list)
    kept_crises: int = 0
    answers: list[Answer] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        crises = f"{self.kept_crises} crises known"
        return f"{len(self.mentions)} mentions, {crises}, {len(self.answers)} acknowledgements"

    def look(self, database: Path) -> Kept | None:
        """Judge what can be judged on the way; nothing where the store cannot be read at this moment."""
        try:
            store = kept(database)
        except sqlite3.Error:
            return None
        self.broken += [f"on the way: {fault}" for fault in timers(store)]
        waiting = [crisis for crisis in self.crises if not _known(crisis, store, self.arrivals)]
        self.kept_crises += len(self.crises) - len(waiting)
        self.crises[:] = waiting
        return store

    def mute(self, lived: float) -> list[MadeCrisis]:
        """Crises of which nobody knows although the daemon had time."""
        return [crisis for crisis in self.crises if lived - crisis.lived > MUTE]

    def end(self, store: Kept, looked: Sequence[tuple[str, float]]) -> list[str]:
        """Everything that was not kept, in words, once all is over."""
        found = [*dict.fromkeys(self.broken), *timers(store), *_journal(store, self.mentions)]
        found += [f"{each.brand} was in a crisis, and nobody was paged" for each in self.crises]
        rows = {row.key: row for row in store.rows}
        found += _twice(rows, self.arrivals)
        found += _for_nothing(store, self.arrivals)
        found += _after_answers(rows, self.arrivals, self.answers, looked)
        return found


def _known(crisis: MadeCrisis, store: Kept, arrivals: Sequence[Arrival]) -> bool:
    """Somebody was paged since, or took the incident."""
    incidents = {one.id: one for one in store.incidents if one.brand == crisis.brand}
    pages = {row.key for row in store.rows if row.kind == "page" and row.incident in incidents}
    if any(each.seen and each.key in pages and each.at >= crisis.began for each in arrivals):
        return True
    return any(_taken(one, store) for one in incidents.values() if one.live)


def _taken(incident: Incident, store: Kept) -> bool:
    return incident.acknowledgement is not None and any(
        line.what is What.ACKNOWLEDGED for line in store.timeline[incident.id]
    )


def _journal(store: Kept, promised: set[tuple[str, str]]) -> Iterator[str]:
    times = Counter((source, id) for source, id, _ in store.journal)
    if missing := [key for key in promised if not times[key]]:
        yield f"the journal lacks {len(missing)} mentions that were answered 202, such as {min(missing)}"
    if double := [key for key, count in times.items() if count > 1]:
        yield f"the journal holds {len(double)} mentions more than once, such as {min(double)}"


def _twice(rows: dict[str, Row], arrivals: Sequence[Arrival]) -> Iterator[str]:
    """What may have reached somebody comes again only with the mark."""
    told: dict[str, list[Arrival]] = {}
    for each in arrivals:
        told.setdefault(each.key, []).append(each)
    for key, calls in told.items():
        if key not in rows:
            yield f"{calls[0].title!r} reached {calls[0].contact} and stands in no row ({key})"
            continue
        arrived = [each for each in calls if each.mode in (*SEEN, "hang")]
        for each in arrived[1:]:
            if not any(mark in each.title for mark in MARKS):
                modes = [f"{one.mode} at {one.at:.1f}" for one in calls]
                yield f"{each.title!r} came to {each.contact} again without a mark ({key}: {modes})"


def _for_nothing(store: Kept, arrivals: Sequence[Arrival]) -> Iterator[str]:
    """Nobody is woken for a crisis of nothing, and none ends by itself while a source is silent."""
    for title in {each.title for each in arrivals if NOTHING.search(each.title)}:
        yield f"somebody was woken for {title!r}"
    for incident, lines in store.timeline.items():
        for line in lines:
            if line.what is What.RESOLVED and line.why is Why.QUIET and line.at_least:
                yield f"{incident} ended by itself at {line.at} while a source was silent"


def _after_answers(
    rows: dict[str, Row], arrivals: Sequence[Arrival], answers: Sequence[Answer], looked: Sequence[tuple[str, float]]
) -> Iterator[str]:
    """A page whose last look at its incident began after an acknowledgement was answered belongs to a later epoch."""
    looks: dict[str, list[float]] = {}
    for key, at in looked:
        looks.setdefault(key, []).append(at)
    for answer in answers:
        if (asked := rows.get(answer.key)) is None:
            yield f"the page {answer.key} was acknowledged and stands in no row"
            continue
        for each in arrivals:
            row = rows.get(each.key)
            if row is None or row.kind != "page" or row.incident != asked.incident or row.epoch > asked.epoch:
                continue
            last = max((at for at in looks.get(each.key, ()) if at <= each.at), default=0.0)
            if last > answer.at:
                late = each.at - answer.at
                yield f"{each.title!r} was sent to {each.contact} {late:.1f} s after {asked.contact} acknowledged"
