"""The daemon's own history, read beside it: the mentions that the journal holds, and the incidents."""

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention

MOST_INCIDENTS = 10_000


async def read_history(settings: Config) -> tuple[list[Mention], list[Incident]]:
    """What the journal holds, in the order in which it was observed, and the incidents."""
    from sentinel.clock import SystemClock
    from sentinel.store.database import Database
    from sentinel.store.incidents import IncidentStore
    from sentinel.store.journal import Journal

    database = await Database.open(settings.store.url.get_secret_value())
    try:
        journal, after, found = Journal(database, SystemClock()), 0, []
        while entries := await journal.read(after):
            after = entries[-1].seq
            found += [entry.mention for entry in entries if entry.mention is not None]
        return found, await IncidentStore(database).find(limit=MOST_INCIDENTS)
    finally:
        await database.close()
