"""Brands in the configuration: what each is looked for by, and what several have in common."""

from typing import Annotated

from pydantic import Field, model_validator

from sentinel.config.base import Settings
from sentinel.config.ignore import IgnoreSettings
from sentinel.config.match import Match
from sentinel.config.style import StyleSettings
from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.own_words import MOST, Domain


class ThresholdSettings(Settings):
    """Scores from which a level holds."""

    watch: float = Field(35, ge=0, le=100)
    """Shown on the wall and in digests; pages nobody."""
    alert: float = Field(60, ge=0, le=100)
    """Pages the person on call."""
    crisis: float = Field(80, ge=0, le=100)
    """Pages with the highest urgency and climbs faster."""

    @model_validator(mode="after")
    def _ordered(self) -> "ThresholdSettings":
        self.value  # noqa: B018 - it says what is wrong
        return self

    @property
    def value(self) -> Thresholds:
        """As the core knows them."""
        return Thresholds(self.watch, self.alert, self.crisis)


Word = Annotated[str, Field(pattern=r"^\s*[^\W\d_]+\s*$", max_length=40)]
"""One word, of letters."""
Worth = Annotated[int, Field(ge=-MOST, le=MOST)]


class _BrandNames(Settings):
    """What each brand has of its own."""

    name: str = Field(min_length=1, max_length=80)
    """As people should read it on a page."""
    template: str | None = None
    """A template of this file, by name: what the brand leaves out stands there. Keys and values are merged, lists are
    the brand's own or the template's. Default: none.
    """
    was: tuple[str, ...] = ()
    """Its earlier names: its history and an open incident go on under the new one."""


class BrandTemplate(Settings):
    """What brands have in common."""

    match: Match = Match()
    """Default: the name itself."""
    own: tuple[str, ...] = ()
    """The brand's own accounts: @handles, ids of a network (did:plc:...), sites. What they say is nobody's voice; who
    answers, quotes or tags them speaks of the brand, and their first post in an incident is its first reply."""
    ignore: tuple[IgnoreSettings, ...] = ()
    """Accounts and sites whose words do not count for this brand."""
    policy: str = "default"
    """Escalation policy, by name."""
    thresholds: ThresholdSettings | None = None
    """Over scoring.thresholds, for this brand; what is left out stays as it is there."""
    sources: tuple[str, ...] = ()
    """The sources whose silence hides mentions of this brand. Default: all of them.

    Its score is a lower bound then, unknown below an alert.
    """
    tags: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    """Words to call several brands by, such as a client's name: `tag:NAME` in the `brands` of who has access."""
    domain: Domain | None = None
    """Where its people speak, if words mean something else there ("kill", "bear", "derrota"): market, games, sport."""
    lexicon: dict[Word, Worth] = Field(default_factory=dict, max_length=1_000)
    """More such words, over those of the domain: what each is worth to this brand, from -4 (the worst that is said of
    a thing) to 4; 0 is nothing. None of them is grave."""
    style: StyleSettings = StyleSettings()
    competitors: tuple[str, ...] = ()
    """Other brands of this configuration. When most of them are unusually loud as well, pages say so; it changes no
    score.
    """


class BrandSettings(BrandTemplate, _BrandNames):
    """One brand to listen for."""
