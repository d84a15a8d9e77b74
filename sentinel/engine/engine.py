"""The fold: mentions and instants in, changes out. The daemon, `replay`, a test and a recovery run this very code.

No I/O, no clock, no tasks: ``now`` is an argument, and the same calls in the same order give the same answers, to the
byte.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sentinel.engine.absence import Absence
from sentinel.engine.brand_state import BrandState
from sentinel.engine.calendar import Calendar
from sentinel.engine.classification import Classifier, Hear
from sentinel.engine.drills import Drills
from sentinel.engine.online_training import OnlineTraining
from sentinel.engine.removed_brands import RemovedBrands
from sentinel.engine.sector import Sector
from sentinel.engine.setup import EngineSetup
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event, EventName
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.lifecycle import assessed, commanded, step_failed
from sentinel.matching.author_ignore import AuthorIgnore, AuthorIgnoreSet
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.teaching import Teaching
from sentinel.signals.base import Observation
from sentinel.silent_part import part_of

VERSION = 6
"""Of the snapshot; a checkpoint of another version is rebuilt from the journal."""


class Engine:
    """All brands' running state.

    Parameters
    ----------
    setup
        Brands, rules and spans.
    model
        The sentiment model, fresh from its seed; a copy of it learns from ratings and corrections as they come.
    """

    def __init__(self, setup: EngineSetup, model: SentimentModel) -> None:
        self.learning = LearningModel(model)
        self.model = self.learning.serving
        self._classifier = Classifier(self.learning)
        self.hear: Hear = self._classifier.hear
        """Text and declared language to language and sentiment; whoever folds a recording again may let it hear what it
        heard.
        """
        self.folded_at: datetime | None = None
        self.training = OnlineTraining(self.learning)
        self.assessments: list[Assessment] = []
        """Of the latest `assess`, in the brands' order."""
        self._blind: set[str] = set()
        self.clock_doubted = False
        """The wall clock stands behind the journal: what looks calm may only be dated wrongly."""
        self._absence = Absence()
        self._drills = Drills.none()
        self.removed = RemovedBrands.none()
        self._silences: tuple[Silence, ...] = ()
        self._oncall: tuple[Override | Swap, ...] = ()
        self.author_ignores: tuple[AuthorIgnore, ...] = setup.author_ignores
        """Chosen by people while the daemon runs, besides those of the configuration."""
        self._configure(setup, {})

    def _configure(self, setup: EngineSetup, known: dict[str, BrandState]) -> None:
        self.setup = setup
        self.calendar = Calendar(setup.campaigns, self._silences)
        self._staff()
        self.matcher = Matcher([each.brand for each in setup.brands])
        self.ignore_authors(self.author_ignores)
        self.brands = [known.get(each.brand.name) or BrandState.fresh(each) for each in setup.brands]
        self._with_own = [index for index, each in enumerate(setup.brands) if each.brand.own]
        self._by_name = {each.brand.name: state for each, state in zip(setup.brands, self.brands, strict=True)}
        self._sector = Sector(setup.brands, self._by_name)
        self._due: list[tuple[datetime, int]] = []

    def reconfigure(self, setup: EngineSetup, now: datetime) -> None:
        """Take a new configuration: brands that stay, perhaps under another name, keep their history and incidents;
        incidents of brands that are gone climb on. All are looked at again at once.
        """
        before = dict(self._by_name)
        self._silences = tuple(each.renamed(setup.renamed) for each in self._silences)
        kept = {}
        for each in setup.brands:
            if (known := next((name for name in (each.brand.name, *each.was) if name in before), None)) is not None:
                kept[each.brand.name] = BrandState.kept(before.pop(known), each)
                self._drills.rename(known, each.brand.name)
        self._configure(setup, kept)
        self.removed.keep(state.incident for state in before.values() if state.incident is not None)
        for state in self.brands:
            if state.incident is None or state.incident.state is State.CLOSED:
                state.incident = self.removed.returned(state.name) or state.incident
        for index, state in enumerate(self.brands):
            if self._blind:  # which sources are silent is no part of what a brand keeps
                state.watch.blind(bool(self.blind_for(index)), now)
        self.look_again(now)

    def look_again(self, now: datetime) -> None:
        """Every brand is due: what they are judged by may have changed."""
        for index in range(len(self.brands)):
            self._wake(index, now)

    # -- mentions
    # -----------------------------------------------------------------------------------------------------------

    def observe(self, mention: Mention, observed_at: datetime, behind: timedelta = timedelta(0)) -> list[Observation]:
        """Take in one mention; gives what it means to each brand it is about, nothing when it is about none.

        ``behind``: how far the wall clock stood behind ``observed_at``. Whether the mention is late is judged by the
        wall, which it was published by.
        """
        self.folded_at = observed_at
        matches = self._about(mention, observed_at)
        if not matches:
            return []
        text = f"{mention.title}. {mention.text}" if mention.title else mention.text
        lang, said = self.hear(text, mention.lang)
        sentiment = said if mention.rating is None else self.training.rated(text, lang, said, mention, observed_at)
        at = mention.event_at(observed_at, behind)
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
        return observations

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of, or answered."""
        return bool(self.matcher.match(mention)) or next(self._answered(mention), None) is not None

    def _answered(self, mention: Mention) -> Iterator[int]:
        """The brands one of whose own posts it answers or quotes."""
        return (index for index in self._with_own if self.brands[index].own.is_addressed(mention))

    def _about(self, mention: Mention, at: datetime) -> tuple[int, ...]:
        """The brands that it says something of, as somebody else: not the brand itself, nobody who is ignored."""
        matches = self.matcher.match(mention)
        if self._with_own:
            matches = tuple(sorted({*matches, *self._answered(mention)}))
        voiced = self._ignored.without(self.matcher.voiced(matches, mention, at), mention, at)
        for index in self._with_own:
            if index in matches and index not in voiced and self.brands[index].own.wrote(mention, at):
                self._wake(index, at)  # an answer of the brand may have to be noted
        return voiced

    def teach(self, teaching: Teaching, at: datetime) -> None:
        """Hear what a person tells the sentiment model; whether it is believed is the learning's to say."""
        self.folded_at = at
        self.training.told(teaching, at)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown. What was learnt from its being said stays."""
        for state in self.brands:
            state.watch.forget(key)

    # -- the clock
    # ----------------------------------------------------------------------------------------------------------

    def due(self) -> datetime | None:
        """The earliest instant at which `assess` has something to do."""
        drill_due = self._drills.due() if self._drills.running else None
        times = (self._brand_due(), drill_due, self.removed.due())
        return min((at for at in times if at is not None), default=None)

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
        changes: list[Change] = []
        self.assessments = []
        for index in self._take_due(now):
            state = self.brands[index]
            assessment = self._sector.told(self.calendar.cap(state.watch.assess(now)), now)
            if self._blind and (unseen := self.blind_for(index)):
                assessment = replace(assessment, unseen=unseen)
            if self.clock_doubted and assessment.level.rank < Level.ALERT.rank:
                assessment = replace(assessment, score=None)
            state.assessment = assessment
            self.assessments.append(assessment)
            if decide:
                changes += self._decide(state, assessment, now)
            self._wake_following(index, now)
        self._absence.over()
        if decide and self._drills.running:
            changes += self._drills.assess({state.name: state.policy for state in self.brands}, self.rules, now)
        if decide:
            changes += self.removed.assess(self.rules, self.calendar.silence, now)
        return changes

    def _decide(self, state: BrandState, assessment: Assessment, now: datetime) -> Iterator[Change]:
        if change := self._decided(state, assessment, now):
            state.incident = change.incident
            yield change
        if state.incident is not None and (noted := state.own.replied(state.incident, now)):
            state.incident = noted.incident
            yield noted

    def _decided(self, state: BrandState, assessment: Assessment, now: datetime) -> Change | None:
        """What an assessment does to the brand's incident; after an absence it may be left alone at first."""
        leaves_at = state.watch.leaves_at if assessment.score is not None else None
        held = self._absence.holds(state.name, state.incident, leaves_at, now)
        if isinstance(held, Change) or held:
            return held if isinstance(held, Change) else None
        silence = self.calendar.silence(state.name, now)
        return assessed(state.incident, assessment, self.rules, state.policy, state.observed_at, silence=silence)

    def doubt_clock(self, doubted: bool, now: datetime) -> None:
        """The wall clock stands behind the journal, or no longer: every brand is looked at again."""
        if doubted != self.clock_doubted:
            self.clock_doubted = doubted
            self.look_again(now)

    def come_back(self, now: datetime, *, away: bool) -> None:
        """The next `assess`, at ``now``, is the first after an absence: what was missed is not made up for blindly.

        ``away``: nobody looked for so long that calm before it does not count any more.
        """
        self._absence.come_back()
        if away:
            for state in self.brands:
                state.watch.came_back()
        self.look_again(now)

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
        if (left := self.removed.incidents.get(incident_id)) is not None:
            return left
        return next((s.incident for s in self.brands if s.incident and s.incident.id == incident_id), None)

    def live_incidents(self) -> list[Incident]:
        """Those that are not over, drills left out: of every brand, also of those that are no longer configured."""
        own = (state.incident for state in self.brands if state.incident is not None)
        return [each for each in (*own, *self.removed.incidents.values()) if each.live]

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

    def ignore_authors(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, each from its beginning to its end."""
        self.author_ignores = tuple(ignores)
        names = [(each.brand.name, *each.was) for each in self.setup.brands]
        self._ignored = AuthorIgnoreSet(self.author_ignores, names)

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
        if change.incident.id in self.removed.incidents:
            return self.removed.took(change)
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
        self.removed.keep(each for each in known if not each.drill and each.brand not in self._by_name)

    def source_changed(self, source: str, fresh: bool, now: datetime) -> list[Event]:
        """A source, or a part of it by its name, went silent or came back: the scores of its brands are lower bounds,
        or whole again.
        """
        if fresh == (source not in self._blind):
            return []
        self._blind ^= {source}
        name = EventName.SOURCE_RECOVERED if fresh else EventName.SOURCE_STALE
        events = []
        for index, (each, state) in enumerate(zip(self.setup.brands, self.brands, strict=True)):
            if not _listens(each.sources, source):
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
        return tuple(sorted(source for source in self._blind if _listens(listens, source)))

    # -- state
    # --------------------------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        """Everything the fold has learnt, as plain values; incidents are not in it, the store holds them."""
        return {
            "folded_at": self.folded_at,
            "model": self.learning.snapshot(),
            "brands": {s.name: s.snapshot() for s in self.brands},
        }

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave.

        Brands it does not know start fresh, brands it has and we do not are dropped.
        """
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self.learning.restore(plain["model"])
        self._classifier.forget()
        self.folded_at = plain["folded_at"]
        for index, (each, state) in enumerate(zip(self.setup.brands, self.brands, strict=True)):
            names = (state.name, *each.was)
            if (saved := next((plain["brands"][name] for name in names if name in plain["brands"]), None)) is not None:
                state.restore(saved)
                if state.due is not None:
                    heapq.heappush(self._due, (state.due, index))


def _listens(sources: tuple[str, ...], name: str) -> bool:
    """Whether a brand that listens to these sources (none: to all) needs this one, or the one that it is a part of."""
    return not sources or any(part_of(each, name) is not None for each in sources)
