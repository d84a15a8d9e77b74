"""Carriers on a stream of one test, and what is read from them."""

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from sentinel.cluster.carrier import Carried, CarriedBatch
from sentinel.cluster.carrier_errors import CarrierAway
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.config.nats import NatsSettings
from tests.cluster.nats_servers import CLOCK, NatsServers, soon
from tests.cluster.relay import Relay

PARTITIONS = 2


class CarrierStand:
    """Opens carriers and ends them with the test."""

    def __init__(self, servers: NatsServers, name: str) -> None:
        self.servers = servers
        self.name = name
        self._carriers: list[JetStreamCarrier] = []
        self._relays: list[Relay] = []

    async def carrier(self, urls: Sequence[str] = (), partitions: int = PARTITIONS, **more: Any) -> JetStreamCarrier:
        """One more process, so to speak; again where the servers are still electing."""
        settings = self.settings(urls, **more)

        async def opened() -> JetStreamCarrier | None:
            try:
                return await JetStreamCarrier.open(settings, partitions, CLOCK)
            except CarrierAway:
                return None

        carrier = await soon(opened, "a carrier opens")
        assert carrier is not None
        self._carriers.append(carrier)
        return carrier

    def settings(self, urls: Sequence[str] = (), **more: Any) -> NatsSettings:
        servers = tuple(SecretStr(each) for each in urls or self.servers.urls)
        return NatsSettings(servers=servers, **{"stream": self.name, "max_bytes": 2**24, **more})

    async def relay(self, number: int = 0) -> Relay:
        """A way to one server that can be cut."""
        relay = Relay(self.servers.ports[number])
        await relay.begin()
        self._relays.append(relay)
        return relay

    async def end(self) -> None:
        for carrier in self._carriers:
            await carrier.close()
        for relay in self._relays:
            await relay.end()


def some(part: int, *words: str) -> list[Carried]:
    return [Carried(part=part, id=f"{part}/{word}", body=word.encode()) for word in words]


class Worker:
    """One who takes from a partition, batch by batch, and says so."""

    def __init__(self, carrier: JetStreamCarrier, part: int, after: int = 0) -> None:
        self.carrier = carrier
        self.part = part
        self.last = after
        self.words: list[str] = []
        self._batches = carrier.take(part, after)

    async def next(self) -> CarriedBatch:
        """The next batch; not yet accepted."""
        batch = await anext(self._batches)
        self.words += [each.decode() for each in batch.bodies]
        self.last = batch.last
        return batch

    async def until(self, word: str) -> list[str]:
        """Every word up to one."""
        while word not in self.words:
            await self.next()
        return self.words

    async def accept(self) -> None:
        await self.carrier.accepted(self.part, self.last)

    async def leave(self) -> None:
        await self._batches.aclose()
