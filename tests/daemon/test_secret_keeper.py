"""Secrets are rotated in the middle of a crisis: whoever was paged is paged anew, once, wherever the power goes out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.errors import BadInput, StoreError
from sentinel.incidents.command import Action, Command
from sentinel.incidents.links import LinkFlaw
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.kept_secrets import SecretName
from sentinel.store.outbox import Outbox
from sentinel.store.secret_store import SecretStore, secrets_path
from tests.daemon.watchhouse import Killed, Watchhouse, calm, storm
from tests.fakes import FakeClock
from tests.incidents.test_links import a_grant

LINKS = [SecretName.LINKS]


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    """A crisis for which people were paged."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = await Watchhouse(tmp_path, database, clock).again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(storm(clock.now()))
    await house.tick(3)
    assert house.sent
    yield house
    await database.close()


def kept(house: Watchhouse) -> SecretStore:
    return SecretStore(house.database, house.folder / "s.db")


async def a_keeper(house: Watchhouse) -> SecretKeeper:
    """As a start does: the secrets, then whatever was left to do."""
    keeper = SecretKeeper(kept(house), await kept(house).load(), {})
    facts = FailoverStore(house.database, IncidentStore(house.database), Outbox(house.database))
    await keeper.start(house.loop, facts)
    return keeper


async def pages_of(house: Watchhouse) -> int:
    """Since the last look."""
    before = len(house.sent)
    await house.tick(1)
    return len(house.sent) - before


async def test_old_links_end_and_whoever_was_paged_is_paged_anew(house: Watchhouse) -> None:
    """Once; a restart pages nobody again."""
    keeper, paged = await a_keeper(house), len({contact for contact, _ in house.sent})
    token = keeper.links.mint(a_grant())
    assert await pages_of(house) == 0
    done = await keeper.rotate(LINKS, house.loop)
    assert done.paged == 1
    assert keeper.links.read(token, a_grant().expires_at) is LinkFlaw.WITHDRAWN
    assert await pages_of(house) == paged
    await house.again()
    again = await a_keeper(house)
    assert await pages_of(house) == 0
    assert again.links.mint(a_grant()) == keeper.links.mint(a_grant()) != token


async def test_killed_between_the_file_and_the_pages(house: Watchhouse) -> None:
    """The next start pages them; the one after that does not."""
    keeper = await a_keeper(house)

    class PowerOut:
        async def links_renewed(self, sign: object) -> int:
            raise Killed

    with pytest.raises(Killed):
        await keeper.rotate(LINKS, PowerOut())
    for expected in (True, False):
        await house.again()
        await a_keeper(house)
        assert bool(await pages_of(house)) is expected


async def test_rotated_while_nobody_runs(house: Watchhouse) -> None:
    """As without a daemon: the next start pages anew."""
    await a_keeper(house)
    await kept(house).rotate(LINKS)
    await house.again()
    await a_keeper(house)
    assert await pages_of(house) >= 1


async def test_a_store_that_comes_without_its_secrets_goes_on(house: Watchhouse) -> None:
    """As a backup on another machine: new secrets, and pages that work."""
    await a_keeper(house)
    secrets_path(house.folder / "s.db").unlink()
    await house.again()
    await a_keeper(house)
    assert await pages_of(house) >= 1
    assert house.incident is not None


async def test_who_has_it_is_left_in_peace(house: Watchhouse) -> None:
    """And a rotation of forms pages nobody."""
    keeper = await a_keeper(house)
    forms = keeper.form_secret
    assert (await keeper.rotate([SecretName.FORMS], house.loop)).paged == 0
    assert keeper.form_secret != forms
    assert house.incident is not None
    await house.loop.command(Command(incident=house.incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    await pages_of(house)
    assert (await keeper.rotate(LINKS, house.loop)).paged == 0
    assert await pages_of(house) == 0


async def test_what_cannot_be_rotated_says_so(house: Watchhouse) -> None:
    """A secret of the configuration is changed there; a disk that takes no file leaves the old one in force."""
    given = SecretKeeper(kept(house), await kept(house).load(), {SecretName.LINKS: b"x" * 32})
    with pytest.raises(BadInput, match=r"web\.link_secret of the configuration"):
        await given.rotate(LINKS, house.loop)
    keeper = await a_keeper(house)
    token = keeper.links.mint(a_grant())
    lost = SecretStore(house.database, house.folder / "gone" / "s.db")
    with pytest.raises(StoreError, match="the old secrets go on"):
        await SecretKeeper(lost, await kept(house).load(), {}).rotate(LINKS, house.loop)
    assert (await a_keeper(house)).links.mint(a_grant()) == token
