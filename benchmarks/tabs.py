"""Open pages, as a process of its own: python benchmarks/tabs.py PORT COUNT /incidents/ID; ends when its standard input
does.

Each listens to `/api/v1/live` and fetches its changing part when it is told, as ``live.js`` does: one fetch at a time,
and the next one, where something came in meanwhile, a second later.
"""

import asyncio
import json
import sys
from collections import Counter

from aiohttp import ClientSession, ClientTimeout, TCPConnector

FRAGMENTS = ("/fragments/status?lang=es",) * 6 + ("/fragments/wall?lang=es",) * 3


async def tab(session: ClientSession, path: str, seen: Counter[str], opened: asyncio.Semaphore) -> None:
    wanted = asyncio.Event()

    async def fetch() -> None:
        while True:
            await wanted.wait()
            wanted.clear()
            async with session.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
                seen["bytes"] += len(await answer.read())
                assert answer.status == 200, answer.status
            seen["fetched"] += 1
            if wanted.is_set():
                await asyncio.sleep(1)

    async with session.get("/api/v1/live") as told, asyncio.TaskGroup() as tasks:
        assert told.status == 200, told.status
        fetching = tasks.create_task(fetch())
        opened.release()
        try:
            async for line in told.content:
                if line.startswith(b"data:"):
                    seen["told"] += 1
                    wanted.set()
        finally:
            fetching.cancel()


async def main(port: int, count: int, incident: str) -> None:
    seen: Counter[str] = Counter(told=0, fetched=0, bytes=0)
    paths = (*FRAGMENTS, f"/fragments{incident}?lang=es")
    opened = asyncio.Semaphore(0)
    connector = TCPConnector(limit=0)
    async with ClientSession(
        f"http://127.0.0.1:{port}", connector=connector, timeout=ClientTimeout(None), auto_decompress=False
    ) as session:
        tabs = [asyncio.create_task(tab(session, paths[n % len(paths)], seen, opened)) for n in range(count)]
        for _ in range(count):
            await opened.acquire()
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for each in tabs:
            each.cancel()
        await asyncio.wait(tabs)
        failed = [each.exception() for each in tabs if not each.cancelled() and each.exception()]
        assert not failed, failed[0]
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
