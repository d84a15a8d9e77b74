"""The carrier that the configuration names: NATS, or a table of the store where it names none."""

from contextlib import AsyncExitStack

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.config.cluster import ClusterSettings
from sentinel.store.database import Database


async def carrier_of(settings: ClusterSettings, database: Database, clock: Clock, stack: AsyncExitStack) -> Carrier:
    """Ready to carry; ``stack`` lets go of it.

    Raises
    ------
    CarrierAway
        When its servers do not answer: a start is not waited for, whoever starts us tries again.
    CarrierMisfit
        When they cannot carry.
    """
    if settings.nats is None:
        return TableCarrier(database, clock)
    from sentinel.cluster.jetstream_carrier import JetStreamCarrier  # its client is there where NATS is asked for

    carrier = await JetStreamCarrier.open(settings.nats, settings.partitions, clock)
    stack.push_async_callback(carrier.close)
    return carrier
