"""Texts that were made from posts go when one of those does."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.assistant_tables import assistant_posts, assistant_texts

CHUNK = 500


async def forget_made_of(connection: AsyncConnection, seqs: Collection[int]) -> None:
    """These mentions are gone, or say something else: so is every text that was made from one."""
    for start in range(0, len(seqs), CHUNK):
        some = list(seqs)[start : start + CHUNK]
        query = select(assistant_posts.c.incident).where(assistant_posts.c.seq.in_(some)).distinct()
        incidents = (await connection.execute(query)).scalars().all()
        if incidents:
            await connection.execute(delete(assistant_texts).where(assistant_texts.c.incident.in_(incidents)))
            await connection.execute(delete(assistant_posts).where(assistant_posts.c.incident.in_(incidents)))
