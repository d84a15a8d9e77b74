"""Calendar of what people said beforehand of a brand: silences that hold pages back, campaigns that cap the level."""

from dataclasses import replace
from datetime import datetime

from sentinel.escalation.campaign import Campaign, campaign_over, next_edge
from sentinel.escalation.silence import Silence, silence_over
from sentinel.scoring.assessment import Assessment

CAMPAIGN = "campaign"
"""The gate's name, beside those of ``scoring/gates.py``."""


class Calendar:
    """Silences and campaigns in force.

    Parameters
    ----------
    campaigns
        From the configuration.
    silences
        Made while the daemon runs; those that ended may still be among them.
    """

    def __init__(self, campaigns: tuple[Campaign, ...], silences: tuple[Silence, ...] = ()) -> None:
        self.campaigns = campaigns
        self.silences = silences

    def silence(self, brand: str, at: datetime) -> Silence | None:
        """What holds a brand's pages back now."""
        return silence_over(self.silences, brand, at) if self.silences else None

    def cap(self, assessment: Assessment) -> Assessment:
        """The assessment with the level that a running campaign leaves it; it says so when that is lower."""
        if not self.campaigns:
            return assessment
        campaign = campaign_over(self.campaigns, assessment.brand, assessment.at)
        if campaign is None or campaign.cap.rank >= assessment.level.rank:
            return assessment
        return replace(assessment, level=campaign.cap, gates=(*assessment.gates, CAMPAIGN), campaign=campaign.name)

    def next_edge(self, brand: str, at: datetime) -> datetime | None:
        """The next instant at which something begins or ends for a brand."""
        if not self.campaigns and not self.silences:
            return None
        begins = (
            each.starts_at
            for each in self.silences
            if each.starts_at > at and (not each.brands or brand in each.brands)
        )
        return min((edge for edge in (*begins, next_edge(self.campaigns, brand, at)) if edge is not None), default=None)
