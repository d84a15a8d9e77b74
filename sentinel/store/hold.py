"""Holding a store: a lock beside a file, a lease in a server's own table, nothing in memory."""

from sqlalchemy.engine import make_url

from sentinel.clock import Clock
from sentinel.store.file_lock import FileLock
from sentinel.store.holder import Held, Unshared, file_of
from sentinel.store.lease import Lease


async def hold_store(url: str, clock: Clock) -> Held:
    """Hold a store before a row of it is touched.

    Raises
    ------
    StoreHeld
        When another daemon holds it.
    StoreError
        When its server cannot be reached.
    """
    if (path := file_of(url)) is not None:
        return FileLock.take(path, clock)
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Unshared()
    return await Lease.take(url, parsed.render_as_string(hide_password=True), clock)
