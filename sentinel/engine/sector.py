"""Sector: a brand's competitors, looked at when the brand is not calm."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sentinel.engine.brand_state import BrandState
from sentinel.engine.setup import BrandSetup
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from sentinel.scoring.sector import in_sector


class Sector:
    """Who competes with whom, among the brands watched."""

    def __init__(self, setups: Sequence[BrandSetup], states: Mapping[str, BrandState]) -> None:
        self._competitors = {
            each.brand.name: tuple(states[name] for name in each.competitors if name in states)
            for each in setups
            if each.competitors
        }

    def told(self, assessment: Assessment, now: datetime) -> Assessment:
        """The assessment, and what the sector does when it is loud as well."""
        competitors = self._competitors.get(assessment.brand)
        if not competitors or assessment.level is Level.CALM:
            return assessment
        found = {each.name: loud for each in competitors if (loud := each.watch.loudness(now)) is not None}
        return in_sector(assessment, found)
