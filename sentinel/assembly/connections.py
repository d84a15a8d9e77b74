"""Connections that a process of these roles may take of its PostgreSQL, and whether the server has as many."""

from collections.abc import Collection

from sentinel.assembly.process_roles import PARTS, ProcessRole
from sentinel.config.schema import Config


def connections_of(config: Config, roles: Collection[ProcessRole] = PARTS) -> int:
    """At most."""
    from sentinel.store.server_connections import wanted_connections

    return wanted_connections(
        cluster=bool(config.cluster.partitions),
        works=ProcessRole.WORKER in roles,
        sends=ProcessRole.NOTIFY in roles,
        fronts=set(roles) != {ProcessRole.WORKER},
    )


async def few_connections(config: Config, wanted: int, *, free: bool) -> str:
    """What is short of them; empty where nothing is, where the store is a file, and where no server answers: that is
    said by whoever needs it.
    """
    url = config.store.url.get_secret_value()
    if not url.startswith("postgres"):
        return ""
    from sentinel.store.health import StoreFailing
    from sentinel.store.server_connections import ServerConnections

    try:
        return (await ServerConnections.look(url)).too_few(wanted, free=free)
    except StoreFailing:
        return ""
