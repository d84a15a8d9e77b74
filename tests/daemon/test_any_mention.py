"""No input ends the process: whatever the intake takes is folded, written into a checkpoint and found again by the next
start.
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sentinel.daemon import loop
from sentinel.engine.engine import VERSION, Engine
from sentinel.mention import Kind
from sentinel.sources.http import MentionIntake
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.daemon.setups import an_engine
from tests.daemon.test_stale_sources import Desk
from tests.fakes import START, FakeClock

NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing example names the field by itself; making it smaller would start hundreds of engines."""
_count = st.one_of(st.none(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=5))
_text = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["x" * 5_000, "a\x00b", "\ud800", "RT @acme estafa 😡", "acme " * 400, "{}", "\u202e"]),
)
_odd = st.one_of(st.none(), st.booleans(), _count, _text, st.lists(_text, max_size=3), st.dictionaries(_text, _count))
_instants = st.one_of(
    st.timedeltas(timedelta(days=-7_000), timedelta(0)).map(lambda off: (START + off).isoformat()),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=20)).map(lambda off: (START + off).isoformat()),
    st.just("2026-03-02T08:59:00-23:59"),
)


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Mostly what belongs there, sometimes anything."""
    return st.one_of(strategy, strategy, _odd)


_mentions = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["buzon", "prensa", "x" * 64]) | _text,
        "id": st.text(min_size=1, max_size=20) | st.just("y" * 1024),
        "text": st.builds(lambda said: f"acme {said}", _text),
        "published_at": _instants,
    },
    optional={
        "lang": _maybe(st.sampled_from(["es", "en", "und", "x" * 40])),
        "kind": _maybe(st.sampled_from([each.value for each in Kind])),
        "url": _maybe(_text),
        "title": _maybe(_text),
        "rating": _maybe(st.floats() | st.integers(-5, 10**30)),
        "author": _maybe(
            st.fixed_dictionaries({}, optional={"id": _odd, "name": _odd, "handle": _odd, "followers": _count})
        ),
        "engagement": _maybe(
            st.dictionaries(st.sampled_from(["likes", "shares", "replies", "quotes", "views"]), _count)
        ),
        "parent_id": _maybe(_text),
        "root_id": _maybe(_text),
        "tags": _maybe(st.lists(_text, max_size=150)),
        "links": _maybe(st.lists(_text, max_size=150)),
    },
)


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    """One run that hears everything; in the end another one starts from what it left."""
    database = await Database.open(f"sqlite:///{tmp_path}/sentinel.db", StoreHealth(clock))
    desk = await Desk(tmp_path, database, clock).start()
    yield desk
    again = await Desk(tmp_path, database, clock).start()
    assert (again.loop.position, again.loop.passed_over) == (desk.loop.position, 0)
    await database.close()


@pytest.fixture
def twin(tmp_path: Path) -> Engine:
    """Another engine of the same configuration."""
    return an_engine(tmp_path)


@settings(max_examples=30, deadline=None, phases=NO_SHRINK, suppress_health_check=list(HealthCheck))
@given(posted=st.lists(_mentions, min_size=1, max_size=20))
async def test_whatever_is_posted(desk: Desk, twin: Engine, posted: list[dict[str, object]]) -> None:
    """Posted, folded, judged, checkpointed, taken up by another engine: no step fails, and the state is the same."""
    await _take(desk, posted)
    found = await Checkpoints(desk.database, VERSION).newest(VERSION)
    assert found is not None
    assert found.position == desk.loop.position
    twin.restore(found.state)
    assert _plain(twin) == _plain(desk.engine)


async def test_the_mention_that_ended_it(desk: Desk) -> None:
    """Ten to the twentieth followers and a negative voice: the checkpoint is written, the next start reads it."""
    followed = {"source": "buzon", "id": "1", "text": "acme es una estafa, pésimo", "author": {"followers": 10**20}}
    await _take(desk, [{**followed, "published_at": START.isoformat()}])


async def test_a_checkpoint_that_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that no checkpoint holds: the fold goes on, why is known, and it ends with the next good one."""
    with monkeypatch.context() as patched:
        patched.setattr(loop, "packed_in_slices", lambda engine, most: iter([{"odd": object()}]))
        await desk.loop.checkpoint()
    assert desk.loop.uncheckpointed == "TypeError"
    await desk.loop.checkpoint()
    assert desk.loop.uncheckpointed is None


async def test_a_mention_that_the_fold_cannot_take_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed over and counted; what comes after it is folded."""
    observe = desk.engine.observe

    def poisoned(mention: object, at: datetime, behind: timedelta) -> object:
        if getattr(mention, "id", None) == "poison":
            raise ZeroDivisionError
        return observe(mention, at, behind)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.engine, "observe", poisoned)
    intake = MentionIntake(journal=desk.journal, clock=desk.clock, heard={"buzon": lambda _: None})
    for name in ("poison", "good"):
        await intake.take(
            json.dumps({"source": "buzon", "id": name, "text": "acme", "published_at": START.isoformat()}).encode()
        )
    await desk.loop._catch_up(None)
    assert (desk.loop.passed_over, desk.loop.position) == (1, 2)
    assert desk.engine.brands[0].observed_at is not None


async def _take(desk: Desk, posted: list[dict[str, object]]) -> None:
    """Through the intake, the fold and into a checkpoint."""
    intake = MentionIntake(journal=desk.journal, clock=desk.clock, heard={"buzon": lambda _: None})
    before = desk.loop.position
    taken = await intake.take("\n".join(map(json.dumps, posted)).encode(), "application/x-ndjson")
    await desk.loop._catch_up(None)
    await desk.clock.advance(60)
    desk.engine.assess(desk.clock.now())
    await desk.loop.checkpoint()
    assert (desk.loop.uncheckpointed, desk.loop.passed_over) == (None, 0)
    assert desk.loop.position >= before + taken.accepted


def _plain(engine: Engine) -> object:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(engine.snapshot()))
