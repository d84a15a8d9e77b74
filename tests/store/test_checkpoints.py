"""Checkpoints: the newest good one is found, a damaged one never believed."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from sentinel.engine.engine import VERSION
from sentinel.engine.packed_engine import read_packed
from sentinel.store.checkpoints import KEPT, Checkpoint, Checkpoints, Unusable, checksum
from sentinel.store.database import Database
from sentinel.store.schema import checkpoints as table
from sentinel.store.schema import to_micros
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START
from tests.store.failing import ONLY_SQLITE


@pytest.fixture
def checkpoints(database: Database) -> Checkpoints:
    return Checkpoints(database, 7)


async def test_a_fresh_store_has_none(checkpoints: Checkpoints) -> None:
    """The first start folds from the beginning."""
    assert await checkpoints.newest(7) is None
    assert checkpoints.passed_over == []


async def test_the_newest_comes_back_as_it_was(checkpoints: Checkpoints) -> None:
    """Position, instant and state are exact."""
    state = {"at": START, "weights": [0.1, -1e300, 3], "raw": b"\x00\xff", "brands": {"Acme": None}, "seen": {1: "x"}}
    await checkpoints.save(10, START, {})
    await checkpoints.save(20, START + timedelta(minutes=1), state)
    assert await checkpoints.newest(7) == Checkpoint(
        position=20, at=START + timedelta(minutes=1), version=7, state=state
    )


async def test_a_damaged_one_is_passed_over_with_its_reason(checkpoints: Checkpoints, database: Database) -> None:
    """A flipped byte, a moved position or a body that is no msgpack are all found out; an older one stands in."""
    await checkpoints.save(10, START, "good")
    await checkpoints.save(20, START, "flipped")
    await checkpoints.save(30, START, "moved")
    async with database.write() as connection:
        await connection.execute(
            update(table).where(table.c.position == 20).values(body=msgspec.msgpack.encode("flopped"))
        )
        await connection.execute(update(table).where(table.c.position == 30).values(position=31))
    found = await checkpoints.newest(7)
    assert found is not None
    assert found.state == "good"
    assert checkpoints.passed_over == [(31, Unusable.CHECKSUM), (20, Unusable.CHECKSUM)]


async def test_another_version_is_not_read(checkpoints: Checkpoints, database: Database) -> None:
    """A state of other code is rebuilt, never guessed at."""
    await Checkpoints(database, 6).save(10, START, "old")
    assert await checkpoints.newest(7) is None
    assert checkpoints.passed_over == [(10, Unusable.VERSION)]


async def test_a_body_that_cannot_be_decoded_is_not_believed(checkpoints: Checkpoints, database: Database) -> None:
    """Even one whose checksum fits."""
    await checkpoints.save(10, START, "x")
    async with database.write() as connection:
        body = b"\xc1"
        await connection.execute(update(table).values(body=body, checksum=checksum(10, to_micros(START), 7, body)))
    assert await checkpoints.newest(7) is None
    assert checkpoints.passed_over == [(10, Unusable.UNREADABLE)]


async def test_only_the_newest_few_are_kept(checkpoints: Checkpoints, database: Database) -> None:
    """The disk does not fill with states that nobody will read."""
    for position in range(10):
        await checkpoints.save(position, START, position)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count(), func.min(table.c.position)))).one() == (KEPT, 10 - KEPT)


async def test_a_large_state_takes_less_room(checkpoints: Checkpoints, database: Database) -> None:
    """It is packed on disk, and comes back as it was; damaged within, even under a checksum that fits, it is passed
    over.
    """
    state = {"brands": {f"Marca {n}": {"hours": [n, n + 1, 0, 0]} for n in range(6_000)}}
    await checkpoints.save(10, START, state)
    async with database.read() as connection:
        body = (await connection.execute(select(table.c.body))).scalar_one()
    assert len(body) < len(msgspec.msgpack.encode(state)) / 2
    found = await checkpoints.newest(7)
    assert found is not None
    assert found.state == state
    hurt = body[:-9]
    async with database.write() as connection:
        row = {"body": hurt, "checksum": checksum(10, to_micros(START), 7, hurt)}
        await connection.execute(update(table).values(row))
    assert await checkpoints.newest(7) is None
    assert checkpoints.passed_over == [(10, Unusable.UNREADABLE)]


async def test_a_state_that_the_release_before_wrote_is_taken_up(database: Database, tmp_path: Path) -> None:
    """It wrote one plain msgpack of everything: the brands go on where they were."""
    text = "brands:\n" + "".join(f"  - {{name: Marca {n}, match: {{any: [marca{n}]}}}}\n" for n in range(40))
    engine, again = an_engine(tmp_path, text), an_engine(tmp_path, text)
    for n in range(40):
        engine.observe(a_mention(f"hoy marca{n} abre tarde", at=timedelta(seconds=n)), START + timedelta(seconds=n))
    engine.assess(START + timedelta(minutes=1))
    body = msgspec.msgpack.encode(engine.snapshot())
    at = to_micros(START)
    row = {"position": 40, "at": at, "version": VERSION, "body": body, "checksum": checksum(40, at, VERSION, body)}
    async with database.write() as connection:
        await connection.execute(insert(table), [row])
    found = await Checkpoints(database, VERSION, read_packed).newest(VERSION)
    assert found is not None
    again.restore(found.state)
    assert msgspec.msgpack.encode(again.snapshot()) == body


_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(0, 99), inner, max_size=4),
    max_leaves=20,
)


@ONLY_SQLITE
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_plain)
async def test_any_plain_state_survives(checkpoints: Checkpoints, state: object) -> None:
    """What the engine's snapshots are made of comes back equal."""
    await checkpoints.save(1, START, state)
    found = await checkpoints.newest(7)
    assert found is not None
    assert found.state == state


async def test_a_number_too_large_is_clipped(checkpoints: Checkpoints) -> None:
    """What msgpack cannot hold is brought as near as it can: a state that is nearly right can be started from."""
    state = {"audience": 10**30, "below": [-(10**30)], "names": "\ud800", "mood": 0.5, "there": True, "none": None}
    await checkpoints.save(1, START, state)
    found = await checkpoints.newest(7)
    assert found is not None
    assert found.state == {
        "audience": 2**64 - 1,
        "below": [-(2**63)],
        "names": "?",
        "mood": 0.5,
        "there": True,
        "none": None,
    }
