"""Ids as a database can index them: 1 024 characters of Chinese are more bytes than a row of PostgreSQL's index."""

from hashlib import sha256

from sqlalchemy import Dialect, String, TypeDecorator

INDEXED = 2_000
"""Bytes of a mention's id that are kept as they are; PostgreSQL's limit is 2 704 for the whole key."""
BEGINNING = 200
"""Characters of a longer one that are: an account is taken back by how its mentions' ids begin."""


def indexed_id(id: str) -> str:
    """The id itself, or its beginning and a digest of all of it; done again it changes nothing. Without NUL, which
    PostgreSQL does not take.
    """
    id = id.replace("\0", "")
    if len(id) * 4 <= INDEXED or len(raw := id.encode()) <= INDEXED:
        return id
    return f"{id[:BEGINNING]}#{sha256(raw).hexdigest()}"


class IndexedId(TypeDecorator[str]):
    """A column of such ids: stored so, and asked for so."""

    impl = String(1024)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As it is stored."""
        return indexed_id(value) if value is not None else None
