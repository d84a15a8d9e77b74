"""From readings to points: each signal's strength times worth times weight, in whole hundredths so that they sum
exactly.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from sentinel.signals.base import Family, Signal, View
from sentinel.signals.evidence import Evidence


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """0 to 100 and where it comes from. ``families`` are those that add something worth the name, ``grounds`` the
    points of signals that are a reason to wake somebody.
    """

    points: float
    contributions: dict[str, float]
    evidence: tuple[Evidence, ...]
    families: frozenset[Family]
    grounds: float


MATTERS = 5.0
"""Points from which a family takes part in a crisis."""
_NONE: frozenset[Family] = frozenset()


class SignalThatCounts(NamedTuple):
    """A signal that is on, by its name, and how many hundredths of a point a strength of 1 gives."""

    name: str
    signal: Signal
    full: float


def counted(signals: Mapping[str, Signal], weights: Mapping[str, float]) -> tuple[SignalThatCounts, ...]:
    """Those whose weight is not 0."""
    weighed = ((name, signal, weights.get(name, 1.0)) for name, signal in signals.items())
    return tuple(
        [SignalThatCounts(name, signal, 100 * signal.worth * weight) for name, signal, weight in weighed if weight > 0]
    )


def score(signals: Iterable[SignalThatCounts], view: View) -> Score:
    """Add up what the signals say.

    Above 100 every contribution shrinks alike. A signal that is off does not appear.
    """
    contributions: dict[str, float] = {}
    cents: dict[str, int] = {}
    speaking: list[tuple[str, Signal, Evidence | None]] = []
    total = 0
    for name, signal, full in signals:
        contributions[name] = 0.0
        reading = signal.read(view)
        if strength := reading.strength:
            cents[name] = found = round(full * strength)
            total += found
            speaking.append((name, signal, reading.evidence))
    if not speaking:
        return Score(points=0.0, contributions=contributions, evidence=(), families=_NONE, grounds=0.0)
    if total > 10_000:
        cents = _shrink(cents, total)
        total = 10_000
    by_family: dict[Family, int] = {}
    grounds = 0
    told: list[tuple[int, str, Evidence]] = []
    for name, signal, evidence in speaking:
        if value := cents[name]:
            contributions[name] = value / 100
            by_family[signal.family] = by_family.get(signal.family, 0) + value
            if signal.grounds:
                grounds += value
        if evidence is not None and (value > 0 or not signal.worth):
            told.append((-value, name, evidence))
    told.sort()  # most points first; a name stands once, so that evidence is never compared
    return Score(
        points=total / 100,
        contributions=contributions,
        evidence=tuple([evidence for _, _, evidence in told]),
        families=frozenset([family for family, value in by_family.items() if value >= 100 * MATTERS]),
        grounds=grounds / 100,
    )


def _shrink(cents: dict[str, int], total: int) -> dict[str, int]:
    """Scale to 10 000 hundredths; what rounding loses goes to the largest."""
    scaled = {name: value * 10_000 // total for name, value in cents.items()}
    largest = max(scaled, key=scaled.__getitem__)
    scaled[largest] += 10_000 - sum(scaled.values())
    return scaled
