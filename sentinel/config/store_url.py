"""URL of the store: with the driver that Sentinel brings where it names none, and what keeps one from being used."""

import re
from importlib.util import find_spec

DRIVER = "asyncpg"
_BARE = re.compile(r"^postgres(ql)?://")
_FILE = re.compile(r"sqlite(\+aiosqlite)?:///.+")
_SQLITE = re.compile(r"^sqlite(\+\w+)?://")


def with_driver(url: str) -> str:
    """What SQLAlchemy is given.

    Examples
    --------
    >>> with_driver("postgres://db/sentinel"), with_driver("sqlite:///var/sentinel.db")
    ('postgresql+asyncpg://db/sentinel', 'sqlite+aiosqlite:///var/sentinel.db')
    """
    return _BARE.sub(f"postgresql+{DRIVER}://", _SQLITE.sub("sqlite+aiosqlite://", url))


def wrong_with(url: str) -> str | None:
    """Why it cannot be a store's, and how to write it; never the URL itself, which may hold a password."""
    if _FILE.fullmatch(url):
        return None
    from sqlalchemy.engine import make_url  # only for what is unusual: it takes a while to import
    from sqlalchemy.exc import SQLAlchemyError

    try:
        dialect = make_url(with_driver(url)).get_dialect()
    except (SQLAlchemyError, ValueError):
        return "is no SQLAlchemy URL; write one such as sqlite:///var/sentinel.db"
    if dialect.name == "sqlite":
        return "names no file that would outlive a restart; write one such as sqlite:///var/sentinel.db"
    return unusable(dialect.name, dialect.driver)


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
