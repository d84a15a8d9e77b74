"""One brand's watch: takes observations in, gives its assessment at any instant.

What the engine keeps for each brand.
"""

from collections import deque
from datetime import datetime, timedelta
from functools import cache
from math import log10
from typing import Any

from sentinel.detectors.drift import Drift
from sentinel.mention import Mention, decode_stored, encode_mention
from sentinel.registry import discover
from sentinel.scoring.aftermath import Aftermath
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.gates import gates
from sentinel.scoring.hysteresis import Hysteresis
from sentinel.scoring.level import Level
from sentinel.scoring.score import score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.base import Observation, Signal, View
from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.buckets import NEGATIVE, Buckets, Scales, Window
from sentinel.signals.memory import Memory
from sentinel.signals.terms import Terms
from sentinel.signals.traits import traits_of

FLAGGED, DRIFTED = 2.5, 4.0
"""Standard errors of one hour, and height of a drift either way, from which an hour is no example of the usual mood."""
AHEAD = (2.0, 3.0)
"""Standard errors by which a shorter window may be worse than the next longer one: a few sour voices in the middle of
praise are chance, and a real turn carries the longer window with it within minutes."""
SAMPLES = 5
CANDIDATES = 32
FRESH = timedelta(hours=1)
LONG = timedelta(minutes=2)


@cache
def signals() -> dict[str, Signal]:
    """Every signal there is, by name."""
    return {name: signal() for name, signal in discover("sentinel.signals", Signal).items()}


class BrandWatch:
    """Everything learnt about a brand, and what it says now.

    The state takes a few tens of kilobytes, whatever the brand's size.
    """

    def __init__(self, brand: str, settings: ScoringSettings) -> None:
        self.brand = brand
        self._settings = settings
        self._buckets = Buckets()
        self._baseline = Baseline()
        self._memory = Memory(self._baseline)
        self._hysteresis = Hysteresis(settings)
        self._terms = Terms()
        self._aftermath = Aftermath()
        self._worse = Drift()
        self._better = Drift()
        self._blind = False
        self._candidates: deque[tuple[datetime, float, Mention]] = deque(maxlen=CANDIDATES)

    def observe(self, observation: Observation) -> None:
        """Take in a mention. Late ones teach and never alarm; near-copies count as no voice of their own."""
        o = observation
        mood = o.sentiment.negative - o.sentiment.positive
        traits = traits_of(o.mention, o.lang)
        if o.late:
            if not o.copy:
                self._memory.late(o.at, mood, o.mention.source, o.sentiment.negative, traits)
                self._terms.late(traits.terms)
            return
        self._roll(o.observed_at)
        self._memory.start(o.at)
        author = o.mention.author.id or o.mention.author.handle if o.mention.author else None
        self._buckets.add(
            o.at,
            voice=not o.copy,
            negative=o.sentiment.negative,
            positive=o.sentiment.positive,
            author=author,
            source=o.mention.source,
            traits=traits,
            usual_singular=self._baseline.shares.singular(o.lang),
        )
        if o.copy:
            return
        self._terms.add(o.at, traits.terms, traits.grave)
        if traits.singular is not None:
            self._baseline.shares.learn_singular(o.lang, traits.singular)
        if o.sentiment.negative >= NEGATIVE:
            self._candidates.append((o.at, o.sentiment.negative + 0.1 * log10(1 + traits.audience), o.mention))

    def assess(self, now: datetime) -> Assessment:
        """The score at ``now``, why, and the level."""
        self._roll(now)
        view = self._view(now)
        found = score(signals(), self._settings.weights, view)
        shut, ceiling = gates(found, self._settings, view)
        before = self._hysteresis.level
        if self._hysteresis.update(
            found.points, ceiling, now, may_fall=not self._blind
        ).rank < before.rank and self._aftermath.begin(hour_of(now)):
            self._worse = Drift()
        if self._hysteresis.level is Level.CALM and not self._blind:
            self._aftermath.end()
        unknown = self._blind and self._hysteresis.level.rank < Level.ALERT.rank
        held_down = self._hysteresis.reached(found.points).rank > ceiling.rank
        return Assessment(
            brand=self.brand,
            at=now,
            score=None if unknown else found.points,
            contributions=found.contributions,
            level=self._hysteresis.level,
            evidence=found.evidence,
            gates=shut if held_down else (),
            warming=self._baseline.warming,
            samples=self._samples(now) if self._hysteresis.level is not Level.CALM else (),
            mentions=view.hour.mentions,
            negatives=view.hour.negatives,
            authors=view.hour.authors,
        )

    def loudness(self, now: datetime) -> float | None:
        """Surprise (-log10) of the last hour's voices; ``None`` while nobody can tell. Looking changes nothing."""
        if self._blind or self._baseline.warming:
            return None
        heard = self._buckets.windows(now).hour.heard
        return self._baseline.burst.score_one({"count": heard, "usual": self._baseline.usual(now, 60)})

    def due(self, now: datetime) -> datetime | None:
        """When the level can change although nobody says anything; ``None`` while calm, since silence never raises a
        score.
        """
        if self._hysteresis.level is Level.CALM or (self._blind and self._hysteresis.level is Level.WATCH):
            return None
        leaves = self._hysteresis.due
        following = now + LONG
        return leaves if leaves is not None and now < leaves < following else following

    @property
    def leaves_at(self) -> datetime | None:
        """When the level is left should nothing more be heard; ``None`` while the score bears it out."""
        return self._hysteresis.due

    def came_back(self) -> None:
        """Nobody looked for a while: calm that nobody saw does not count towards leaving the level."""
        self._hysteresis.below_since = None

    def blind(self, is_blind: bool, now: datetime) -> None:
        """Its sources are silent, or speak again: what is heard is a lower bound, the level does not fall, nothing is
        learnt.
        """
        self._roll(now)
        self._blind = is_blind
        self._hysteresis.below_since = None  # calm that nobody saw does not count towards leaving the level
        self._memory.blind(is_blind, now)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown."""
        kept = [candidate for candidate in self._candidates if candidate[2].key != key]
        if len(kept) < len(self._candidates):
            self._candidates = deque(kept, maxlen=CANDIDATES)

    def _roll(self, now: datetime) -> None:
        for hour in self._memory.roll(now, self._buckets):
            if not self._blind:
                window = self._buckets.hour(hour)
                z = self._mood(window.voices, window.mood)
                self._worse.learn_one({"z": z - self._aftermath.expected(hour)})
                if self._hysteresis.level.rank >= Level.ALERT.rank:
                    self._aftermath.bad(z)
                else:
                    self._aftermath.calming(hour, z)
                self._better.learn_one({"z": -z})
                if abs(z) > FLAGGED or max(self._worse.score_one({}), self._better.score_one({})) > DRIFTED:
                    self._memory.flag(hour)

    def _mood(self, voices: int, mood: float) -> float:
        return self._baseline.shift.score_one({"count": voices, "sum": mood, "hours": self._baseline.hours})

    def _tone(self, window: Window, mood: float) -> float:
        return mood if window.mentions == window.voices else self._mood(window.mentions, window.tone)

    def _view(self, now: datetime) -> View:
        windows = self._buckets.windows(now)
        shift = self._mood(windows.shift.voices, windows.shift.mood)
        hour = min(self._mood(windows.hour.voices, windows.hour.mood), shift + AHEAD[1])
        quarter = min(self._mood(windows.quarter.voices, windows.quarter.mood), hour + AHEAD[0])
        lead = (
            0.0 if self._baseline.warming else AHEAD[0]
        )  # of whom little is known, five minutes tell nothing that a quarter does not
        moment = min(self._mood(windows.moment.voices, windows.moment.mood), quarter + lead)
        moods = Scales(moment, quarter, hour, shift)
        pace, sour_pace = self._paces(now, windows)
        return View(
            now=now,
            windows=windows,
            baseline=self._baseline,
            moods=moods,
            tones=Scales(*map(self._tone, windows, moods)),
            pace=pace,
            sour_pace=sour_pace,
            told=self._aftermath.told(hour_of(now)),
            drift=self._worse.score_one({}),
            drifting=self._worse.length,
            terms=self._terms,
        )

    def _paces(self, now: datetime, windows: Scales[Window]) -> tuple[float, float]:
        """How many times the usual number of voices, and of negative ones, are to be expected, by the five hours before
        the last.

        Of both in an aftermath, which is loud anyway; of negative ones while a brand is new, whose own hours say more
        than a prior.
        """
        if (
            not (self._baseline.warming or self._aftermath.told(hour_of(now)))
            or self._hysteresis.level.rank >= Level.ALERT.rank
        ):
            return 1.0, 1.0
        shift, hour = windows.shift, windows.hour
        usual = max(0.0, self._baseline.usual(now, shift.minutes) - self._baseline.usual(now, hour.minutes))
        sour_pace = self._pace(shift.negatives - hour.negatives, usual * self._baseline.shares.negative)
        return 1.0 if self._baseline.warming else self._pace(shift.heard - hour.heard, usual), sour_pace

    def _pace(self, counted: int, usual: float) -> float:
        """How many times the usual, drawn towards once as far as counts scatter anyway; never less."""
        sure = 1.0 / self._baseline.burst.dispersion
        return max(1.0, (counted + sure) / (usual + sure))

    def _samples(self, now: datetime) -> tuple[Mention, ...]:
        fresh = [candidate for candidate in self._candidates if now - candidate[0] <= FRESH]
        fresh.sort(key=lambda candidate: (-candidate[1], candidate[2].key))
        return tuple(mention for _, _, mention in fresh[:SAMPLES])

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "buckets": self._buckets.snapshot(),
            "baseline": self._baseline.snapshot(),
            "memory": self._memory.snapshot(),
            "terms": self._terms.snapshot(),
            "hysteresis": self._hysteresis.snapshot(),
            "drift": [self._worse.snapshot(), self._better.snapshot()],
            "aftermath": self._aftermath.snapshot(),
            "candidates": [[at, weight, encode_mention(mention)] for at, weight, mention in self._candidates],
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave. Blindness is not part of it: sources say anew whether they are well."""
        self._buckets.restore(plain["buckets"])
        self._baseline.restore(plain["baseline"])
        self._memory.restore(plain["memory"])
        self._terms.restore(plain["terms"])
        self._hysteresis.restore(plain["hysteresis"])
        self._worse.restore(plain["drift"][0])
        self._better.restore(plain["drift"][1])
        self._aftermath.restore(plain["aftermath"])
        self._candidates = deque(
            ((at, weight, decode_stored(body)) for at, weight, body in plain["candidates"]), maxlen=CANDIDATES
        )
