"""Posts that were deleted where they stood: no stored incident shows them, no message that still waits quotes them.

The fold lets go of what it shows by itself. This is for what is written down: rows of incidents, of those that are over
as well, from which reports are made, and rows of the outbox. Done again it changes nothing.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Update, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.mention import Mention, decode_stored
from sentinel.notify.progress import OPEN
from sentinel.notify.quote import without_quote
from sentinel.store.database import Database
from sentinel.store.findings import ODD
from sentinel.store.group import LOOKUP, Key, Op
from sentinel.store.incident_body import read_incident, write_incident
from sentinel.store.of_part import WHOLE, known_to_part
from sentinel.store.schema import incidents, journal, outbox

EARLIER = 86_400_000_000
"""Microseconds before a post's arrival by the journal's stamps; no incident that last changed before that shows it."""


async def withdraw(database: Database, keys: Sequence[Key], part: int = WHOLE) -> int:
    """Have no row show mentions of these keys, as long as the journal has their words; gives how many rows changed.

    ``part``: the partition that was told; each is, and looks after its own incidents.
    """
    async with database.read() as connection:
        posts, since = await _posts(connection, keys)
        changes = (
            [*await _of_incidents(connection, posts, since - EARLIER, part), *await _of_outbox(connection, posts)]
            if posts
            else []
        )
    if changes:
        async with database.write(all_parts=True) as connection:
            for change in changes:
                await connection.execute(change)
    return len(changes)


async def _posts(connection: AsyncConnection, keys: Sequence[Key]) -> tuple[list[Mention], int]:
    """Mentions of which the journal has the words, and when the first of them arrived."""
    found: list[Mention] = []
    stamps: list[int] = []
    for start in range(0, len(keys), LOOKUP):
        same = tuple_(journal.c.source, journal.c.id).in_(list(keys[start : start + LOOKUP]))
        query = select(journal.c.body, journal.c.observed_at).where(same, journal.c.op == Op.CREATE.value)
        for row in (await connection.execute(query.where(journal.c.body.is_not(None)))).all():
            try:
                found.append(decode_stored(row.body))
            except ODD:
                continue
            stamps.append(row.observed_at)
    return found, min(stamps, default=0)


async def _of_incidents(connection: AsyncConnection, posts: Sequence[Mention], since: int, part: int) -> list[Update]:
    ids = [msgspec.json.encode(post.id)[1:-1] for post in posts]
    changes = []
    query = select(incidents.c.id, incidents.c.body).where(incidents.c.updated_at >= since)
    query = query.where(*known_to_part(incidents.c.part, part))
    async for row in await connection.stream(query):
        if not any(each in row.body for each in ids):
            continue
        try:
            kept = incident = read_incident(row.body)
        except ODD:
            continue
        for post in posts:
            kept = kept.without_sample(post.key)
        if kept is not incident:
            same = (incidents.c.id == row.id) & (incidents.c.body == row.body)  # a newer one lost it with the fold
            changes.append(update(incidents).where(same).values(body=write_incident(kept)))
    return changes


async def _of_outbox(connection: AsyncConnection, posts: Sequence[Mention]) -> list[Update]:
    query = select(outbox.c.id, outbox.c.language, outbox.c.body).where(outbox.c.state.in_(OPEN))
    changes: list[Update] = []
    for row in (await connection.execute(query)).all():
        body = row.body
        for post in posts:
            body = without_quote(body, row.language, post)
        if body != row.body:
            changes.append(update(outbox).where(outbox.c.id == row.id).values(body=body))
    return changes
