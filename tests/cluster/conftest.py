"""The servers, started once for all tests of this worker; each test has a stream of its own."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
import pytest_asyncio

from tests.cluster.nats_servers import NatsServers
from tests.cluster.stand import CarrierStand

_numbers = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[NatsServers]:
    servers = NatsServers.begin()
    yield servers
    servers.end()


@pytest_asyncio.fixture
async def stand(servers: NatsServers) -> AsyncIterator[CarrierStand]:
    stand = CarrierStand(servers, f"TEST{next(_numbers)}")
    yield stand
    await stand.end()
