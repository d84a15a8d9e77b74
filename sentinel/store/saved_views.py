"""Saved views: filters of mentions under a name, of one person or of everybody."""

from datetime import datetime
from hashlib import blake2b

import msgspec
from sqlalchemy import delete, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.schema import from_micros, saved_views, to_micros

MOST = 50
"""Views of one person, and of everybody."""
EVERYBODY = ""
LONGEST_NAME = 60


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a row keeps. The name is under a key under which a person's erasure looks for strangers' words."""

    name: str = msgspec.field(name="detail")
    query: dict[str, str] = {}


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A filter under a name: ``query`` is that of its address; ``owner`` is `EVERYBODY` where it is everybody's."""

    id: str
    owner: str
    name: str
    query: dict[str, str]
    made_at: datetime


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Kept).decode


class SavedViewStore:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, owner: str) -> list[SavedView]:
        """Somebody's own, and everybody's, by name."""
        wanted = saved_views.c.owner.in_({owner, EVERYBODY})
        async with self._database.read() as connection:
            if not await connection.run_sync(lambda sync: inspect(sync).has_table(saved_views.name)):
                return []  # an older store that can only be read
            rows = (await connection.execute(select(saved_views).where(wanted))).all()

        def read(row: object) -> SavedView:
            kept = _decode(row.body)  # type: ignore[attr-defined]
            return SavedView(
                id=row.id,  # type: ignore[attr-defined]
                owner=row.owner,  # type: ignore[attr-defined]
                name=kept.name,
                query=kept.query,
                made_at=from_micros(row.made_at),  # type: ignore[attr-defined]
            )

        damaged = self._database.health.damaged
        found = read_each(rows, read, lambda row, _: damaged("saved_views", row.id))
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))

    async def save(self, owner: str, name: str, query: dict[str, str], now: datetime) -> SavedView | None:
        """Keep one, in place of what its owner had under that name; ``None`` where they have `MOST` already."""
        view = SavedView(id=view_id(owner, name), owner=owner, name=name, query=query, made_at=now)
        row = {
            "id": view.id,
            "owner": owner,
            "made_at": to_micros(now),
            "body": _encode(_Kept(name=name, query=query)),
        }
        others = select(func.count()).where(saved_views.c.owner == owner, saved_views.c.id != view.id)
        async with self._database.write() as connection:
            if (await connection.execute(others)).scalar_one() >= MOST:
                return None
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(saved_views).values(row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
        return view

    async def delete(self, owner: str, view: str) -> bool:
        """Let go of one of this owner's; whether there was one."""
        this = (saved_views.c.id == view) & (saved_views.c.owner == owner)
        async with self._database.write() as connection:
            return (await connection.execute(delete(saved_views).where(this))).rowcount > 0


def view_id(owner: str, name: str) -> str:
    """The stable name of a view.

    Examples
    --------
    >>> view_id("", "Averías")
    'v-be9c0596e5b3'
    """
    return "v-" + blake2b(f"{owner}\0{name}".encode(), digest_size=6).hexdigest()
