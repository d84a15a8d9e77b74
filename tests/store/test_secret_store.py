"""The secrets of a store: made once in a file of their own, moved out of an earlier store, rotated, lost."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import insert

from sentinel.errors import StoreError
from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.kept_secrets import BYTES, FORMER, SecretName
from sentinel.store.schema import meta
from sentinel.store.secret_store import EARLIER, SecretStore, secrets_path

LINKS, FORMS = "ab" * BYTES, "cd" * BYTES


async def a_store(path: Path) -> Database:
    return await Database.open(f"sqlite:///{path}")


async def test_links_outlive_a_restart(tmp_path: Path) -> None:
    """Whoever opens the store next reads what the first one made, each secret another; for its owner's eyes alone."""
    path, seen = tmp_path / "s.db", []
    for _ in range(2):
        database = await a_store(path)
        seen += [await SecretStore(database, path).load() for _ in range(2)]
        await database.close()
    assert all(each == seen[0] for each in seen)
    assert len({seen[0].links.now, seen[0].forms.now, seen[0].authors.now}) == 3
    assert len(seen[0].links.value) == BYTES
    assert stat.S_IMODE(secrets_path(path).stat().st_mode) == 0o600
    assert seen[0].links.now.encode() not in path.read_bytes()


async def test_every_store_has_its_own(tmp_path: Path) -> None:
    """A link of one Sentinel opens nothing at another."""
    seen = set()
    for name in ("a", "b"):
        database = await a_store(tmp_path / name)
        seen.add((await SecretStore(database, tmp_path / name).load()).links.now)
        await database.close()
    assert len(seen) == 2


async def test_an_earlier_store_gives_its_secrets_up(tmp_path: Path) -> None:
    """What its rows held goes on in the file; no file of the store holds it any more."""
    path = tmp_path / "s.db"
    database = await a_store(path)
    async with database.write() as connection:
        rows = [{"key": key, "value": value} for key, value in zip(EARLIER, (LINKS, FORMS), strict=True)]
        await connection.execute(insert(meta).values(rows))
    await database.close()
    database = await a_store(path)
    kept = await SecretStore(database, path).load()
    assert (kept.links.now, kept.forms.now) == (LINKS, FORMS)
    for found in (path, path.with_name("s.db-wal"), path.with_name("s.db-shm")):
        assert LINKS.encode() not in found.read_bytes(), found
        assert FORMS.encode() not in found.read_bytes(), found
    await database.close()
    assert LINKS.encode() not in path.read_bytes()


async def test_a_killed_move_is_ended(tmp_path: Path) -> None:
    """The file was written and the rows still stand: the file counts, the rows go."""
    path = tmp_path / "s.db"
    database = await a_store(path)
    kept = await SecretStore(database, path).load()
    async with database.write() as connection:
        await connection.execute(insert(meta).values(key=EARLIER[0], value=LINKS))
    assert await SecretStore(database, path).load() == kept
    async with database.read() as connection:
        assert await fact(connection, EARLIER[0]) is None
    await database.close()


async def test_rotation_remembers_what_it_replaced(tmp_path: Path) -> None:
    """So that an old link is told from a made-up one; not for ever, and the others stay."""
    path = tmp_path / "s.db"
    database = await a_store(path)
    store = SecretStore(database, path)
    first = await store.load()
    second = await store.rotate([SecretName.LINKS])
    assert second.links.now != first.links.now
    assert second.links.former == (first.links.now,)
    assert (second.forms, second.authors) == (first.forms, first.authors)
    assert await store.load() == second
    for _ in range(FORMER):
        last = await store.rotate([SecretName.LINKS, SecretName.FORMS])
    assert len(last.links.former) == FORMER
    assert first.links.now not in last.links.former
    await database.close()


@pytest.mark.parametrize("written", ["", "{}", '{"links": {"now": "zz"}}', "\0"])
async def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, written: str) -> None:
    """It is never written over: a copy may still be had."""
    path = tmp_path / "s.db"
    database = await a_store(path)
    secrets_path(path).write_text(written)
    with pytest.raises(StoreError, match=r"s\.db\.secrets cannot be read.*put a copy of it back, or move it away"):
        await SecretStore(database, path).load()
    assert secrets_path(path).read_text() == written
    await database.close()


async def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    """Secrets are made for this run; rotating them is refused."""
    database = await a_store(tmp_path / "s.db")
    elsewhere = SecretStore(database, tmp_path / "gone" / "s.db")
    assert len((await elsewhere.load()).links.value) == BYTES
    with pytest.raises(StoreError, match="the old secrets go on"):
        await elsewhere.rotate([SecretName.LINKS])
    await database.close()


async def test_a_store_without_a_file_keeps_them_itself() -> None:
    """As a database server's does, which several machines share."""
    database = await Database.open("sqlite:///:memory:")
    first = await SecretStore(database, None).load()
    assert await SecretStore(database, None).load() == first
    second = await SecretStore(database, None).rotate([SecretName.FORMS])
    assert await SecretStore(database, None).load() == second != first
    await database.close()
