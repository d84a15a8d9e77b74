"""Engine: mentions and instants in, changes out. The daemon, `replay`, a test and a recovery run this very code.

No I/O, no clock, no tasks: ``now`` is an argument, and the same calls in the same order give the same answers, to the
byte.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sentinel.engine.absence import Absence
from sentinel.engine.brand_decision import decisions, looks_again
from sentinel.engine.brand_state import BrandState
from sentinel.engine.calendar import Calendar
from sentinel.engine.drills import Drills
from sentinel.engine.due_brands import DueBrands
from sentinel.engine.kept_brands import KeptBrands
from sentinel.engine.known_calendars import KnownCalendars
from sentinel.engine.known_incidents import KnownIncidents
from sentinel.engine.mention_reader import MentionReader
from sentinel.engine.removed_brands import RemovedBrands
from sentinel.engine.sector import Sector
from sentinel.engine.setup import EngineSetup
from sentinel.engine.silent_sources import SilentSources
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.lifecycle import commanded, step_failed
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.matching.duplicates import remembered_of
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.event_calendar import CalendarVersion
from sentinel.scoring.level import Level
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.teaching import Teaching
from sentinel.signals.base import Observation

MANY = 1_000_000
"""More brands than there are."""
VERSION = 7
"""Of the snapshot; a checkpoint of another version is rebuilt from the journal."""


class Engine:
    """All brands' running state under a ``setup``. The sentiment ``model`` is fresh from its seed; a copy of it learns
    from ratings and corrections as they come.
    """

    def __init__(self, setup: EngineSetup, model: SentimentModel) -> None:
        self.reader = MentionReader(model)
        self.learning = self.reader.learning
        self.training = self.reader.training
        self.model = self.learning.serving
        self.folded_at: datetime | None = None
        self.assessments: list[Assessment] = []
        """Of the latest `assess`, in the brands' order."""
        self.silent = SilentSources()
        self.clock_doubted = False
        """The wall clock stands behind the journal: what looks calm may only be dated wrongly."""
        self._absence = Absence()
        self._drills = Drills.none()
        self.removed = RemovedBrands.none()
        self._silences: tuple[Silence, ...] = ()
        self._oncall: tuple[Override | Swap, ...] = ()
        self.calendars = KnownCalendars(setup.calendar_versions)
        self.author_ignores = setup.author_ignores
        self._configure(setup, {})

    def _configure(self, setup: EngineSetup, known: dict[str, BrandState], matcher: Matcher | None = None) -> None:
        self.setup = setup
        self.calendar = Calendar(setup.campaigns, setup.recurring, self._silences)
        self.rules = self.setup.rules.with_oncall(self._oncall)
        voices = remembered_of(len(setup.brands))
        self.brands = [known.get(each.brand.name) or BrandState(each, voices) for each in setup.brands]
        self._by_name = {each.brand.name: state for each, state in zip(setup.brands, self.brands, strict=True)}
        self.reader.configure(setup, self.brands, self.author_ignores, matcher)
        self._sector = Sector(setup.brands, self._by_name)
        self.calendars.configure(setup.calendars, self.brands)
        self._due = DueBrands(self.brands)
        self._incidents = KnownIncidents(self.brands, self._due, self._drills, self.removed)
        self._showing = {index for index, state in enumerate(self.brands) if state.shows}
        """Places of brands that may have mentions to show."""

    def reconfigure(self, setup: EngineSetup, now: datetime, kept: KeptBrands | None = None) -> None:
        """Take a new configuration: brands that stay, perhaps under another name, keep their history and incidents;
        incidents of brands that are gone climb on. All are looked at again. ``kept``, where it is worked out already.
        """
        kept = kept or KeptBrands(setup, self.brands)
        kept.go_on(MANY)
        for before, name in kept.renamed.items():
            self._drills.rename(before, name)
        self._silences = tuple(each.renamed(setup.renamed) for each in self._silences)
        self._configure(setup, kept.stay, kept.matcher)
        self.removed.keep(state.incident for state in kept.gone.values() if state.incident is not None)
        self._incidents.take_back()
        self.silent.tell(setup.brands, self.brands, now)
        self.look_again(now)

    def put_off_quiet(self) -> None:
        """Brands that only wait for a look at all of them are due at no instant: another such look comes."""
        self._due.put_off_quiet()

    def look_again(self, now: datetime) -> None:
        """Every brand is due: what they are judged by may have changed."""
        self._due.add_all(now, self.setup.tick)

    def observe(self, mention: Mention, observed_at: datetime, behind: timedelta = timedelta(0)) -> list[Observation]:
        """Take in one mention; gives what it means to each brand it is about, nothing when it is about none.

        ``behind``: how far the wall clock stood behind ``observed_at``. Whether the mention is late is judged by the
        wall, which it was published by.
        """
        self.folded_at = observed_at
        spoke, read = self.reader.read(mention, observed_at, behind)
        for index in spoke:
            self.brands[index].spoke()
            self._due.add(index, observed_at)
        for index, observation in read:
            state = self.brands[index]
            state.watch.observe(observation)
            state.observed_at = observed_at
            self._showing.add(index)
            self._due.add(index, observed_at)
        return [observation for _, observation in read]

    def teach(self, teaching: Teaching, at: datetime) -> None:
        """Hear what a person tells the sentiment model; whether it is believed is the learning's to say."""
        self.folded_at = at
        self.training.told(teaching, at)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown, nor in incidents that run. What was learnt from
        its being said stays.
        """
        self._reword(lambda state: state.forget(key), lambda each: each.without_sample(key))

    def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """Mentions that may be shown are shown in other words from now on: those in which the journal has them now."""
        self._reword(lambda state: state.reword(reword), lambda each: each.reworded(reword))

    def _reword(self, brand: Callable[[BrandState], None], incident: Callable[[Incident], Incident]) -> None:
        for index in sorted(self._showing | self._incidents.places):
            brand(self.brands[index])
            if not self.brands[index].shows:
                self._showing.discard(index)
        self.removed.incidents = {id: incident(each) for id, each in self.removed.incidents.items()}

    def due(self) -> datetime | None:
        """The earliest instant at which `assess` has something to do."""
        times = (self._due.first(), self._drills.due(), self.removed.due())
        return min(filter(None, times), default=None)

    def assess(self, now: datetime, *, decide: bool = True) -> list[Change]:
        """Score the brands that are due and decide what follows. ``decide`` is False while a recovery catches up to
        what was already decided and committed: models move, incidents do not.
        """
        return [change for part in self.assess_in_slices(now, decide=decide) for change in part]

    def assess_in_slices(self, now: datetime, *, decide: bool = True, most: int = MANY) -> Iterator[list[Change]]:
        """The same, with a break after each ``most`` brands, at which nothing is given; all changes come at the end.
        Whoever breaks off lets nobody else at the engine meanwhile.
        """
        self.folded_at = now
        changes: list[Change] = []
        self.assessments = []
        for place, index in enumerate(self._due.taken(now), 1):
            if place % most == 0:
                yield []
            state = self.brands[index]
            assessment = self._sector.told(self.calendar.cap(state.watch.assess(now)), now)
            if self.silent and (unseen := self.blind_for(index)):
                assessment = replace(assessment, unseen=unseen)
            if self.clock_doubted and assessment.level.rank < Level.ALERT.rank:
                assessment = replace(assessment, score=None)
            state.assessment = assessment
            self.assessments.append(assessment)
            if decide:
                changes += decisions(state, assessment, self.rules, self.calendar, self._absence, now)
                self._incidents.opened(index)
            self._due.add(index, *looks_again(state, self.calendar, now))
        self._absence.over()
        if decide and self._drills.running:
            changes += self._drills.assess({state.name: state.policy for state in self.brands}, self.rules, now)
        if decide:
            changes += self.removed.assess(self.rules, self.calendar.silence, now)
        yield changes

    def doubt_clock(self, doubted: bool, now: datetime) -> None:
        """The wall clock stands behind the journal, or no longer: every brand is looked at again."""
        if doubted != self.clock_doubted:
            self.clock_doubted = doubted
            self.look_again(now)

    def come_back(self, *, away: bool) -> None:
        """The next `assess` is the first after an absence: what was missed is not made up for blindly.

        ``away``: nobody looked for so long that calm before it does not count any more.
        """
        self._absence.come_back()
        if away:
            for state in self.brands:
                state.came_back()

    def incident(self, incident_id: str) -> Incident | None:
        """The incident of that name, if it is some brand's latest or a running drill."""
        return self._incidents.find(incident_id)

    def live_incidents(self) -> list[Incident]:
        """Those that are not over, drills left out: of every brand, also of those that are no longer configured."""
        return self._incidents.live()

    def command(self, command: Command, now: datetime) -> Change | Refusal:
        """Do what a person asks."""
        incident = self.incident(command.incident)
        if incident is None:
            return Refusal.UNKNOWN
        silence = None if incident.drill else self.calendar.silence(incident.brand, now, incident.contributions)
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
        self.calendar = Calendar(self.setup.campaigns, self.setup.recurring, self._silences)
        self.look_again(now)

    def set_calendars(self, versions: Iterable[CalendarVersion], now: datetime) -> None:
        """This is what calendars of events hold, and held when; whoever they concern is looked at again."""
        self._due.look_at(self.calendars.take(versions, self.brands), now, self.setup.tick)

    def ignore_authors(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, each from its beginning to its end."""
        self.author_ignores = tuple(ignores)
        self.reader.ignore(self.author_ignores)

    def set_oncall(self, changes: Iterable[Override | Swap]) -> None:
        """These are the changes of schedules from now on; they count from the next page on."""
        self._oncall = tuple(changes)
        self.rules = self.setup.rules.with_oncall(self._oncall)

    def took(self, change: Change) -> Change:
        """Go on with an incident that `incident` knows as a change leaves it."""
        return self._incidents.take(change)

    def adopt(self, incidents: Iterable[Incident]) -> None:
        """Take the incidents that the store holds, at a start; not those of brands that other engines fold."""
        self._incidents.adopt(incidents, self.setup.names_elsewhere)

    def source_changed(self, source: str, fresh: bool, now: datetime) -> list[Event]:
        """A source, or part of it, went silent or came back: its brands' scores are lower bounds, or whole again."""
        return [event for part in self.source_changed_in_slices(source, fresh, now) for event in part]

    def source_changed_in_slices(
        self, source: str, fresh: bool, now: datetime, most: int = MANY
    ) -> Iterator[list[Event]]:
        """The same, with a break after each ``most`` brands; whoever breaks off lets nobody else at the engine."""
        told, places = self.silent.turn(source, fresh, self.setup.brands, self.brands, now), list[int]()
        while part := list(islice(told, most)):
            places += (index for index, _ in part)
            yield [event for _, event in part]
        self._due.look_at(places, now, self.setup.tick)

    def blind_for(self, index: int) -> tuple[str, ...]:
        """The silent sources that may hide mentions of this brand."""
        return self.silent.hiding(self.setup.brands[index].sources)

    def snapshot(self) -> dict[str, object]:
        """Everything the fold has learnt, as plain values; incidents are not in it, the store holds them."""
        brands = {state.name: state.snapshot() for state in self.brands}  # beside it: packed_engine.py
        return {"folded_at": self.folded_at, "model": self.learning.snapshot(), "brands": brands}

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave, or `packed_in_slices` of it: brands it does not know start fresh, brands
        that we do not know are dropped.
        """
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self.reader.restore(plain["model"])
        self.folded_at = plain["folded_at"]
        for each, state in zip(self.setup.brands, self.brands, strict=True):
            if (name := next((name for name in each.names if name in plain["brands"]), None)) is not None:
                state.restore(plain["brands"][name])
        self._due.restored()
        self._showing = {index for index, state in enumerate(self.brands) if state.shows}
