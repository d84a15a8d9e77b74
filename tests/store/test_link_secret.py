"""The secret of the links: made once, the same after a restart, another in another store."""

from pathlib import Path

from sentinel.store.database import Database
from sentinel.store.link_secret import BYTES, link_secret


async def test_links_outlive_a_restart(store_url: str) -> None:
    """Whoever opens the store next reads what the first one made."""
    seen = []
    for _ in range(2):
        database = await Database.open(store_url)
        seen += [await link_secret(database), await link_secret(database)]
        await database.close()
    assert len(set(seen)) == 1
    assert len(seen[0]) == BYTES


async def test_every_store_has_its_own(tmp_path: Path) -> None:
    """A link of one Sentinel opens nothing at another."""
    seen = set()
    for name in ("a", "b"):
        database = await Database.open(f"sqlite:///{tmp_path / name}.db")
        seen.add(await link_secret(database))
        await database.close()
    assert len(seen) == 2
