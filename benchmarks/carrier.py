"""The carrier over three NATS servers on this machine: ``python -m benchmarks.carrier [mentions]``.

Publishers hand batches of a hundred mentions each to sixteen partitions; then one process takes and acknowledges all.
The servers write through to the disk, all three to the same one.
"""

import asyncio
import resource
import sys
import time
from random import Random

from pydantic import SecretStr

from sentinel.clock import SystemClock
from sentinel.cluster.carrier import Carried
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.config.nats import NatsSettings
from tests.cluster.nats_servers import NatsServers

PARTITIONS = 16
BODY = 700
BATCH = 100
AT_ONCE = 8


async def publish(carrier: JetStreamCarrier, mentions: int) -> list[float]:
    """Seconds that each batch waited."""
    took: list[float] = []
    batches = iter(range(mentions // BATCH))

    async def one() -> None:
        for number in batches:
            rng = Random(number)
            items = [
                Carried(part=rng.randrange(PARTITIONS), id=f"{number}/{n}", body=rng.randbytes(BODY))
                for n in range(BATCH)
            ]
            began = time.perf_counter()
            await carrier.publish(items)
            took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one())
    return sorted(took)


async def take(carrier: JetStreamCarrier, mentions: int) -> None:
    """All of them, partition by partition at once."""
    left = mentions // BATCH * BATCH
    done = asyncio.Event()

    async def one(part: int) -> None:
        nonlocal left
        async for batch in carrier.take(part, 0):
            left -= len(batch.bodies)
            await carrier.accepted(part, batch.last)
            if left <= 0:
                done.set()

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one(part)) for part in range(PARTITIONS)]
        await done.wait()
        for each in running:
            each.cancel()


async def main(servers: NatsServers, mentions: int) -> None:
    settings = NatsSettings(servers=tuple(map(SecretStr, servers.urls)), max_bytes=2**28)
    await (await servers.client()).close()
    carrier = await JetStreamCarrier.open(settings, PARTITIONS, SystemClock())
    began, used = time.perf_counter(), cpu()
    took = await publish(carrier, mentions)
    passed = time.perf_counter() - began
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"published: {mentions / passed:,.0f}/s, {mentions / (cpu() - used):,.0f} a second of this process's time")
    print(f"a batch of {BATCH} waited {p50 * 1000:.0f} ms (median), {p99 * 1000:.0f} ms (p99)")
    began, used = time.perf_counter(), cpu()
    await take(carrier, mentions)
    passed = time.perf_counter() - began
    print(f"taken: {mentions / passed:,.0f}/s, {mentions / (cpu() - used):,.0f} a second of this process's time")
    await carrier.close()


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    servers = NatsServers.begin()
    try:
        asyncio.run(main(servers, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
    finally:
        servers.end()
