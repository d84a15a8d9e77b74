"""Tells a brand's days in the domain's words: so many an hour say so, with this mood; then the watch is asked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sentinel.mention import Author, Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.brand_scorer import BrandScorer
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.base import Observation
from tests.fakes import START

CALM, ANGRY, HAPPY, FLAT = (0.30, 0.27), (0.85, 0.05), (0.05, 0.85), (0.10, 0.15)
"""(P(negative), P(positive)) around which a mood scatters."""


@dataclass
class BrandStory:
    """A watch with a clock; deterministic for its seed."""

    settings: ScoringSettings = field(default_factory=ScoringSettings)
    now: datetime = START
    seed: int = 1
    watch: BrandScorer = field(init=False)
    assessments: list[Assessment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = BrandScorer("Acme", self.settings)
        self._rng = Random(self.seed)
        self._ids = count(1)

    def observe(
        self,
        mood: tuple[float, float],
        *,
        author: str | None = None,
        source: str | None = None,
        copy: bool = False,
        late: bool = False,
        at: datetime | None = None,
        followers: int = 100,
        text: str | None = None,
    ) -> Mention:
        number = next(self._ids)
        negative, positive = (min(0.97, max(0.01, self._rng.gauss(centre, 0.12))) for centre in mood)
        scale = max(1.0, negative + positive)
        who = author or f"u{number}"
        mention = Mention(
            source=source or self._rng.choice(("bluesky", "mastodon", "x")),
            id=str(number),
            text=text or f"mention {number}",
            published_at=at or self.now,
            author=Author(id=who, handle=who, followers=followers),
        )
        self.watch.observe(
            Observation(
                mention=mention,
                brand="Acme",
                at=at or self.now,
                observed_at=self.now,
                lang="es",
                late=late,
                copy=copy,
                sentiment=Sentiment(negative / scale, 1 - (negative + positive) / scale, positive / scale),
            )
        )
        return mention

    def talk(self, hours: float, per_hour: float, mood: tuple[float, float], **how: object) -> "BrandStory":
        """People talk at random instants; the brand is assessed within five seconds of each."""
        end = self.now + timedelta(hours=hours)
        while True:
            self.now += timedelta(hours=self._rng.expovariate(per_hour))
            if self.now > end:
                self.now = end
                return self
            self.observe(mood, **how)  # type: ignore[arg-type]
            self.assess(self.now + timedelta(seconds=2))

    def assess(self, at: datetime | None = None) -> Assessment:
        assessment = self.watch.assess(at or self.now)
        self.assessments.append(assessment)
        return assessment

    def silence(self, hours: float) -> "BrandStory":
        """Nobody says anything; the watch is looked at when it asks to be."""
        end = self.now + timedelta(hours=hours)
        while (due := self.watch.due(self.now)) is not None and due <= end:
            self.now = due
            self.assess()
        self.now = end
        return self

    @property
    def peak(self) -> float:
        return max((each.score or 0.0 for each in self.assessments), default=0.0)

    @property
    def levels(self) -> list[str]:
        """Levels in the order in which they were entered."""
        seen: list[str] = []
        for each in self.assessments:
            if not seen or seen[-1] != each.level.value:
                seen.append(each.level.value)
        return seen
