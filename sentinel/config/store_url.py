"""URL of the store: with the driver that Sentinel brings where it names none, and what keeps one from being used."""

import re
from importlib.util import find_spec

DRIVER = "asyncpg"
_BARE = re.compile(r"^postgres(ql)?://")
_SQLITE = re.compile(r"^sqlite(\+\w+)?://")


def with_driver(url: str) -> str:
    """What SQLAlchemy is given.

    Examples
    --------
    >>> with_driver("postgres://db/sentinel"), with_driver("sqlite:///var/sentinel.db")
    ('postgresql+asyncpg://db/sentinel', 'sqlite+aiosqlite:///var/sentinel.db')
    """
    return _BARE.sub(f"postgresql+{DRIVER}://", _SQLITE.sub("sqlite+aiosqlite://", url))


def unusable(database: str, driver: str) -> str | None:
    """Why a database that is no file cannot be used, and what to type; ``None`` when it can.

    Examples
    --------
    >>> unusable("postgresql", "psycopg2")
    'postgresql is reached through asyncpg, not psycopg2; write postgresql://…'
    """
    if database != "postgresql":
        return f"{database} is no database that Sentinel knows; write sqlite:///… or postgresql://…"
    if driver != DRIVER:
        return f"postgresql is reached through {DRIVER}, not {driver}; write postgresql://…"
    if find_spec(DRIVER) is None:
        return f"postgresql needs the driver {DRIVER}, which is not installed; type pip install 'sentinel[postgres]'"
    return None
