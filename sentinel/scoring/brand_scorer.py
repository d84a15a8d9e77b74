"""A brand's scorer: takes observations in, gives the brand's assessment at any instant."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from math import inf
from typing import Any

import msgspec

from sentinel.detectors.drift import Drift
from sentinel.mention import Mention
from sentinel.registry import discover
from sentinel.scoring.aftermath import Aftermath
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.expectation import Expected, came_angry, expected, unless_angry
from sentinel.scoring.expected_events import ExpectedEvents
from sentinel.scoring.gates import OPEN, gates
from sentinel.scoring.hysteresis import Hysteresis
from sentinel.scoring.level import Level
from sentinel.scoring.score import counted, score
from sentinel.scoring.settings import ScoringSettings
from sentinel.scoring.statement import statement_of
from sentinel.scoring.telling_mentions import FRESH, TellingMentions
from sentinel.sentiment.language import UNDETERMINED
from sentinel.signals.base import Compared, Observation, Signal, View
from sentinel.signals.baseline import LOUD, Baseline, at_hour, hour_of
from sentinel.signals.known_event import Foreseen
from sentinel.signals.memory import LAG, Memory
from sentinel.signals.people import People
from sentinel.signals.person import NEGATIVE
from sentinel.signals.terms import Terms
from sentinel.signals.traits import day_only, traits_of
from sentinel.signals.window import Window

FLAGGED, DRIFTED = 2.5, 4.0
"""Standard errors of one hour, and height of a drift either way, from which an hour is no example of the usual mood."""
HIDDEN = 8
"""Angry people beyond the usual from which those who do not praise are judged by themselves, where half of all do."""
MISREAD = 0.05
"""Share of those who praise that the sentiment model reads as angry: they are not among the eight."""
TONGUES = 32
LONG = timedelta(minutes=2)


@cache
def signals() -> dict[str, Signal]:
    """Every signal there is, by name."""
    return {name: signal() for name, signal in discover("sentinel.signals", Signal).items()}


class BrandScorer:
    """Everything learnt about a brand, and what it says now. The state takes a few tens of kilobytes, whatever the
    brand's size.
    """

    def __init__(self, brand: str, settings: ScoringSettings) -> None:
        self.brand = brand
        self._settings = settings
        self._counted = counted(signals(), settings.weights)
        self._people = People()
        self._baseline = Baseline()
        self._memory = Memory(self._baseline)
        self._hysteresis = Hysteresis(settings)
        self._terms = Terms()
        self._aftermath = Aftermath()
        self.events = ExpectedEvents()
        self._worse = Drift()
        self._better = Drift()
        self.is_blind = False
        """Its sources are silent."""
        self._tongues: deque[tuple[datetime, str]] = deque(maxlen=TONGUES)
        self._telling = TellingMentions()

    def observe(self, observation: Observation) -> None:
        """Take in a mention. Late ones teach and never alarm; a near-copy counts its author, and gives them no voice of
        their own.
        """
        o = observation
        traits, own = traits_of(o.mention, o.lang), self._settings.words
        if own is not None and traits.grave is not None and own.has(traits.grave.word):
            traits = msgspec.structs.replace(traits, grave=None)
        said = statement_of(o, traits, self._baseline.shares.singular(o.lang))
        if o.late:
            if not o.copy:
                self._memory.late(o.at, said, o.mention.source)
                self._terms.late(traits.terms)
            return
        self._roll(o.observed_at)
        self._memory.start(o.at)
        author = o.mention.author.id or o.mention.author.handle if o.mention.author else None
        self._people.hear(o.at, author, o.mention.source, said, day_only=day_only(o.mention))
        if not said.original:
            return
        self._terms.add(o.at, traits.terms, traits.grave)
        if traits.singular is not None:
            self._baseline.shares.learn_singular(o.lang, traits.singular)
        if said.unread:
            self._tongues.append((o.at, o.mention.lang or o.lang))
        if o.sentiment.negative >= NEGATIVE or said.unread:
            self._telling.add(o.at, o.sentiment.negative, traits.audience, o.mention)

    def assess(self, now: datetime) -> Assessment:
        """The score at ``now``, why, and the level."""
        self._roll(now)
        view = self._view(now)
        found = score(self._counted, view)
        shut, ceiling = gates(found, self._settings, view) if found.points >= self._settings.thresholds.alert else OPEN
        before = self._hysteresis.level
        level = self._hysteresis.update(found.points, ceiling, now, may_fall=not self.is_blind)
        if level.rank < before.rank and self._aftermath.begin(hour_of(now)):
            self._worse = Drift()
        if level is Level.CALM and not self.is_blind:
            self._aftermath.end()
        unknown = self.is_blind and (level.rank < Level.ALERT.rank or found.points < self._settings.thresholds.watch)
        held_down = bool(shut) and self._hysteresis.reached(found.points).rank > ceiling.rank
        assessment = Assessment(
            brand=self.brand,
            at=now,
            score=None if unknown else found.points,
            contributions=found.contributions,
            level=level,
            evidence=found.evidence,
            gates=shut if held_down else (),
            warming=self._baseline.warming,
            samples=self._telling.shown(now) if level is not Level.CALM else (),
            mentions=view.hour.window.posts,
            negatives=view.hour.window.angry,
            authors=view.hour.window.people,
        )
        return self.events.told(assessment)

    def loudness(self, now: datetime) -> float | None:
        """Surprise (-log10) of the last hour's voices; ``None`` while nobody can tell. Looking changes nothing."""
        if self.is_blind or self._baseline.warming:
            return None
        return self._baseline.surprise(self._people.windows(now).hour.people, self._baseline.usual(now, 60), now, 60)

    def due(self, now: datetime) -> datetime | None:
        """When the level can change although nobody says anything; ``None`` while calm, since silence never raises a
        score.
        """
        if self._hysteresis.level is Level.CALM or (self.is_blind and self._hysteresis.level is Level.WATCH):
            return None
        leaves = self._hysteresis.due
        following = now + LONG
        return leaves if leaves is not None and now < leaves < following else following

    def leaves_at(self, now: datetime, *, unseen: bool) -> datetime | None:
        """When the level is left should nothing more be heard; ``None`` while the score bears it out.

        Of a score that is ``unseen`` nobody can say: when it would be left if calm began now.
        """
        return now + self._settings.leave_after if unseen else self._hysteresis.due

    def came_back(self) -> None:
        """Nobody looked for a while: calm that nobody saw does not count towards leaving the level."""
        self._hysteresis.below_since = None

    def blind(self, is_blind: bool, now: datetime) -> None:
        """Its sources are silent, or speak again: what is heard is a lower bound, the level does not fall, nothing is
        learnt.
        """
        self._roll(now)
        self.is_blind = is_blind
        self._hysteresis.below_since = None  # calm that nobody saw does not count towards leaving the level
        self._memory.blind(is_blind, now)

    @property
    def shows(self) -> bool:
        """Whether it has any mention to show."""
        return bool(self._telling)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown."""
        self._telling.forget(key)

    def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """What may be shown is shown in other words."""
        self._telling.reword(reword)

    def _roll(self, now: datetime) -> None:
        for hour, window in self._memory.roll(now, self._people):
            if not self.is_blind:
                z = self._mood(window)
                self._worse.learn_one({"z": z - self._aftermath.expected(hour)})
                if self._hysteresis.level.rank >= Level.ALERT.rank:
                    self._aftermath.bad(z)
                else:
                    self._aftermath.calming(hour, z)
                self._better.learn_one({"z": -z})
                sour = abs(z) > FLAGGED or max(self._worse.score_one({}), self._better.score_one({})) > DRIFTED
                self._memory.flag(hour, sour=sour, loud=self._is_loud(hour))
                quiet = not sour and self._hysteresis.level.rank < Level.ALERT.rank
                if self.events.are_known:
                    self.events.learn(hour, window.people, self._baseline.usual(at_hour(hour + 1), 60), quiet=quiet)
        self._memory.teach()

    def _is_loud(self, hour: int) -> bool:
        """Whether this hour, just over, and the five before it were unusually loud together."""
        end = at_hour(hour + 1) - timedelta(minutes=1)
        heard = self._memory.heard(hour - LAG + 1, hour)
        if not heard:
            return False
        return self._baseline.surprise(heard, self._baseline.usual(end, 60 * LAG), end, 60 * LAG) >= LOUD

    def _mood(self, window: Window, usual_angry: float = inf) -> float:
        """Standard errors by which people's mood is worse than usual."""
        hours, told = self._baseline.hours, self._baseline.mood
        mood = told.shift(window.voices, window.mood, hours)
        heard = window.people - window.unread
        if heard > window.voices:
            mood = min(mood, told.shift(heard, window.tone, hours))
        praise = heard - window.rest
        if 2 * praise >= heard and window.angry - usual_angry - MISREAD * praise >= HIDDEN:
            mood = max(mood, self._baseline.rest_mood.shift(window.rest, window.rest_tone, hours))
        return mood

    def _view(self, now: datetime) -> View:
        hour, baseline = hour_of(now), self._baseline
        heard, told = self._people.windows(now), self._aftermath.lasts(hour)
        usual = expected(baseline, heard, now, raised=self._expects_more(hour), told=told)
        came, foreseen = came_angry(heard, usual, baseline.shares), self.events.foreseen(now)
        read = tuple(map(self._compared, heard, usual, came, foreseen))
        return View(
            now=now,
            read=read,
            hour=read[2],
            baseline=baseline,
            scatter=baseline.scatter(hour),
            told=self._aftermath.told(hour),
            drift=self._worse.score_one({}),
            drifting=self._worse.length,
            terms=self._terms,
            tongues=self._heard_tongues(now) if self._tongues else (),
        )

    def _compared(self, window: Window, usual: Expected, came: float, event: Foreseen) -> Compared:
        mood = self._mood(window, usual.angry) if window.people else 0.0
        foreseen = unless_angry(event, came) if event.doubt else event
        return Compared(window, usual.people, usual.angry, usual.grave, mood, came, foreseen)

    def _heard_tongues(self, now: datetime) -> tuple[str, ...]:
        """The languages of the last hour that the model does not read, the most frequent first; what nobody names is
        left out.
        """
        heard = [
            lang.partition("-")[0].lower() for at, lang in self._tongues if now - at <= FRESH and lang != UNDETERMINED
        ]
        return tuple(sorted(set(heard), key=lambda lang: (-heard.count(lang), lang)))

    def _expects_more(self, hour: int) -> bool:
        """Whether more than the usual is to be expected: in an aftermath, and of a brand that is new."""
        lasting = self._baseline.warming or self._aftermath.lasts(hour)
        return lasting and self._hysteresis.level.rank < Level.ALERT.rank

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "people": self._people.snapshot(),
            "baseline": self._baseline.snapshot(),
            "memory": self._memory.snapshot(),
            "terms": self._terms.snapshot(),
            "hysteresis": self._hysteresis.snapshot(),
            "drift": [self._worse.snapshot(), self._better.snapshot()],
            "aftermath": self._aftermath.snapshot(),
            "events": self.events.snapshot(),
            "tongues": [[at, lang] for at, lang in self._tongues],
            "candidates": self._telling.snapshot(),
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave. Blindness is not part of it: sources say anew whether they are well."""
        self._people.restore(plain["people"])
        self._baseline.restore(plain["baseline"])
        self._memory.restore(plain["memory"])
        self._terms.restore(plain["terms"])
        self._hysteresis.restore(plain["hysteresis"])
        self._worse.restore(plain["drift"][0])
        self._better.restore(plain["drift"][1])
        self._aftermath.restore(plain["aftermath"])
        self.events.restore(plain["events"])
        self._tongues = deque(((at, lang) for at, lang in plain["tongues"]), maxlen=TONGUES)
        self._telling.restore(plain["candidates"])
