"""What share of a brand's people is usually angry, passing on, grave, unread or in the first person: faded shares with
a prior.
"""

from dataclasses import dataclass
from math import log10, sqrt
from typing import Any

from sentinel.signals.window import Window

FADING = 0.5 ** (1 / 168)
"""Weight that an hour keeps with each one after it: a week halves it."""
PROTECTED = 0.2
"""An hour that was unusual in mood teaches a fifth, as it does for the mood."""
CAP = 60.0
"""People that an hour counts as, at most: a loud hour is one hour."""
PRIORS = {"angry": 0.35, "amplified": 0.15, "grave": 0.05, "unread": 0.05, "rest": 0.75}
PRIOR_WEIGHT = 20.0
"""A brand nobody knows yet: these shares, weighing as much as twenty people of its own."""
SINGULAR = {"es": 0.35, "en": 0.45}
"""Posts in the first person singular; Spanish drops the pronoun, so that its list holds verbs as well."""
AUDIENCE, AUDIENCE_SPREAD = 3.0, 0.7
"""Followers of an hour's angry people, as log10: a thousand, give or take a factor of five."""


@dataclass(slots=True)
class FadedShare:
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


class UsualShares:
    """The shares of one brand.

    Examples
    --------
    >>> usual = UsualShares()
    >>> for _ in range(100):
    ...     usual.learn(Window(minutes=60, people=10, voices=10, angry=1), sour=False)
    >>> round(usual.angry, 2), round(usual.amplified, 2)
    (0.11, 0.0)
    """

    def __init__(self) -> None:
        self._shares = {name: FadedShare(prior) for name, prior in PRIORS.items()}
        self._singular = {lang: FadedShare(prior) for lang, prior in SINGULAR.items()}
        self._audience = [AUDIENCE, AUDIENCE_SPREAD**2, 5.0]
        self._settle()

    def _settle(self) -> None:
        self.angry = self._shares["angry"].value
        """Share of people who are angry."""
        self.amplified = self._shares["amplified"].value
        """Share of people who pass on somebody else's words."""
        self.grave = self._shares["grave"].value
        """Weight of grave words a person."""
        self.unread = self._shares["unread"].value
        """Share of people who speak a language that the model does not read."""
        self.rest = self._shares["rest"].value
        """Share of people who do not praise."""

    def learn(self, hour: Window, *, sour: bool) -> None:
        """Take in one whole hour; a sour one was unusual in mood while it happened."""
        weight = PROTECTED if sour else 1.0
        read = hour.people - hour.unread
        counted: tuple[tuple[str, float, int], ...] = (
            ("angry", hour.angry, read),
            ("amplified", hour.amplified, hour.people),
            ("grave", hour.severe, hour.people),
            ("unread", hour.unread, hour.people),
            ("rest", hour.rest, read),
        )
        for name, hits, among in counted:
            self._shares[name].learn(hits, among, weight)
        if hour.angry:
            mean, variance, of = self._audience
            off = log10(1 + hour.audience) - mean
            of = of * FADING + weight
            self._audience = [mean + weight / of * off, variance + weight / of * (off * off - variance), of]
        self._settle()

    def learn_singular(self, lang: str, singular: bool) -> None:
        """Take in one voice."""
        if (known := self._singular.get(lang)) is not None:
            known.learn(float(singular), 1.0, 1.0, fading=1 - 1 / 2000)

    def singular(self, lang: str) -> float:
        """Share of voices of this language in the first person singular; 0 without a list."""
        known = self._singular.get(lang)
        return known.value if known else 0.0

    def audience(self, followers: int) -> float:
        """Standard deviations by which an hour's audience of angry people is larger than usual."""
        mean, variance, _ = self._audience
        return (log10(1 + followers) - mean) / max(0.3, sqrt(variance))

    @property
    def usual_audience(self) -> float:
        """Followers an hour's angry people usually have together."""
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
