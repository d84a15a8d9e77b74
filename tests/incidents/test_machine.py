"""Thousands of lives of incidents, each at random: scores, people, silences, providers and restarts come in any order,
the rules hold.

A run of the tests tells a sample of them, drawn as `tests.cases` says; SENTINEL_INTERLEAVINGS says how many. The seed
of a life that broke a rule is in the message; `live(seed)` tells it again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from random import Random

import msgspec
import pytest

from sentinel.escalation.contact import Contact, QuietHours
from sentinel.escalation.policy import Ladder, Policy, Step
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, NoticeKind
from sentinel.incidents.command import Action, Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.lifecycle import assessed, commanded, step_failed
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.scoring.level import Level
from tests.cases import how_many, lots
from tests.fakes import START
from tests.incidents.machine_model import HOUR, Model
from tests.incidents.story import a_policy, an_assessment, minutes

ALL = 10_000
INTERLEAVINGS = how_many("SENTINEL_INTERLEAVINGS", 3_000, ALL)
BATCHES = 8
STEPS = 30
PEOPLE = ("ana", "boss", "luis", "chief")
NIGHT = QuietHours(zone="UTC", begins=time(22), ends=time(7), days=frozenset(range(7)))
WATCHED = Ladder(steps=(Step(notify=("luis",), after=minutes(5)),), repeat=0, repeat_after=minutes(30))
_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(Incident).decode


@dataclass(eq=False)
class Letter:
    """A page in the outbox."""

    incident: str
    epoch: int
    step: int
    round: int
    contact: str


@dataclass
class World:
    """One brand, its people, and everything that happens to them."""

    rng: Random
    policy: Policy = field(init=False)
    rules: Rules = field(init=False)
    now: datetime = START
    level: Level = Level.CALM
    silence: Silence | None = None
    incident: Incident | None = None
    model: Model | None = None
    outbox: list[Letter] = field(default_factory=list)
    keys: set[tuple[str, int, int, int, str]] = field(default_factory=set)
    lines: list[TimelineEntry] = field(default_factory=list)
    sign_at: datetime | None = None
    """When somebody was last paged, or it was written down why not; nothing while nobody must be."""
    epochs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.now += HOUR * rng.randrange(24)
        ladders = (
            ((0, "ana"), (10, "boss")),
            ((0, "ana luis"), (5, "boss"), (15, "chief")),
            ((0, ""), (3, "boss")),
            ((0, "gone"),),
        )
        policy = a_policy(
            *rng.choice(ladders), repeat=rng.randrange(3), catch_all=rng.choice((("chief",), ("chief",), ()))
        )
        self.pages_watch = rng.random() < 0.3
        self.policy = msgspec.structs.replace(policy, levels={Level.WATCH: WATCHED} if self.pages_watch else {})
        self.night = frozenset(who for who in PEOPLE if rng.random() < 0.3)
        self.rules = Rules(
            acknowledgement_expires=minutes(30),
            max_snooze=12 * HOUR,
            reopen_within=2 * HOUR,
            update_every=minutes(5),
            contacts={who: Contact(channels=("json",), quiet=NIGHT if who in self.night else None) for who in PEOPLE},
        )

    # -- what can happen
    # ----------------------------------------------------------------------------------------------------

    def score_moves(self) -> None:
        self.level = self.rng.choice((Level.CALM, Level.WATCH, Level.ALERT, Level.ALERT, Level.CRISIS))
        self.look()

    def score_is_unknown(self) -> None:
        """Blindness keeps the level that was."""
        self.look(blind=True)

    def time_passes(self) -> None:
        """The incident is looked at whenever it asked to be."""
        end = self.now + minutes(self.rng.choice((1, 4, 11, 35, 90)))
        looks = 0
        while (at := self.due) is not None and at <= end:
            self.now, looks = max(self.now, at), looks + 1
            self.look()
            assert looks < 200, "it asks to be looked at without end"
        self.now = end

    def daemon_is_away(self) -> None:
        """Down, or suspended; one look when it is back, at what was written down."""
        self.now += minutes(self.rng.choice((1, 30, 130)))
        if self.incident is not None:
            self.incident = _decode(_encode(self.incident))
        self.look()

    def somebody_asks(self) -> None:
        if self.incident is None or self.model is None:
            return
        action, by = self.rng.choice(tuple(Action)), self.rng.choice(PEOPLE)
        snooze = minutes(self.rng.choice((5, 60, 5000)))
        stale = self.rng.random() < 0.2 and bool(self.epochs[:-1])
        epoch = self.rng.choice(self.epochs[:-1]) if stale else None
        command = Command(incident=self.incident.id, action=action, by=by, snooze=snooze, epoch=epoch)
        before, silence = self.incident, self.silence_now
        answer = commanded(before, command, self.rules, self.now, silence=silence)
        if isinstance(answer, Refusal):
            return
        assert not stale, "a link of an older epoch moves nothing"
        self.model.ask(action, by, self.now, snooze, silence)
        self.took(answer)
        assert self.incident.epoch > before.epoch, "what was promised before is void"

    def silence_begins(self) -> None:
        by = self.rng.choice(PEOPLE)
        ends = self.now + minutes(self.rng.choice((10, 100)))
        name = f"s{self.rng.randrange(10**6)}"
        self.silence = Silence(
            id=name, brands=("Acme",), starts_at=self.now, ends_at=ends, by=by, reason=None, made_at=self.now
        )
        self.look()

    def silence_is_lifted(self) -> None:
        self.silence = None
        self.look()

    def provider_answers(self) -> None:
        """A page is taken up: looked at once more, then accepted, refused for good, or nobody knows, and it waits for
        its repeat.
        """
        if not self.outbox or self.incident is None or self.model is None:
            return
        letter = self.outbox.pop(self.rng.randrange(len(self.outbox)))
        i = self.incident
        if not (letter.incident == i.id and i.state is State.OPEN and letter.epoch == i.epoch):
            return
        assert self.model.paging, f"{letter.contact} is paged although {self.model}"
        match self.rng.choice(("accepted", "accepted", "failed", "unknown")):
            case "failed":
                failed = StepFailed(
                    incident=i.id, epoch=letter.epoch, step=letter.step, round=letter.round, contact=letter.contact
                )
                self.took(step_failed(i, failed, self.rules, self.now))
            case "unknown":
                self.outbox.append(letter)

    # -- what follows
    # -------------------------------------------------------------------------------------------------------

    @property
    def silence_now(self) -> Silence | None:
        return self.silence if self.silence and self.silence.covers("Acme", self.now) else None

    @property
    def due(self) -> datetime | None:
        return self.incident.next_at if self.incident else None

    def look(self, *, blind: bool = False) -> None:
        silence = self.silence_now
        assessment = an_assessment(self.level, self.now, score=None if blind else -1.0)
        fresh = self.incident is None or self.incident.state is State.CLOSED
        change = assessed(self.incident, assessment, self.rules, self.policy, self.now, silence=silence)
        if fresh and self.level is not Level.CALM:
            assert change is not None
            assert (
                self.incident is None
                or change.incident.id != self.incident.id
                or change.incident.opened_at == self.incident.opened_at
            )
            self.model = Model(level=self.level, pages_watch=self.pages_watch, night=self.night, silence=silence)
            self.sign_at, self.lines, self.epochs = None, [], []
        elif self.model is not None and not fresh:
            self.model.look(self.level, self.now, silence)
        self.took(change)

    def took(self, change: Change | None) -> None:
        if change is not None:
            assert self.model is not None
            self.incident = change.incident
            self.epochs += [change.incident.epoch] if change.incident.epoch not in self.epochs else []
            self.lines += change.timeline
            for notice in change.notices:
                if notice.kind is NoticeKind.PAGE:
                    self.paged(
                        Letter(change.incident.id, change.incident.epoch, notice.step, notice.round, notice.contact)
                    )
        self.check()

    def paged(self, letter: Letter) -> None:
        assert self.model is not None
        assert self.model.may_page(letter.contact, self.now), f"{letter} although {self.model}"
        ladder = self.policy.levels.get(self.model.level)
        steps = ladder.steps if ladder else self.policy.steps
        named = steps[letter.step - 1].notify if letter.step <= len(steps) else ()
        assert letter.contact in (*named, *self.policy.catch_all), f"{letter} is on no such step"
        key = (letter.incident, letter.epoch, letter.step, letter.round, letter.contact)
        assert key not in self.keys, f"the outbox would take {letter} for one it has"
        self.keys.add(key)
        self.outbox.append(letter)

    def check(self) -> None:
        """After everything that happens."""
        i, model = self.incident, self.model
        if i is None or model is None:
            return
        assert i.state.value == model.state, f"it is {i.state}, the rules say {model}"
        assert i.holder == (model.owner if model.state == "acknowledged" else None)
        assert self.epochs == sorted(self.epochs), "an epoch never comes back"
        if self.lines and any(
            line.at == self.now and line.what in (What.PAGE, What.NOT_SENT) for line in self.lines[-12:]
        ):
            self.sign_at = self.now
        if not model.paging:
            self.sign_at = None
        if model.paging:
            self.sign_at = self.sign_at or self.now
            assert i.climb is not None, f"nothing climbs although {model}"
            assert i.next_at is not None, "an open incident that nobody has lacks a timer"
            assert i.next_at > self.now or i.next_at >= i.updated_at, "what was due was done"
            slack = HOUR if model.flapping else minutes(0)
            assert i.next_at <= i.updated_at + HOUR + slack, "the next page is further away than the catch-all's hour"
            assert self.now - self.sign_at <= 3 * HOUR, "nobody was paged and no reason was written down for hours"
        elif i.state is State.OPEN:
            assert i.climb is None or not i.climb or i.snooze or i.suppression, f"it climbs although {model}"
            held = {Why.LEVEL_TOO_LOW, Why.SILENCED, Why.SNOOZED, Why.PERSON}
            assert any(line.why in held for line in self.lines), "pages are held back and the timeline does not say why"


HAPPENINGS: list[tuple[Callable[[World], None], int]] = [
    (World.score_moves, 5),
    (World.score_is_unknown, 1),
    (World.time_passes, 6),
    (World.daemon_is_away, 1),
    (World.somebody_asks, 5),
    (World.provider_answers, 4),
    (World.silence_begins, 1),
    (World.silence_is_lifted, 1),
]


def live(seed: int) -> None:
    """One life, the same for the same seed."""
    rng = Random(seed)
    world = World(rng)
    happenings, weights = zip(*HAPPENINGS, strict=True)
    told = []
    for happening in rng.choices(happenings, weights, k=STEPS):
        told.append(happening.__name__)
        try:
            happening(world)
        except AssertionError as error:
            raise AssertionError(f"life {seed}, at {world.now} after {', '.join(told)}: {error}") from error


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_any_order_of_events(batch: int, record_property: Callable[[str, object], None]) -> None:
    """Whatever happens in whatever order: nobody is paged who must not be, and whoever must be is."""
    count = -(-INTERLEAVINGS // BATCHES)
    kept = range(max(count, ALL // BATCHES))
    for number in lots(f"interleavings {batch}").sample(kept, count):
        live(batch * 1_000_000 + number)
    record_property("interleavings", count)
