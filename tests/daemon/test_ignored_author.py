"""An account that is ignored while the fold runs: from one mention on, and the same ones again after a restart that
knows nothing but the journal and the choice.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.daemon.author_ignore_keeper import AuthorIgnoreKeeper
from sentinel.mention import Author, Mention
from sentinel.store.author_ignores import AuthorIgnoreStore
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.daemon.watchhouse import HOUR, MINUTE, Watchhouse, calm
from tests.fakes import FakeClock

MONTH = timedelta(days=30)


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    """A calm day is known, and the fold runs."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = await Watchhouse(tmp_path, database, clock).again()
    await house.put(calm(clock.now(), days=1.0))
    await house.tick(2)
    yield house
    await database.close()


def a_keeper(house: Watchhouse) -> AuthorIgnoreKeeper:
    return AuthorIgnoreKeeper(
        AuthorIgnoreStore(house.database),
        house.loop.turn,
        house.clock,
        folded_at=lambda: house.engine.folded_at,
        changed=house.engine.ignore_authors,
        retention=90 * 24 * HOUR,
    )


def said(house: Watchhouse, count: int, id: str = "7") -> list[Mention]:
    at = house.wall.now()
    return [
        Mention(
            source="test",
            id=f"{at.isoformat()} {id} {number}",
            text=f"acme es una estafa {id} {number}",
            published_at=at,
            author=Author(id=id, handle=f"user{id}"),
        )
        for number in range(count)
    ]


def heard(house: Watchhouse) -> int:
    seen = house.engine.brands[0].assessment
    return seen.mentions if seen is not None else 0


async def after_a_restart(house: Watchhouse) -> dict[str, object]:
    """From the first entry of the journal on, as a daemon does it: what people chose is known before anything is
    folded.
    """
    await house.again(start=False)
    await a_keeper(house).start()
    await house.loop.start()
    return house.engine.snapshot()


async def test_it_counts_no_more_from_the_next_mention_on(house: Watchhouse) -> None:
    """What it said before stays; others are heard; heard again, it counts again; a restart folds the same."""
    keeper = a_keeper(house)
    await house.put(said(house, 3))
    await house.tick()
    before = heard(house)
    made = await keeper.make("7", name="@user7", brands=("Acme",), lasts=MONTH, by="ana", source="test")
    await house.put([*said(house, 5), *said(house, 2, id="8")])
    await house.tick()
    assert heard(house) == before + 2
    await keeper.end(made.id)
    await house.put(said(house, 1))
    await house.tick()
    assert heard(house) == before + 3
    lived = house.engine.snapshot()["brands"]
    assert (await after_a_restart(house))["brands"] == lived


async def test_what_waits_in_the_journal_was_said_before(house: Watchhouse) -> None:
    """A choice made while mentions wait to be folded leaves them in, in this life and the next."""
    keeper, before = a_keeper(house), heard(house)
    await house.put(said(house, 2))
    await house.wall.advance(1)
    await keeper.make("7", name="@user7", brands=(), lasts=MONTH, by="ana")
    await house.put(said(house, 4))
    await house.tick()
    assert heard(house) == before + 2
    lived = house.engine.snapshot()["brands"]
    assert (await after_a_restart(house))["brands"] == lived


async def test_a_clock_that_was_set_back_leaves_out_nobody_twice(house: Watchhouse) -> None:
    """The journal's stamps stand ahead of the wall: the choice begins after the newest of them."""
    keeper = a_keeper(house)
    await house.put(said(house, 1))
    await house.tick()
    house.wall.step_wall(-HOUR)
    made = await keeper.make("7", name="@user7", brands=("Acme",), lasts=MONTH, by="ana")
    assert house.engine.folded_at is not None
    assert made.starts_at > house.engine.folded_at


async def test_it_ends_by_itself_and_is_let_go_with_the_journal(house: Watchhouse) -> None:
    """Thirty days later it counts again; the choice is kept as long as mentions of that time are."""
    keeper = a_keeper(house)
    await keeper.make("7", name="@user7", brands=("Acme",), lasts=timedelta(minutes=5), by="ana")
    await house.wall.advance(5 * MINUTE)
    before = heard(house)
    await house.put(said(house, 1))
    await house.tick()
    assert heard(house) >= before
    assert len(keeper.all()) == 1
    await house.wall.advance(timedelta(days=91))
    late = a_keeper(house)
    await late.start()
    assert late.all() == ()
