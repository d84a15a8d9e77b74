"""What signing in leaves behind for minutes: counted, used up and kept for a while, over both databases."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from sentinel.store.access_tables import signing_in
from sentinel.store.database import Database
from sentinel.store.second_factors import SecondFactor, SecondFactorStore
from sentinel.store.sign_in_store import FailedTries, SignInStore
from tests.fakes import START, FakeClock

LATER = START + timedelta(minutes=10)


def one_more(known: Mapping[str, FailedTries]) -> tuple[Mapping[str, FailedTries], float]:
    before = known.get("ana", FailedTries(0, 0.0))
    return {"ana": FailedTries(before.count + 1, 1.0)}, float(before.count)


@pytest.fixture
def store(database: Database) -> SignInStore:
    return SignInStore(database)


async def test_tries_are_counted_until_they_are_forgotten(store: SignInStore, database: Database) -> None:
    """One after the other; what is over is gone, and no name stands in the store."""
    for waits in (0.0, 1.0, 2.0):
        assert await store.tally(["ana"], one_more, now=START, until=LATER) == waits
    async with database.read() as connection:
        (row,) = (await connection.execute(select(signing_in))).all()
    assert "ana" not in row.id + row.body
    assert await store.tally(["ana"], one_more, now=LATER, until=LATER + timedelta(minutes=1)) == 0.0
    await store.tally(["ana"], lambda _: ({}, 0.0), now=LATER, until=LATER)
    async with database.read() as connection:
        assert (await connection.execute(select(signing_in))).all() == []


async def test_a_value_is_used_up_once(store: SignInStore) -> None:
    """Whoever comes second is too late, until nobody asks any more."""
    taken = [await store.take_once("seed", until=LATER, now=START) for _ in range(2)]
    assert taken == [True, False]
    assert await store.take_once("other", until=LATER, now=START)


async def test_what_is_held_is_held_for_a_while(store: SignInStore) -> None:
    """It can be put in another's place and taken away."""
    for body in ("one", "two"):
        await store.hold("factor s", body, until=LATER, now=START)
    assert await store.held("factor s", START) == "two"
    assert await store.held("factor s", LATER) is None
    await store.hold("factor s", "", until=LATER, now=START)
    assert await store.held("factor s", START) is None


async def test_a_second_factor_is_changed_as_it_stands(database: Database, clock: FakeClock) -> None:
    """Where there is none, or nothing becomes of it, nothing is written."""
    factors = SecondFactorStore(database)
    assert await factors.change("ana", lambda each: each) is None
    made = SecondFactor(account="ana", secret="A", since=clock.now(), last_step=1, salt="00")
    await factors.put(made)
    assert await factors.change("ana", lambda _: None) is None
    newer = SecondFactor(account="ana", secret="A", since=clock.now(), last_step=2, salt="00")
    assert await factors.change("ana", lambda _: newer) == (made, newer)
    assert await factors.all() == [newer]
