"""Carrying: what takes mentions to the workers of a cluster, for as long as a process runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.config.cluster import ClusterSettings
from sentinel.metrics.carrier import CarrierFigures
from sentinel.store.database import Database


@asynccontextmanager
async def carrying(
    settings: ClusterSettings, database: Database, clock: Clock, registry: CollectorRegistry
) -> AsyncIterator[Carrier]:
    """NATS where the configuration names its servers, a table of the store otherwise.

    Raises
    ------
    CarrierAway
        When the servers do not answer at a start; whoever starts us tries again.
    CarrierMisfit
        When they cannot carry.
    """
    if settings.nats is None:
        yield TableCarrier(database, clock)
        return
    from sentinel.cluster.jetstream_carrier import JetStreamCarrier  # its client is there where NATS is asked for

    carrier = await JetStreamCarrier.open(settings.nats, settings.partitions, clock)
    try:
        carrier.timed(CarrierFigures(registry, carrier).published)
        watching = asyncio.ensure_future(carrier.watch())
        try:
            yield carrier
        finally:
            watching.cancel()
    finally:
        await carrier.close()
