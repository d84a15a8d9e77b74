"""Calendar of what people said beforehand of a brand: silences that hold pages back, campaigns that cap the level."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sentinel.escalation.campaign import Campaign, campaign_over, next_edge
from sentinel.escalation.recurring_silence import RecurringSilence, in_force, strongest
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
    recurring
        Silences of the configuration.
    silences
        Made while the daemon runs; those that ended may still be among them.
    """

    def __init__(
        self,
        campaigns: tuple[Campaign, ...],
        recurring: tuple[RecurringSilence, ...] = (),
        silences: tuple[Silence, ...] = (),
    ) -> None:
        self.campaigns = campaigns
        self.recurring = recurring
        self.silences = silences

    def silence(self, brand: str, at: datetime, contributions: Mapping[str, float] | None = None) -> Silence | None:
        """What holds a brand's pages back now, where its score is made of these points."""
        if not self.silences and not self.recurring:
            return None
        reason = strongest(contributions or {})
        every = (*self.silences, *in_force(self.recurring, at))
        return silence_over((each for each in every if each.signal in (None, reason)), brand, at)

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
        if not self.campaigns and not self.silences and not self.recurring:
            return None
        begins = (*self._begins(brand, at), next_edge(self.campaigns, brand, at))
        return min((edge for edge in begins if edge is not None), default=None)

    def _begins(self, brand: str, at: datetime) -> Iterator[datetime]:
        """When silences begin for a brand; their ends wake the incidents that they hold."""
        yield from (
            each.starts_at
            for each in self.silences
            if each.starts_at > at and (not each.brands or brand in each.brands)
        )
        yield from (each.next_start(at) for each in self.recurring if not each.brands or brand in each.brands)
