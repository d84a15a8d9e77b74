"""What people said of pages, "real" or "false": how far each signal can be believed, and which threshold would have
kept the real ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from sentinel.errors import BadInput
from sentinel.incidents.incident import Incident
from sentinel.incidents.incident import Verdict as IncidentVerdict
from sentinel.tuning.outcome import PagedIncident, WhatIfOutcome

SPOKE = 5.0
"""Points from which a signal counts as having spoken for a page."""
AROUND = timedelta(hours=2)
"""A verdict may name an instant this far outside its incident."""
MARGIN = 2.0
"""Points that a proposed threshold keeps from the lowest real incident."""


class PageVerdict(StrEnum):
    """What a page turned out to be."""

    REAL = "real"
    FALSE = "false"


class Judged(msgspec.Struct, frozen=True):
    """One line of a verdict file."""

    brand: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    verdict: PageVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """How often a signal spoke for a page that people judged, and how often it was right."""

    signal: str
    spoke: int
    real: int


def read_verdicts(lines: Iterable[tuple[int, bytes]], name: str) -> list[Judged]:
    """Verdicts, one JSON object a line: ``{"brand": "Acme", "at": "2026-08-20T10:15:00Z", "verdict": "false"}``."""
    decoder, found = msgspec.json.Decoder(Judged), []
    for number, line in lines:
        if line.strip():
            try:
                found.append(decoder.decode(line))
            except msgspec.MsgspecError as error:
                raise BadInput(f"{name}:{number}: {error}; expected brand, at, and verdict real or false") from None
    return found


def verdicts_of(incidents: Iterable[Incident]) -> list[Judged]:
    """What people said of incidents, by their newest verdicts, the oldest incident first; drills were nothing."""
    spoken = sorted(
        (each for each in incidents if each.verdict is not None and not each.drill), key=lambda each: each.opened_at
    )
    words = {IncidentVerdict.REAL: PageVerdict.REAL, IncidentVerdict.FALSE_ALARM: PageVerdict.FALSE}
    return [Judged(each.brand, each.opened_at, words[each.verdict]) for each in spoken if each.verdict is not None]


def judged(outcome: WhatIfOutcome, verdicts: Iterable[Judged]) -> list[tuple[PagedIncident, PageVerdict]]:
    """The incidents that somebody judged, with the verdict."""
    found = []
    for verdict in verdicts:
        for paged in outcome.incidents.values():
            if paged.brand == verdict.brand and paged.first - AROUND <= verdict.at <= paged.last + AROUND:
                found.append((paged, verdict.verdict))
                break
    return found


def believed(found: Iterable[tuple[PagedIncident, PageVerdict]]) -> list[Believed]:
    """Each signal's precision over the judged pages, the most believable first."""
    spoke: dict[str, list[bool]] = {}
    for paged, verdict in found:
        for signal, points in paged.contributions.items():
            if points >= SPOKE:
                spoke.setdefault(signal, []).append(verdict is PageVerdict.REAL)
    counts = [Believed(signal=signal, spoke=len(right), real=sum(right)) for signal, right in spoke.items()]
    return sorted(counts, key=lambda each: (-each.real / each.spoke, -each.spoke, each.signal))


def proposed(found: Iterable[tuple[PagedIncident, PageVerdict]]) -> float | None:
    """An alert threshold that would have kept every real incident and as few false ones as that allows; ``None`` when
    it gains nothing.

    Peaks decide: an incident would still have paged, later, with any threshold below its peak.
    """
    listed = list(found)
    real = [paged.peak for paged, verdict in listed if verdict is PageVerdict.REAL]
    false = [paged.peak for paged, verdict in listed if verdict is PageVerdict.FALSE]
    if not real or not false:
        return None
    kept = float(int(min(real) - MARGIN))
    lower = [peak for peak in false if peak < kept]
    return min(kept, float(int(max(lower)) + MARGIN + 1)) if lower else None
