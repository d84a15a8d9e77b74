"""URL of the store with the driver that Sentinel brings, where it names none."""

import re

_BARE = re.compile(r"^postgres(ql)?://")
_SQLITE = re.compile(r"^sqlite(\+\w+)?://")


def with_driver(url: str) -> str:
    """What SQLAlchemy is given.

    Examples
    --------
    >>> with_driver("postgres://db/sentinel"), with_driver("postgresql+psycopg://db/sentinel")
    ('postgresql+asyncpg://db/sentinel', 'postgresql+psycopg://db/sentinel')
    """
    return _BARE.sub("postgresql+asyncpg://", _SQLITE.sub("sqlite+aiosqlite://", url))
