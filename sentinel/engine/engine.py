"""The fold: mentions and instants in, changes out. The daemon, `replay`, a test and a recovery run this very code.

No I/O, no clock, no tasks: ``now`` is an argument, and the same calls in the same order give the same answers, to the
byte.
"""

import heapq
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sentinel.engine.brand_state import BrandState
from sentinel.engine.calendar import Calendar
from sentinel.engine.classification import Classifier, Hear
from sentinel.engine.drills import Drills
from sentinel.engine.online_training import OnlineTraining
from sentinel.engine.sector import Sector
from sentinel.engine.setup import EngineSetup
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event, EventName
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.lifecycle import assessed, commanded, step_failed
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from sentinel.sentiment.apprentice import Apprentice
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.teaching import Teaching
from sentinel.signals.base import Observation

VERSION = 5
"""Of the snapshot; a checkpoint of another version is rebuilt from the journal."""


class Engine:
    """All brands' running state.

    Parameters
    ----------
    setup
        Brands, rules and spans.
    model
        The sentiment model, fresh from its seed; an apprentice of it learns from ratings and corrections as they come.
    """

    def __init__(self, setup: EngineSetup, model: SentimentModel) -> None:
        self.apprentice = Apprentice(model)
        self.model = self.apprentice.serving
        self._ear = Classifier(self.apprentice)
        self.hear: Hear = self._ear.hear
        """Text and declared language to language and sentiment; whoever folds a recording again may let it hear what it
        heard.
        """
        self.folded_at: datetime | None = None
        self.school = OnlineTraining(self.apprentice)
        self.assessments: list[Assessment] = []
        """Of the latest `assess`, in the brands' order."""
        self._blind: set[str] = set()
        self._drills = Drills.none()
        self._silences: tuple[Silence, ...] = ()
        self._oncall: tuple[Override | Swap, ...] = ()
        self._configure(setup, {})

    def _configure(self, setup: EngineSetup, known: dict[str, BrandState]) -> None:
        self.setup = setup
        self.calendar = Calendar(setup.campaigns, self._silences)
        self._staff()
        self.matcher = Matcher([each.brand for each in setup.brands])
        self.brands = [known.get(each.brand.name) or BrandState.fresh(each) for each in setup.brands]
        self._by_name = {each.brand.name: state for each, state in zip(setup.brands, self.brands, strict=True)}
        self._sector = Sector(setup.brands, self._by_name)
        self._due: list[tuple[datetime, int]] = []

    def reconfigure(self, setup: EngineSetup, now: datetime) -> None:
        """Take a new configuration: brands that stay keep their history and incidents, all are looked at again at
        once.
        """
        kept = {
            name: BrandState.kept(state, each)
            for each in setup.brands
            if (state := self._by_name.get(name := each.brand.name))
        }
        self._configure(setup, kept)
        self.look_again(now)

    def look_again(self, now: datetime) -> None:
        """Every brand is due: what they are judged by may have changed."""
        for index in range(len(self.brands)):
            self._wake(index, now)

    # -- mentions
    # -----------------------------------------------------------------------------------------------------------

    def observe(self, mention: Mention, observed_at: datetime) -> list[Observation]:
        """Take in one mention; gives what it means to each brand it is about, nothing when it is about none."""
        self.folded_at = observed_at
        matches = self.matcher.match(mention)
        if not matches:
            return []
        text = f"{mention.title}. {mention.text}" if mention.title else mention.text
        lang, said = self.hear(text, mention.lang)
        sentiment = said if mention.rating is None else self.school.rated(text, lang, said, mention, observed_at)
        at = mention.event_at(observed_at)
        late = observed_at - at > max(self.setup.grace, self.setup.lags.get(mention.source, self.setup.grace))
        observations = []
        for index in matches:
            state = self.brands[index]
            observation = Observation(
                mention=mention,
                brand=state.name,
                at=at,
                observed_at=observed_at,
                lang=lang,
                sentiment=sentiment,
                late=late,
                copy=state.voices.is_copy(text, at),
            )
            state.watch.observe(observation)
            state.observed_at = observed_at
            self._wake(index, observed_at)
            observations.append(observation)
        if (
            self.setup.emoji_weight > 0
            and mention.rating is None
            and not late
            and not any(each.copy for each in observations)
        ):
            self.school.overheard(text, lang, mention, self.setup.emoji_weight, observed_at)
        return observations

    def teach(self, teaching: Teaching, at: datetime) -> None:
        """Hear what a person tells the sentiment model; whether it is believed is the apprentice's to say."""
        self.folded_at = at
        self.school.told(teaching, at)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown. What was learnt from its being said stays."""
        for state in self.brands:
            state.watch.forget(key)

    # -- the clock
    # ----------------------------------------------------------------------------------------------------------

    def due(self) -> datetime | None:
        """The earliest instant at which `assess` has something to do."""
        brand_due, drill_due = self._brand_due(), self._drills.due() if self._drills.running else None
        return min((at for at in (brand_due, drill_due) if at is not None), default=None)

    def _brand_due(self) -> datetime | None:
        while self._due and self.brands[self._due[0][1]].due != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def assess(self, now: datetime, *, decide: bool = True) -> list[Change]:
        """Score the brands that are due and decide what follows.

        Parameters
        ----------
        decide
            False while a recovery catches up to what was already decided and committed: models move, incidents do not.
        """
        self.folded_at = now
        changes = []
        self.assessments = []
        for index in self._take_due(now):
            state = self.brands[index]
            assessment = self._sector.told(self.calendar.cap(state.watch.assess(now)), now)
            if self._blind and (unseen := self.blind_for(index)):
                assessment = replace(assessment, unseen=unseen)
            state.assessment = assessment
            self.assessments.append(assessment)
            silence = self.calendar.silence(state.name, now)
            if decide and (
                change := assessed(
                    state.incident, assessment, self.rules, state.policy, state.observed_at, silence=silence
                )
            ):
                state.incident = change.incident
                changes.append(change)
            self._wake_following(index, now)
        if decide and self._drills.running:
            changes += self._drills.assess({state.name: state.policy for state in self.brands}, self.rules, now)
        return changes

    def _wake_following(self, index: int, now: datetime) -> None:
        """When a brand wants to be looked at next: for what it heard, for its incident, for what the calendar has."""
        state, times = self.brands[index], [self.brands[index].watch.due(now)]
        if state.incident is not None:
            times.append(state.incident.next_at)
        if (state.incident is not None and state.incident.live) or (
            state.assessment is not None and state.assessment.campaign
        ):
            times.append(self.calendar.next_edge(state.name, now))
        for following in times:
            if following is not None:
                self._wake(index, following)

    def _take_due(self, now: datetime) -> list[int]:
        taken = []
        while (at := self._brand_due()) is not None and at <= now:
            _, index = heapq.heappop(self._due)
            self.brands[index].due = None
            taken.append(index)
        return sorted(taken)

    def _wake(self, index: int, at: datetime) -> None:
        state = self.brands[index]
        if state.due is None or at < state.due:
            state.due = at
            heapq.heappush(self._due, (at, index))

    # -- people and the outside
    # -------------------------------------------------------------------------------------------

    def incident(self, incident_id: str) -> Incident | None:
        """The incident of that name, if it is some brand's latest or a running drill."""
        if (drill := self._drills.running.get(incident_id)) is not None:
            return drill
        return next((s.incident for s in self.brands if s.incident and s.incident.id == incident_id), None)

    def command(self, command: Command, now: datetime) -> Change | Refusal:
        """Do what a person asks."""
        incident = self.incident(command.incident)
        if incident is None:
            return Refusal.UNKNOWN
        silence = None if incident.drill else self.calendar.silence(incident.brand, now)
        answer = commanded(incident, command, self.rules, now, silence=silence)
        return answer if isinstance(answer, Refusal) else self.took(answer)

    def step_failed(self, failed: StepFailed, now: datetime) -> Change | None:
        """A page reached nobody."""
        incident = self.incident(failed.incident)
        change = incident and step_failed(incident, failed, self.rules, now)
        return self.took(change) if change else None

    def drill(self, brand: str, level: Level, now: datetime) -> Change | Incident | None:
        """Begin a drill, or the one that is running already; ``None`` when there is no such brand."""
        state = self._by_name.get(brand)
        return self._drills.begin(brand, level, state.policy, self.rules, now) if state else None

    def set_silences(self, silences: Iterable[Silence], now: datetime) -> None:
        """These are the silences from now on; whoever may be touched by a change is looked at again."""
        self._silences = tuple(silences)
        self.calendar = Calendar(self.setup.campaigns, self._silences)
        self.look_again(now)

    def set_oncall(self, changes: Iterable[Override | Swap]) -> None:
        """These are the changes of schedules from now on; they count from the next page on."""
        self._oncall = tuple(changes)
        self._staff()

    def _staff(self) -> None:
        overrides = [each for each in self._oncall if isinstance(each, Override)]
        swaps = [each for each in self._oncall if isinstance(each, Swap)]
        self.rules = replace(self.setup.rules, roster=self.setup.rules.roster.with_changes(overrides, swaps))

    def took(self, change: Change) -> Change:
        """Go on with an incident that `incident` knows as a change leaves it."""
        if change.incident.drill:
            return self._drills.took(change)
        index = next(
            i for i, state in enumerate(self.brands) if state.incident and state.incident.id == change.incident.id
        )
        self.brands[index].incident = change.incident
        if change.incident.next_at is not None:
            self._wake(index, change.incident.next_at)
        return change

    def adopt(self, incidents: Iterable[Incident]) -> None:
        """Take the incidents that the store holds, at a start."""
        known = list(incidents)
        self._drills.adopt(incident for incident in known if incident.drill)
        for incident in known:
            if not incident.drill and (state := self._by_name.get(incident.brand)) is not None:
                state.incident = incident
                if incident.next_at is not None:
                    self._wake(self.brands.index(state), incident.next_at)

    def source_changed(self, source: str, fresh: bool, now: datetime) -> list[Event]:
        """A source went silent or came back: the scores of its brands are lower bounds, or whole again."""
        if fresh == (source not in self._blind):
            return []
        self._blind ^= {source}
        name = EventName.SOURCE_RECOVERED if fresh else EventName.SOURCE_STALE
        events = []
        for index, (each, state) in enumerate(zip(self.setup.brands, self.brands, strict=True)):
            if each.sources and source not in each.sources:
                continue
            state.watch.blind(bool(self.blind_for(index)), now)
            self._wake(index, now)
            seen = state.assessment
            shown = seen if seen is not None and seen.level.rank >= Level.ALERT.rank else None
            incident = state.incident.id if state.incident and state.incident.live else None
            events.append(
                Event(
                    event=name,
                    at=now,
                    brand=state.name,
                    incident=incident,
                    level=seen.level if seen else None,
                    score=shown.score if shown else None,
                    contributions=shown.contributions if shown and shown.score is not None else {},
                    source=source,
                    unseen=self.blind_for(index),
                )
            )
        return events

    def blind_for(self, index: int) -> tuple[str, ...]:
        """The silent sources that may hide mentions of this brand."""
        listens = self.setup.brands[index].sources
        return tuple(sorted(source for source in self._blind if not listens or source in listens))

    # -- state
    # --------------------------------------------------------------------------------------------------------------

    def snapshot(self) -> object:
        """Everything the fold has learnt, as plain values; incidents are not in it, the store holds them."""
        return {
            "folded_at": self.folded_at,
            "model": self.apprentice.snapshot(),
            "brands": {s.name: s.snapshot() for s in self.brands},
        }

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave.

        Brands it does not know start fresh, brands it has and we do not are dropped.
        """
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self.apprentice.restore(plain["model"])
        self._ear.forget()
        self.folded_at = plain["folded_at"]
        for index, state in enumerate(self.brands):
            if (saved := plain["brands"].get(state.name)) is not None:
                state.restore(saved)
                if state.due is not None:
                    heapq.heappush(self._due, (state.due, index))
