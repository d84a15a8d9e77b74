"""A made-up history of one kind, with the truth beside it: when each crisis begins and by when somebody must be
paged.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sentinel.mention import Author, Mention
from sentinel.mention import Kind as Form
from sentinel.simulation.history import SOURCES
from sentinel.simulation.kinds import PLANS, Mood, ScenarioKind, ScenarioPlan, Wave
from sentinel.simulation.texts import texts

PRAISING = 0.2
"""Share of praise on an ordinary day."""
SOURED = 0.75
"""Share of complaints at the end of a slow burn."""
FEW = {Mood.FLOOD: ("bot", 7), Mood.CUSTOMER: ("customer", 1), Mood.PUPPETS: ("puppet", 5), Mood.ECHO: ("echo", 6)}
"""Moods of which few accounts make everything: what they are called, and how many there are."""
_FORMS = (Form.REPOST, Form.REPOST, Form.REPLY, Form.QUOTE)
Say = Callable[[Mood, Random], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a person who lived through it would say: onsets, the time allowed to page, the level that would be wrong."""

    crises: tuple[datetime, ...]
    page_by: timedelta
    forbidden: str | None
    days: float
    counts_from: datetime
    """Pages before it are no failure."""

    def as_json(self, mentions: int) -> dict[str, object]:
        """For a file beside the history."""
        minutes = self.page_by / timedelta(minutes=1)
        crises = [{"start": _written(at), "page_by_minutes": minutes} for at in self.crises]
        return {
            "mentions": mentions,
            "crises": crises,
            "forbid_level": self.forbidden,
            "days": self.days,
            "count_from": _written(self.counts_from),
        }


def scenario(
    kind: ScenarioKind, *, brand: str, language: str, end: datetime, seed: int, say: Say | None = None
) -> tuple[list[Mention], Truth]:
    """The mentions in order, and the truth; the same arguments give the same history.

    Parameters
    ----------
    say
        Makes a text of a mood; the shipped sentences when left out.

    Examples
    --------
    >>> from datetime import UTC
    >>> made, truth = scenario(ScenarioKind.COLD_START, brand="Acme", language="en", end=datetime(2026, 3, 9,
    ...     tzinfo=UTC), seed=1)
    >>> len(made) > 1000, len(truth.crises), made[0].published_at < truth.crises[0]
    (True, 1, True)
    """
    rng = Random(f"{kind} {seed}")
    plan = _moved(PLANS[kind], rng)
    begin = end - timedelta(days=plan.days)
    spoken = say or _sentences(brand, language)
    arrivals = sorted(
        [*_calm(plan, begin, rng), *(each for wave in plan.waves for each in _wave(wave, plan, begin, rng))]
    )
    made = [
        _mention(f"sim-{kind}-{seed}-{number}", at, mood, passed_on, language, spoken, rng)
        for number, (at, mood, passed_on) in enumerate(arrivals, 1)
    ]
    onsets = [begin + wave.after for wave in plan.waves if wave.mood in (Mood.CRISIS, Mood.GRAVE)]
    onsets += [begin + plan.souring[0]] if plan.souring else []
    return made, Truth(
        crises=tuple(onsets),
        page_by=plan.page_by or timedelta(0),
        forbidden=plan.forbidden,
        days=plan.days,
        counts_from=begin + plan.counts_after,
    )


def _moved(plan: ScenarioPlan, rng: Random) -> ScenarioPlan:
    """The plan with its rates up to a third higher or lower, and its onsets up to four hours later."""
    scale = math.exp(rng.uniform(-0.3, 0.3))
    waves = tuple(
        replace(
            wave,
            after=wave.after + timedelta(minutes=rng.uniform(0, 240) if plan.days > 2 and wave.moves else 0),
            per_minute=wave.per_minute * scale * math.exp(rng.uniform(-0.2, 0.2)),
        )
        for wave in plan.waves
    )
    return replace(plan, per_hour=plan.per_hour * scale, waves=waves)


def _calm(plan: ScenarioPlan, begin: datetime, rng: Random) -> Iterator[tuple[datetime, Mood, bool]]:
    """A Poisson process thinned by hour of day and day of week; quieter at four in the morning and on Sundays."""
    end, at, peak = begin + timedelta(days=plan.days), begin, plan.per_hour * 1.8 / 3600
    while (at := at + timedelta(seconds=rng.expovariate(peak))) < end:
        of_day = (1 - 0.8 * math.cos((at.hour + at.minute / 60 - 4) * math.pi / 12)) / 1.8
        if rng.random() < of_day * (0.75 if at.weekday() >= 5 else 1.0):
            complaints = plan.grumbling
            if plan.souring:
                onset, length = begin + plan.souring[0], plan.souring[1]
                complaints += (SOURED - plan.grumbling) * min(1.0, max(0.0, (at - onset) / length))
            told = rng.random()
            yield at, Mood.CRISIS if told < complaints else Mood.PRAISE if told > 1 - PRAISING else Mood.CALM, False


def _wave(wave: Wave, plan: ScenarioPlan, begin: datetime, rng: Random) -> Iterator[tuple[datetime, Mood, bool]]:
    onset, end = begin + wave.after, begin + timedelta(days=plan.days)
    at = onset
    while (at := at + timedelta(seconds=rng.expovariate(wave.per_minute / 60))) < end:
        since = at - onset
        height = since / wave.rise if since < wave.rise else 0.5 ** ((since - wave.rise) / wave.half_life)
        if since > wave.rise and height < 1e-3:
            return
        if rng.random() < height:
            yield at, wave.mood if rng.random() < wave.purity else Mood.CALM, rng.random() < wave.passed_on


def _mention(id_: str, at: datetime, mood: Mood, passed_on: bool, language: str, say: Say, rng: Random) -> Mention:
    name, accounts = FEW.get(mood, ("user", 10_000_000))
    who = f"{name}{rng.randrange(accounts)}"
    form = Form.ARTICLE if mood is Mood.ARTICLE else rng.choice(_FORMS) if passed_on else Form.POST
    return Mention(
        source=rng.choice(SOURCES),
        id=id_,
        text=say(mood, rng),
        published_at=at,
        lang=language,
        kind=form,
        author=Author(id=who, handle=who, followers=int(rng.lognormvariate(5, 1.5))),
    )


def _sentences(brand: str, language: str) -> Say:
    """The shipped sentences. One flood says one thing, as does an echo; one article is one article."""
    words = texts(language)
    moods = {
        Mood.CALM: words.calm,
        Mood.CRISIS: words.crisis,
        Mood.PRAISE: words.praise,
        Mood.CUSTOMER: words.crisis,
        Mood.PUPPETS: words.crisis,
        Mood.GRAVE: words.grave,
        Mood.NEWS: words.news,
    }
    said_once = {Mood.ARTICLE: words.articles, Mood.ECHO: words.praise, Mood.FLOOD: words.crisis}
    once: dict[Mood, str] = {}

    def say(mood: Mood, rng: Random) -> str:
        if mood in moods:
            return words.say(moods[mood], brand, rng)
        if mood not in once:
            once[mood] = words.say(said_once[mood], brand, rng)
        return once[mood]

    return say


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
