"""Infrastructure alerts on disk: as they stand, over what stood there, and let go of in time."""

from datetime import timedelta

import msgspec
from sqlalchemy import text

from sentinel.incidents.infrastructure_alert import AlertSeverity, StandingAlert
from sentinel.store.database import Database
from sentinel.store.infrastructure import AlertStore, save_alerts
from tests.fakes import START

ALERT = StandingAlert(
    id="infra-1",
    name="SentinelOutboxAgeing",
    severity=AlertSeverity.CRITICAL,
    summary="A page waits.",
    runbook="",
    started_at=START,
    heard_at=START,
    told={"ops": 0, "ana": 0},
)


async def test_an_alert_is_read_as_it_was_written_last(store_url: str) -> None:
    """In the order in which people were told; what is older than is kept goes."""
    database = await Database.open(store_url)
    store, later = (
        AlertStore(database),
        msgspec.structs.replace(ALERT, id="infra-2", heard_at=START + timedelta(hours=1)),
    )
    taken = msgspec.structs.replace(ALERT, epoch=1, taken_by="ana", taken_at=START)
    async with database.write() as connection:
        await save_alerts(connection, [ALERT, later])
        await save_alerts(connection, [taken])
    assert await store.all() == [later, taken]
    assert list((await store.all())[1].told) == ["ops", "ana"]
    await store.prune(START + timedelta(minutes=1))
    assert await store.all() == [later]
    await database.close()


async def test_an_older_store_that_can_only_be_read_has_none(store_url: str) -> None:
    """A start on a full disk, just after an upgrade, must not fail for a table that could not be made."""
    database = await Database.open(store_url)
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE infrastructure"))
    assert await AlertStore(database).all() == []
    await database.close()
