"""Second factors on disk: the secret that somebody's authenticator app shares with us, and digests of their recovery
codes.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.schema import EPOCH, second_factors

log = structlog.get_logger(__name__)


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody with a password has to show besides.

    Parameters
    ----------
    secret
        In base 32, as apps take it.
    since
        When it was set up.
    last_step
        Of the code that was used last (RFC 6238): it and all before it are used up.
    salt
        Of the digests, in hexadecimal.
    recovery
        Digests of the recovery codes that are left.
    """

    account: str
    secret: str
    since: datetime
    last_step: int
    salt: str
    recovery: tuple[str, ...] = ()


class SecondFactorStore:
    """Reads and writes second factors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[SecondFactor]:
        """Everybody's."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(second_factors.c.account, second_factors.c.body))
            return [_factor(row.account, row.body) for row in rows]

    async def put(self, factor: SecondFactor) -> None:
        """Keep it in the place of the person's former one."""
        row = {"account": factor.account, "body": msgspec.json.encode(factor)}
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(second_factors).values(row)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["account"], set_={"body": row["body"]})
            )

    async def change(
        self, account: str, step: Callable[[SecondFactor], SecondFactor | None]
    ) -> tuple[SecondFactor, SecondFactor] | None:
        """Change a person's as it stands in the store; before and after, once it is on disk.

        Parameters
        ----------
        step
            Gives what becomes of it, or ``None`` where nothing does.
        """
        this = second_factors.c.account == account
        async with self._database.write() as connection:
            body = (await connection.execute(select(second_factors.c.body).where(this))).scalar()
            before = _factor(account, body) if body is not None else None
            if before is None or (after := step(before)) is None:
                return None
            await connection.execute(update(second_factors).where(this).values(body=msgspec.json.encode(after)))
        return before, after

    async def remove(self, account: str) -> None:
        """They have none any more."""
        async with self._database.write() as connection:
            await connection.execute(delete(second_factors).where(second_factors.c.account == account))


def _factor(account: str, body: bytes) -> SecondFactor:
    """What cannot be read becomes one that no code fits: damage takes nobody's second factor off."""
    try:
        return msgspec.json.decode(body, type=SecondFactor)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.error("second_factor_unreadable", account=account, reason="`sentinel user recover` lets its person in")
        return SecondFactor(account=account, secret="", since=EPOCH, last_step=2**62, salt="")
