"""A brand with a past, and what may happen to it: what signals are asked about."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from sentinel.mention import Author, Kind, Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.brand_scorer import BrandScorer, signals
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.base import Observation
from tests.fakes import START

ANGRY, FLAT, GLAD = Sentiment(0.85, 0.1, 0.05), Sentiment(0.3, 0.4, 0.3), Sentiment(0.05, 0.1, 0.85)
DAYS = 5


class BrandUnderTest:
    """A brand of which one signal alone is asked, so that its points are its worth times its strength."""

    def __init__(self, only: str | None = None) -> None:
        weights = {} if only is None else {name: float(name == only) for name in signals()}
        self.scorer = BrandScorer("Acme", ScoringSettings(weights=weights))
        self.now = START
        self.count = 0

    def say(
        self,
        text: str,
        mood: Sentiment,
        *,
        lang: str = "es",
        kind: Kind = Kind.POST,
        followers: int = 100,
        source: str = "x",
    ) -> None:
        """One more person, who said nothing before."""
        self.count += 1
        author = Author(id=f"u{self.count}", followers=followers)
        mention = Mention(
            source=source, id=str(self.count), text=text, published_at=self.now, kind=kind, author=author, lang=lang
        )
        self.scorer.observe(
            Observation(
                mention=mention,
                brand="Acme",
                at=self.now,
                observed_at=self.now,
                lang=lang,
                sentiment=mood,
                late=False,
                copy=False,
            )
        )

    def hours(self, count: int, text: str, mood: Sentiment, every: int = 10) -> None:
        """For so many hours somebody says this every so many minutes."""
        end = self.now + timedelta(hours=count)
        while self.now < end:
            self.say(text, mood)
            self.now += timedelta(minutes=every)

    def storm(self, text: str, mood: Sentiment = ANGRY, **how: object) -> None:
        """Thirty people within a quarter of an hour."""
        for _ in range(30):
            self.now += timedelta(seconds=30)
            self.say(text, mood, **how)  # type: ignore[arg-type]

    def assess(self) -> Assessment:
        return self.scorer.assess(self.now)


def _days(brand: BrandUnderTest, days: int = DAYS) -> None:
    for _ in range(24 * days):
        brand.hours(1, "me llega mi pedido bien", FLAT, every=12)
        brand.say("me llega mi pedido tarde", ANGRY)
        brand.say("qué bien todo", GLAD)


def _evening(brand: BrandUnderTest) -> None:
    """Sour for ten hours, into the night."""
    brand.hours(10, "cada vez peor", ANGRY)


def _everywhere(brand: BrandUnderTest) -> None:
    """Ordinary days on three networks, then complaints on all of them."""
    for source in ("x", "bluesky", "mastodon"):
        brand.now = START
        for _ in range(24 * DAYS * 2):
            brand.now += timedelta(minutes=30)
            brand.say("me llega mi pedido", FLAT, source=source)
    for source in ("x", "bluesky", "mastodon"):
        brand.storm("no funciona", source=source)


STORIES: dict[str, Callable[[BrandUnderTest], None]] = {
    "nothing was ever heard": lambda brand: None,
    "a new brand": lambda brand: _days(brand, days=1),
    "an ordinary week": _days,
    "complaints": lambda brand: (_days(brand), brand.storm("esto no funciona"))[0],
    "praise": lambda brand: (_days(brand), brand.storm("qué maravilla", GLAD))[0],
    "reposts": lambda brand: (_days(brand), brand.storm("no funciona", kind=Kind.REPOST))[0],
    "a famous one": lambda brand: (_days(brand), brand.storm("no funciona", followers=2_000_000))[0],
    "grave words": lambda brand: (_days(brand), brand.storm("explosión en la planta, hay heridos"))[0],
    "a crowd": lambda brand: (_days(brand), brand.storm("son unos sinvergüenzas y roban"))[0],
    "an evening that turns": lambda brand: (_days(brand), _evening(brand))[0],
    "every network": _everywhere,
    "a language nobody reads": lambda brand: (
        _days(brand),
        brand.storm("ez du ezer funtzionatzen gaur goizean hemen", FLAT, lang="und"),
    )[0],
    "another language": lambda brand: (_days(brand), brand.storm("ei toimi", lang="fi"))[0],
}


@cache
def _told(story: str) -> tuple[object, BrandUnderTest]:
    brand = BrandUnderTest()
    STORIES[story](brand)
    return brand.scorer.snapshot(), brand


def after(story: str, only: str) -> BrandUnderTest:
    """A brand to which this has happened, of which this signal alone is asked."""
    state, told = _told(story)
    brand = BrandUnderTest(only)
    brand.scorer.restore(state)
    brand.now, brand.count = told.now, 1_000_000
    return brand
