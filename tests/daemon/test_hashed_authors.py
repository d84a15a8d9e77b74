"""Where authors are hashed a storm is folded and paged as ever, and no file of the store names anybody."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.assembly.pseudonyms import ignored_accounts, pseudonyms_of, say_what_is_in_clear
from sentinel.cli.history import kept_pseudonyms
from sentinel.config.loader import load
from sentinel.daemon.person_keeper import PersonKeeper
from sentinel.matching.account import AccountSet
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.mention import Author, Mention
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.journal import Journal
from sentinel.store.person import Sought
from sentinel.store.secret_store import SecretStore
from tests.builders import a_mention
from tests.daemon.test_person import HANDLE, HERS, ID, NAME, files_with, hers
from tests.daemon.watchhouse import Watchhouse, calm, storm
from tests.fakes import FakeClock

HIDDEN = Pseudonyms(b"k" * 32, words=["acme"])


class HashedHouse(Watchhouse):
    """A store in which nobody is named."""

    async def put(self, mentions: list[Mention]) -> None:  # type: ignore[override]
        journal = Journal(self.database, self.clock, lambda: self.clock.behind, lambda: HIDDEN)
        for start in range(0, len(mentions), 2000):
            await journal.append(mentions[start : start + 2000])
        self.journal._newest = None  # what another writer wrote is read anew


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[HashedHouse]:
    """A crisis in which she is the loudest, and others speak of her."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = HashedHouse(tmp_path, database, clock)
    await house.again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(hers(3, clock.now()))
    await house.put([a_mention(f"{each.text} como a @{HANDLE}", at=clock.now()) for each in storm(clock.now())])
    await house.tick(3)
    await house.loop.checkpoint()
    yield house
    await database.close()


async def test_no_file_names_her_and_the_crisis_is_paged(house: HashedHouse) -> None:
    """Not the journal, no incident, message, checkpoint or write-ahead log, from intake on."""
    assert house.incident is not None
    assert house.incident.authors > 20
    assert house.sent
    assert files_with(house.folder, HANDLE, ID, NAME) == []


async def test_she_may_still_ask(house: HashedHouse) -> None:
    """By her own names: what is held is found, handed out and erased."""
    keeper = PersonKeeper(house.database, Journal(house.database, house.clock), None, house.clock, HIDDEN.of)
    for asked in (HANDLE, f"@{HANDLE.upper()}", ID):
        assert len((await keeper.show(Sought(author=asked))).mentions) == 3
    await keeper.erase(Sought(author=HANDLE))
    assert files_with(house.folder, HIDDEN.of(HANDLE), HIDDEN.of(ID)) == []


async def test_a_delete_of_her_network_is_heard(house: HashedHouse) -> None:
    """By the id that the network knows."""
    journal = Journal(house.database, house.clock, pseudonyms=lambda: HIDDEN)
    await journal.append([], deletes=[("bluesky", hers(1, house.clock.now())[0].id)])
    await journal.purge_deleted(await journal.last())
    keeper = PersonKeeper(house.database, journal, None, house.clock, HIDDEN.of)
    assert len((await keeper.show(Sought(author=HANDLE))).mentions) == 2


def test_ignored_accounts_are_known_by_their_pseudonyms(tmp_path: Path) -> None:
    """Those of the configuration, whatever way they are written; its own accounts stay who they are."""
    (tmp_path / "c.yaml").write_text(
        "privacy: {authors: hashed}\nignore: [{who: '@pest'}, {who: 'did:plc:pest'}, {who: spam.example}]\n"
        "brands: [{name: Acme, own: ['@acme_es']}]\n"
    )
    config = load(tmp_path / "c.yaml", {})
    hidden = pseudonyms_of(config, b"k" * 32)
    assert hidden is not None
    assert pseudonyms_of(config, None) is None
    ignored = AccountSet(each.who for each in ignored_accounts(config.ignore, config.zone, hidden))
    for author in (Author(handle="Pest"), Author(id="did:plc:pest"), Author(handle="spam.example")):
        assert ignored.wrote(hidden.mention(msgspec.structs.replace(a_mention("x"), author=author)))
    own = msgspec.structs.replace(a_mention("x"), author=Author(handle="acme_es"))
    assert hidden.mention(own) == own
    assert [hidden.author(each) for each in ("@acme_es", "@pest")] == ["@acme_es", hidden.of("pest")]
    assert not ignored.wrote(hidden.mention(msgspec.structs.replace(a_mention("x"), author=HERS)))


async def test_turning_it_on_says_what_remains(
    tmp_path: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, and only for a store that has something."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    journal = Journal(database, clock)
    await journal.append(hers(1, clock.now()))
    said = []
    for hashed in (False, True, True):
        await say_what_is_in_clear(database, journal, hashed=hashed, now=clock.now(), retention=timedelta(days=30))
        said.append("authors_kept_in_clear" in capsys.readouterr().out)
    assert said == [False, True, False]
    await database.close()


async def test_the_own_history_is_read_with_its_own_pseudonyms(tmp_path: Path) -> None:
    """So that `sentinel tune` leaves out whom the daemon leaves out; without the secrets there are none."""
    (tmp_path / "c.yaml").write_text(
        f"privacy: {{authors: hashed}}\nbrands: [{{name: Acme}}]\nstore: {{url: 'sqlite:///{tmp_path}/s.db'}}\n"
    )
    config = load(tmp_path / "c.yaml", {})
    assert kept_pseudonyms(config) is None
    database = await Database.open(f"sqlite:///{tmp_path}/s.db")
    kept = await SecretStore(database, tmp_path / "s.db").load()
    await database.close()
    hidden = kept_pseudonyms(config)
    assert hidden is not None
    assert hidden.of(HANDLE) == Pseudonyms(kept.authors.value).of(HANDLE)
