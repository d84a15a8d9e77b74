"""Whether the whole sector is loud: competitors as context.

It is said beside the signals, adds nothing and lowers nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from statistics import median

from sentinel.scoring.assessment import Assessment
from sentinel.signals.evidence import Evidence

SECTOR = "sector"
"""Its name among the contributions, always with 0 points."""
LOUD = 3.0
"""Surprise (-log10) of the last hour's voices from which a brand counts as unusually loud, as `spread` takes a source.
"""
NAMED = 3
"""Competitors that the evidence names."""


def in_sector(assessment: Assessment, surprises: Mapping[str, float]) -> Assessment:
    """The assessment with what its competitors do, when their median is unusually loud.

    Parameters
    ----------
    surprises
        Surprise of each competitor's last hour; those that nobody can tell of (blind, too new) are left out.

    Examples
    --------
    >>> sector_is_loud({"Beta": 9.0, "Gamma": 4.0, "Delta": 0.0}), sector_is_loud({"Beta": 9.0,
    ...     "Gamma": 0.0}), sector_is_loud({})
    (True, True, False)
    """
    if not sector_is_loud(surprises):
        return assessment
    loud = sorted((name for name, each in surprises.items() if each >= LOUD), key=lambda name: (-surprises[name], name))
    facts: tuple[tuple[str, float | str], ...] = (
        ("names", ", ".join(loud[:NAMED])),
        ("count", float(len(loud))),
        ("of", float(len(surprises))),
    )
    evidence = Evidence(signal=SECTOR, key="sector.loud", facts=facts)
    return replace(
        assessment, contributions={**assessment.contributions, SECTOR: 0.0}, evidence=(*assessment.evidence, evidence)
    )


def sector_is_loud(surprises: Mapping[str, float]) -> bool:
    """Whether the competitor in the middle is unusually loud."""
    return bool(surprises) and median(surprises.values()) >= LOUD
