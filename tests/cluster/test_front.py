"""The front: it hands on what it hears, shows what owners made of it, and has people's wishes done by them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.front_parts import FrontParts
from sentinel.clock import SystemClock
from sentinel.cluster.carrier import Carried
from sentinel.cluster.carrier_errors import CarrierAway
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.cluster.partition_owner import PartitionOwner
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.daemon.apply import Applier
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.stale_sources import StaleSources
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.packed_engine import read_packed
from sentinel.errors import StoreError
from sentinel.incidents.change import Change
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.scoring.level import Level
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import FIRST, IncidentStore
from sentinel.store.outbox import Outbox
from tests.builders import a_mention
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import Workshop, breathe
from tests.daemon.watchhouse import HOUR, NoFigures

ZETA = 4


class Refusing(TableCarrier):
    """Nobody answers."""

    async def publish(self, items: Sequence[Carried]) -> None:
        raise CarrierAway("nobody answers", retry_after=5)


class Front:
    """What listens and shows, without the web."""

    def __init__(self, workshop: Workshop) -> None:
        self.clock = SystemClock.over(workshop.wall)
        in_force = ConfigInForce(workshop.file, self.clock)
        self.parts = FrontParts(workshop.database, workshop.carrier, in_force, self.clock)
        self.journal = self.parts.journal
        incidents = IncidentStore(workshop.database)
        self.engine = Engine(in_force.now().setup, load_seed())
        store = FailoverStore(workshop.database, incidents, Outbox(workshop.database), self.engine.incident)
        briefing = in_force.now().briefing
        self.loop = MirrorLoop(
            self.engine,
            self.journal,
            Checkpoints(workshop.database, VERSION, read_packed, part=FIRST),
            incidents,
            Applier(
                store, StaleSources(OperatorNotices(lambda _: ("boss",), lambda: briefing)), lambda: briefing, _nothing
            ),
            NoFigures(),
            self.clock,
            checkpoint_every=timedelta(minutes=1),
            retention=90 * 24 * HOUR,
        )
        self.parts.connect(self.loop)

    @property
    def acme(self) -> Incident | None:
        return next(each.incident for each in self.engine.brands if each.name == "Acme")


def _nothing() -> None: ...


@pytest.fixture
async def front(workshop: Workshop) -> Front:
    front = Front(workshop)
    await front.loop.start()
    return front


async def taken_in(workshop: Workshop, owner: PartitionOwner) -> None:
    """What waits for a partition is in its journal."""
    await workshop.wall.advance(0.2)
    await owner.fold.shared.look(owner.fold.loop)
    await owner._take_in(await anext(workshop.carrier.take(owner.owned.id, owner._accepted)))


async def test_what_goes_where(workshop: Workshop, front: Front) -> None:
    """A mention goes to its brands' partitions; stars, lessons and deletes to all; whoever reads what all of them hold
    reads each mention once; the source goes on behind what was handed on.
    """
    owners = [await taken_up(await workshop.owner(part, "a")) for part in (1, ACME, ZETA)]
    both, rated = a_mention("acme, zeta", id="both"), a_mention("acme", id="stars", rating=1.0)
    lesson = Correction(text="vaya tela", label=Label.NEGATIVE, by="ana")
    taken = await front.journal.append(
        [both, rated, a_mention("nadie", id="nobody")],
        deletes=[("bluesky", "both")],
        teachings=[lesson],
        cursor=("bluesky", b"7"),
    )
    assert (taken.accepted, await front.journal.cursor("bluesky")) == (3, b"7")
    for owner in owners:
        await taken_in(workshop, owner)
    kinds = [[(e.op.value, e.id) for e in await owner.fold.journal.read(0) if not e.teaching] for owner in owners]
    gone = [("create", "both"), ("create", "stars"), ("delete", "both")]
    assert kinds == [[("create", "stars")], gone, gone]
    assert [len(await owner.fold.journal.teachings(1000)) for owner in owners] == [1, 1, 1]
    read = await front.journal.read(0)
    assert sorted(e.id for e in read if e.mention is not None) == ["both", "stars"]
    assert await front.journal.last() == max(e.seq for e in read)


async def test_a_carrier_that_takes_nothing(workshop: Workshop, front: Front) -> None:
    """Whoever posts is told to try again, and the source stays where it was."""
    front.parts.journal._carrier = Refusing(workshop.database, workshop.wall)
    with pytest.raises(StoreError):
        await front.journal.append([a_mention("acme")], cursor=("bluesky", b"7"))
    assert await front.journal.cursor("bluesky") is None


async def test_the_front_shows_what_owners_decide(workshop: Workshop, front: Front) -> None:
    """Scores and incidents of a partition are on the board; how far behind one is shows as well."""
    owner = await taken_up(await workshop.owner(ACME, "a"))
    await front.journal.append(storm())
    await front.loop.look()
    assert front.loop.queue == len(storm())
    await taken_in(workshop, owner)
    await ticked(owner)
    await owner.show(workshop.wall.now())
    await front.loop.look()
    assert front.acme is not None
    assert (front.acme.level, front.acme.brand) == (Level.CRISIS, "Acme")
    assert front.loop.queue == 0
    assert not front.loop.unfolded, "nobody was looked for long enough"
    await workshop.wall.advance(61)
    await owner.show(workshop.wall.now())
    await front.loop.look()
    assert front.loop.unfolded == (1, 2, ZETA)
    shown = {each.name: each.assessment for each in front.engine.brands}
    assert shown["Acme"] == next(each.assessment for each in owner.fold.loop.engine.brands if each.name == "Acme")
    assert shown["Zeta"] is None


async def test_owners_whose_clocks_differ(workshop: Workshop, front: Front) -> None:
    """One that runs an hour ahead hides nothing of the others, whose incidents bear earlier times; followed by one
    whose clock is right, it is read again. Neither it nor one that is behind counts as gone.
    """
    ahead, right = [await taken_up(await workshop.owner(part, "a")) for part in (ZETA, ACME)]
    await ahead.show(workshop.wall.now() + HOUR)
    await front.loop.look()
    await front.journal.append(storm())
    await taken_in(workshop, right)
    await ticked(right)
    await right.show(workshop.wall.now())
    await front.loop.look()
    assert front.acme is not None
    await front.journal.append(storm("Zeta", seed=2, end=workshop.wall.now()))
    heir = await taken_up(await workshop.owner(ZETA, "b"))
    await taken_in(workshop, heir)
    await ticked(heir)
    await heir.show(workshop.wall.now())
    await front.loop.look()
    zeta = [
        next(each for each in engine.brands if each.name == "Zeta") for engine in (front.engine, heir.fold.loop.engine)
    ]
    assert zeta[0].assessment == zeta[1].assessment is not None
    await workshop.wall.advance(61)
    await heir.show(workshop.wall.now() - HOUR)
    await front.loop.look()
    assert ZETA not in front.loop.unfolded


async def test_acknowledged_through_the_front(workshop: Workshop, front: Front) -> None:
    """The owner does it, and the answer is what it did; of an incident that nobody knows the front says so itself."""
    owner = await taken_up(await workshop.owner(ACME, "a"))
    await front.journal.append(storm())
    await taken_in(workshop, owner)
    await ticked(owner)
    await front.loop.look()
    assert front.acme is not None
    asked = Command(incident=front.acme.id, action=Action.ACKNOWLEDGE, by="ana")
    asking = asyncio.ensure_future(front.loop.command(asked))
    await _answering(workshop, owner)
    answer = await asking
    assert isinstance(answer, Change)
    assert front.acme.state is State.ACKNOWLEDGED
    unknown = Command(incident="20260101-0000-zzzzzz", action=Action.ACKNOWLEDGE, by="ana")
    assert await front.loop.command(unknown) is Refusal.UNKNOWN
    beginning = asyncio.ensure_future(front.loop.drill("Acme", Level.ALERT, "ana"))
    await _answering(workshop, owner)
    drill = await beginning
    assert isinstance(drill, Change)
    assert front.engine.incident(drill.incident.id) == drill.incident
    assert await front.loop.drill("Nobody", Level.ALERT, "ana") is None


async def test_nobody_owns_the_partition(workshop: Workshop, front: Front) -> None:
    """Whoever asks is told that it cannot be done now; it is not done behind their back a minute later."""
    asking = asyncio.ensure_future(front.loop.drill("Acme", Level.ALERT, "ana"))
    await workshop.pass_time(11, step=0.5)
    while not asking.done():
        await workshop.pass_time(0.5)
    with pytest.raises(StoreFailing):
        await asking
    owner = await taken_up(await workshop.owner(ACME, "a"))
    await owner.fold.desk.look()
    assert await workshop.incidents() == []


async def test_a_silent_source_is_told_once(workshop: Workshop, front: Front) -> None:
    """The front tells the operators; owners hear of it, hold their scores for unknown, and tell nobody."""
    owner = await taken_up(await workshop.owner(ZETA, "a"))
    await front.loop.source_changed("buzon", False)
    assert len(await Outbox(workshop.database).due(workshop.wall.now())) == 1
    await workshop.wall.advance(1)
    await owner.fold.shared.look(owner.fold.loop)
    engine = owner.fold.loop.engine
    assert [engine.blind_for(index) for index, _ in enumerate(engine.brands)][-1] == ("buzon",)
    assert len(await Outbox(workshop.database).due(workshop.wall.now())) == 1
    again = await taken_up(await workshop.owner(ZETA, "b"))
    await workshop.wall.advance(1)
    await again.fold.shared.look(again.fold.loop)
    assert again.fold.loop.engine.blind_for(len(engine.brands) - 1) == ("buzon",)


async def _answering(workshop: Workshop, owner: PartitionOwner) -> None:
    """The owner looks at what is asked while somebody waits for it."""
    for _ in range(3):
        await breathe()
        await owner.fold.desk.look()
        await workshop.wall.advance(0.2)
        await breathe()
