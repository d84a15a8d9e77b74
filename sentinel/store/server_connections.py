"""Connections of a process to its PostgreSQL: how many it may take by what it does, and how many the server has for it.

A process begins with few and takes more as they are needed. One that the server refuses then is trouble at the worst
time, and looks like a server that is away; so it is said at the start.
"""

from dataclasses import dataclass

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from sentinel.config.store_url import with_driver
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.postgres import DUTY_POOL, LEASE_POOL, LISTENS, ONE, PART_POOL, STORE_POOL, engine_of

_LIMITS = text(
    "SELECT current_setting('max_connections')::int AS most, current_setting('superuser_reserved_connections')::int "
    "+ coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int AS reserved, "
    "(SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role, "
    "(SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database, "
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS taken"
)


def wanted_connections(*, cluster: bool, works: bool = True, sends: bool = True, fronts: bool = True) -> int:
    """At most, of a process that does these things; one without a cluster does all of them itself.

    Examples
    --------
    >>> wanted_connections(cluster=False), wanted_connections(cluster=True)
    (17, 33)
    >>> wanted_connections(cluster=True, sends=False, fronts=False)  # a worker
    28
    """
    if not cluster:
        return STORE_POOL.most + LEASE_POOL.most
    duties = DUTY_POOL.most if fronts else 0
    return STORE_POOL.most + LISTENS + duties + works * PART_POOL.most + sends * LISTENS


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConnections:
    """How many there are.

    Parameters
    ----------
    most, reserved
        Of the whole server, and what of them is not for us.
    of_role, of_database
        Limits of ours alone; -1 is none.
    taken
        What everybody has now.
    """

    most: int
    reserved: int
    of_role: int
    of_database: int
    taken: int

    @classmethod
    async def look(cls, url: str) -> "ServerConnections":
        """Ask the server.

        Raises
        ------
        StoreFailing
            When it does not answer.
        """
        engine = engine_of(make_url(with_driver(url)), pool=ONE)
        try:
            async with engine.connect() as connection:
                return cls(**(await connection.execute(_LIMITS)).mappings().one())
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error
        finally:
            await engine.dispose()

    def too_few(self, wanted: int, *, free: bool) -> str:
        """What is short for a process that may take so many, and what to change; empty where nothing is.

        Parameters
        ----------
        free
            Whether what others have now counts as well.
        """
        for limit, name, fix in (
            (self.of_role, "the role's CONNECTION LIMIT", "ALTER ROLE … CONNECTION LIMIT {}"),
            (self.of_database, "the database's CONNECTION LIMIT", "ALTER DATABASE … CONNECTION LIMIT {}"),
            (self.most - self.reserved, f"max_connections {self.most} less {self.reserved} reserved", ""),
        ):
            taken = self.taken if free else 0
            if 0 <= limit < wanted + taken:
                others = f", of which others have {taken} now" if taken else ""
                raised = fix.format(wanted + taken) if fix else f"max_connections = {wanted + taken + self.reserved}"
                return (
                    f"PostgreSQL has {limit} connections for Sentinel ({name}){others}, and this process may take "
                    f"{wanted}; set {raised} or more (docs/postgres.md says how many all processes want)"
                )
        return ""
