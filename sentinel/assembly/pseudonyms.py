"""Pseudonyms as a configuration wants them, and what a store still has in clear when they begin."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from sentinel.config.ignore import IgnoreSettings
from sentinel.config.match import word_of
from sentinel.config.schema import Config
from sentinel.matching.account import IgnoredAccount
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.health import StoreFailing
from sentinel.store.journal import Journal

SINCE = "authors_hashed_since"
log = structlog.get_logger(__name__)


def pseudonyms_of(config: Config, key: bytes | None) -> Pseudonyms | None:
    """``None`` where authors are kept as they are, and before the store that has the key is open."""
    if config.privacy.authors != "hashed" or key is None:
        return None
    ours = [account for brand in config.brands for account in brand.own]
    words = [word_of(term) for brand in config.brands for term in brand.match.any]
    words += [name for brand in config.brands for name in (brand.name, *brand.was, *brand.competitors)]
    return Pseudonyms(key, ours, words)


def ignored_accounts(
    entries: Iterable[IgnoreSettings], zone: ZoneInfo, hidden: Pseudonyms | None
) -> tuple[IgnoredAccount, ...]:
    """Accounts as they are written, for what was stored in clear, and by their pseudonyms."""
    accounts = [entry.account(zone) for entry in entries]
    if hidden is not None:
        by_name = [replace(each, who=hidden.account(each.who)) for each in accounts]
        sites = [replace(each, who=f"@{hidden.of(each.who)}") for each in accounts if "." in each.who]
        accounts += [*by_name, *sites]
    return tuple(accounts)


async def say_what_is_in_clear(
    database: Database, journal: Journal, *, hashed: bool, now: datetime, retention: timedelta
) -> None:
    """Once, when authors begin to be hashed: what was stored before, how long it stays, how to erase it."""
    try:
        async with database.read() as connection:
            since = await fact(connection, SINCE)
        if hashed == bool(since):
            return
        async with database.write() as connection:
            await put_fact(connection, SINCE, now.isoformat() if hashed else "")
        if hashed and await journal.last():
            log.warning(
                "authors_kept_in_clear",
                posts_until=(now + retention).isoformat(timespec="seconds"),
                reason="what was stored before has names: posts until then, incidents and days longer; "
                "`sentinel person erase` takes one person out, docs/privacy.md says how to take out all",
            )
    except StoreFailing:
        return
