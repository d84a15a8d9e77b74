"""The daemon's own history, read beside it: the mentions that the journal holds, and the incidents."""

import msgspec

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.mention import Mention

MOST_INCIDENTS = 10_000


def kept_pseudonyms(settings: Config) -> Pseudonyms | None:
    """Those under which the daemon's own history names authors, where the secrets beside the store can be read."""
    from sentinel.assembly.pseudonyms import pseudonyms_of
    from sentinel.store.holder import file_of
    from sentinel.store.kept_secrets import read_secrets
    from sentinel.store.secret_store import secrets_path

    store = file_of(settings.store.url.get_secret_value())
    try:
        key = read_secrets(secrets_path(store).read_bytes()).authors.value if store is not None else None
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return pseudonyms_of(settings, key)


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
