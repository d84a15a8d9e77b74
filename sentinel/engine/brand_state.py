"""One brand's running state within the engine: what it has heard, what it believes, and its latest incident."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from sentinel.engine.own_accounts import OwnAccounts
from sentinel.engine.setup import BrandSetup
from sentinel.escalation.policy import Policy
from sentinel.incidents.incident import Incident
from sentinel.matching.duplicates import Voices
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.brand_scorer import BrandScorer

COPIES_WITHIN = timedelta(hours=6)
"""A text said again within the longest window that signals read is the same voice; later it is news again."""


@dataclass(slots=True)
class BrandState:
    """Mutable; owned by the engine alone."""

    name: str
    policy: Policy
    watch: BrandScorer
    voices: Voices
    own: OwnAccounts
    incident: Incident | None = None
    assessment: Assessment | None = None
    observed_at: datetime | None = None
    """When its newest mention was observed."""
    due: datetime | None = None
    """When it wants to be assessed."""

    @classmethod
    def fresh(cls, setup: BrandSetup) -> "BrandState":
        """A brand that has heard nothing yet."""
        return cls(
            name=setup.brand.name,
            policy=setup.policy,
            watch=BrandScorer(setup.brand.name, setup.scoring),
            voices=Voices(window=COPIES_WITHIN),
            own=OwnAccounts(setup.brand),
        )

    @classmethod
    def kept(cls, state: "BrandState", setup: BrandSetup) -> "BrandState":
        """The same brand under new settings, perhaps another name: its history stays, its running incident keeps the
        policy it opened with.
        """
        watch = BrandScorer(setup.brand.name, setup.scoring)
        watch.restore(state.watch.snapshot())
        incident = state.incident
        if incident is not None and incident.brand != setup.brand.name:
            incident = msgspec.structs.replace(incident, brand=setup.brand.name)
        own = OwnAccounts(setup.brand)
        own.restore(state.own.snapshot())
        return cls(
            name=setup.brand.name,
            policy=setup.policy,
            watch=watch,
            voices=state.voices,
            own=own,
            incident=incident,
            assessment=state.assessment,
            observed_at=state.observed_at,
        )

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown."""
        if self.incident is None and not self._shown and not self.watch.shows:
            return
        self.watch.forget(key)
        if self.incident is not None:
            self.incident = self.incident.without_sample(key)
        self._show(tuple(each for each in self._shown if each.key != key))

    def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """What may be shown is shown in other words."""
        self.watch.reword(reword)
        if self.incident is not None:
            self.incident = self.incident.reworded(reword)
        self._show(tuple(map(reword, self._shown)))

    @property
    def _shown(self) -> tuple[Mention, ...]:
        return self.assessment.samples if self.assessment is not None else ()

    def _show(self, samples: tuple[Mention, ...]) -> None:
        if self.assessment is not None and samples != self.assessment.samples:
            self.assessment = replace(self.assessment, samples=samples)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "watch": self.watch.snapshot(),
            "voices": self.voices.snapshot(),
            "own": self.own.snapshot(),
            "observed_at": self.observed_at,
            "due": self.due,
        }

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave."""
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self.watch.restore(plain["watch"])
        self.voices.restore(plain["voices"])
        self.own.restore(plain["own"])
        self.observed_at = plain["observed_at"]
        self.due = plain["due"]
