"""What share of a brand's mentions is usually negative, passed on, grave or in the first person: faded shares with
a prior.
"""

from dataclasses import dataclass, field
from math import log10, sqrt
from typing import Any

from sentinel.signals.buckets import Window
from sentinel.signals.traits import Traits

FADING = 0.5 ** (1 / 168)
"""Weight that an hour keeps with each one after it: a week halves it."""
PROTECTED = 0.2
"""An hour that was unusual in mood teaches a fifth, as it does for the mood."""
CAP = 60.0
"""Mentions that an hour counts as, at most: a loud hour is one hour."""
PRIORS = {"negative": 0.35, "amplified": 0.15, "grave": 0.05}
PRIOR_WEIGHT = 20.0
"""A brand nobody knows yet: these shares, weighing as much as twenty mentions of its own."""
SINGULAR = {"es": 0.35, "en": 0.45}
"""Posts in the first person singular; Spanish drops the pronoun, so that its list holds verbs as well."""
AUDIENCE, AUDIENCE_SPREAD = 3.0, 0.7
"""Followers of an hour's negative voices, as log10: a thousand, give or take a factor of five."""


@dataclass(slots=True)
class Hour:
    """How many were heard in one whole hour, how many voices of their own, their mood, and voices by source; then
    what else is counted.
    """

    heard: int = 0
    voices: int = 0
    mood: float = 0.0
    sources: dict[str, int] = field(default_factory=dict)
    flagged: bool = False
    mentions: int = 0
    negatives: int = 0
    amplified: int = 0
    severe: float = 0.0
    audience: int = 0

    @classmethod
    def of(cls, window: Window) -> "Hour":
        """What a window of an hour holds."""
        return cls(
            window.heard,
            window.voices,
            window.mood,
            window.sources,
            False,
            window.mentions,
            window.negatives,
            window.amplified,
            window.severe,
            window.audience,
        )

    def add(self, mood: float, source: str, negative: bool, traits: Traits) -> None:
        """One more voice."""
        self.heard += 1
        self.mentions += 1
        self.voices += 1
        self.mood += mood
        self.sources[source] = self.sources.get(source, 0) + 1
        self.amplified += traits.amplified
        self.severe += traits.grave.weight if traits.grave else 0.0
        if negative:
            self.negatives += 1
            self.audience += traits.audience


@dataclass(slots=True)
class Share:
    """Faded successes over faded trials, drawn towards a prior."""

    prior: float
    hits: float = 0.0
    of: float = 0.0

    @property
    def value(self) -> float:
        """The share now."""
        return (self.hits + self.prior * PRIOR_WEIGHT) / (self.of + PRIOR_WEIGHT)

    def learn(self, hits: float, of: float, weight: float, fading: float = FADING) -> None:
        """Take in an hour's ``hits`` among ``of``."""
        scale = weight * min(1.0, CAP / of) if of else 0.0
        self.hits = self.hits * fading + scale * hits
        self.of = self.of * fading + scale * of


class Usual:
    """The shares of one brand.

    Examples
    --------
    >>> usual = Usual()
    >>> for _ in range(100):
    ...     usual.learn(Hour(voices=10, mentions=10, negatives=1))
    >>> round(usual.negative, 2), round(usual.amplified, 2)
    (0.11, 0.0)
    """

    def __init__(self) -> None:
        self._shares = {name: Share(prior) for name, prior in PRIORS.items()}
        self._singular = {lang: Share(prior) for lang, prior in SINGULAR.items()}
        self._audience = [AUDIENCE, AUDIENCE_SPREAD**2, 5.0]
        self._settle()

    def _settle(self) -> None:
        self.negative = self._shares["negative"].value
        """Share of voices that are negative."""
        self.amplified = self._shares["amplified"].value
        """Share of mentions that pass on somebody else's words."""
        self.grave = self._shares["grave"].value
        """Weight of grave words a voice."""

    def learn(self, hour: Hour) -> None:
        """Take in one whole hour."""
        weight = PROTECTED if hour.flagged else 1.0
        self._shares["negative"].learn(hour.negatives, hour.voices, weight)
        self._shares["amplified"].learn(hour.amplified, hour.mentions, weight)
        self._shares["grave"].learn(hour.severe, hour.voices, weight)
        if hour.negatives:
            mean, variance, of = self._audience
            off = log10(1 + hour.audience) - mean
            of = of * FADING + weight
            self._audience = [mean + weight / of * off, variance + weight / of * (off * off - variance), of]
        self._settle()

    def learn_singular(self, lang: str, singular: bool) -> None:
        """Take in one voice."""
        self._singular[lang].learn(float(singular), 1.0, 1.0, fading=1 - 1 / 2000)

    def singular(self, lang: str) -> float:
        """Share of voices of this language in the first person singular; 0 without a list."""
        known = self._singular.get(lang)
        return known.value if known else 0.0

    def audience(self, followers: int) -> float:
        """Standard deviations by which an hour's audience of negative voices is larger than usual."""
        mean, variance, _ = self._audience
        return (log10(1 + followers) - mean) / max(0.3, sqrt(variance))

    @property
    def usual_audience(self) -> float:
        """Followers an hour's negative voices usually have together."""
        return float(10 ** self._audience[0] - 1)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "shares": {name: [share.hits, share.of] for name, share in self._shares.items()},
            "singular": {lang: [share.hits, share.of] for lang, share in self._singular.items()},
            "audience": list(self._audience),
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        for known, name in ((self._shares, "shares"), (self._singular, "singular")):
            for key, (hits, of) in plain[name].items():
                known[key].hits, known[key].of = hits, of
        self._audience = [float(value) for value in plain["audience"]]
        self._settle()
