"""From readings to points: each signal's strength times worth times weight, in whole hundredths so that they sum
exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.signals.base import Family, Signal, SignalReading, View
from sentinel.signals.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
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


def score(signals: Mapping[str, Signal], weights: Mapping[str, float], view: View) -> Score:
    """Add up what the signals say.

    Above 100 every contribution shrinks alike. A signal of weight 0 is off and does not appear.
    """
    readings: dict[str, SignalReading] = {}
    cents: dict[str, int] = {}
    total = 0
    for name, signal in signals.items():
        if (weight := weights.get(name, 1.0)) > 0:
            readings[name] = reading = signal.read(view)
            cents[name] = found = round(100 * signal.worth * weight * reading.strength) if reading.strength else 0
            total += found
    if total > 10_000:
        cents = _shrink(cents, total)
        total = 10_000
    by_family: dict[Family, int] = {}
    grounds = 0
    for name, value in cents.items():
        if value:
            signal = signals[name]
            by_family[signal.family] = by_family.get(signal.family, 0) + value
            if signal.grounds:
                grounds += value
    return Score(
        points=total / 100,
        contributions={name: value / 100 for name, value in cents.items()},
        evidence=_reasons(signals, readings, cents),
        families=frozenset(family for family, value in by_family.items() if value >= 100 * MATTERS),
        grounds=grounds / 100,
    )


def _shrink(cents: dict[str, int], total: int) -> dict[str, int]:
    """Scale to 10 000 hundredths; what rounding loses goes to the largest."""
    scaled = {name: value * 10_000 // total for name, value in cents.items()}
    largest = max(scaled, key=scaled.__getitem__)
    scaled[largest] += 10_000 - sum(scaled.values())
    return scaled


def _reasons(
    signals: Mapping[str, Signal], readings: dict[str, SignalReading], cents: dict[str, int]
) -> tuple[Evidence, ...]:
    """Most points first; then what only annotates."""
    told = [
        (-cents[name], name, evidence)
        for name, reading in readings.items()
        if (evidence := reading.evidence) is not None
        and (cents[name] > 0 or (reading.strength and not signals[name].worth))
    ]
    told.sort()  # a name stands once, so that evidence is never compared
    return tuple([evidence for _, _, evidence in told])
