"""Division of a store into partitions: made once, and kept by whoever opens it."""

from sqlalchemy import func, insert, select

from sentinel.errors import BadInput
from sentinel.store.database import Database
from sentinel.store.part_tables import parts


async def divided_into(database: Database, count: int) -> None:
    """Have so many partitions, none for 0, where the store was never divided.

    Raises
    ------
    BadInput
        When it was divided into another number: a brand's history stands in the partition that it had.
    """
    async with database.read() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(parts))).scalar_one()
    if not found and count:
        async with database.write() as connection:
            found = (await connection.execute(select(func.count()).select_from(parts))).scalar_one()
            if not found:
                await connection.execute(insert(parts), [{"id": number} for number in range(1, count + 1)])
                found = count
    if found != count:
        raise BadInput(
            f"cluster.partitions is {count}, and the store was divided into {found}; write {found}, or name another "
            "store"
        )
