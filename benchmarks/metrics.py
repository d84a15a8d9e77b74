"""What metrics cost with many brands: series, memory, a tick that moves every brand, and a scrape as Prometheus asks
for it.

    python benchmarks/metrics.py [BRANDS]     default 5000

Times are of this machine now. The scrape goes over a real socket, gzipped, in OpenMetrics, and is read to its end.
"""

import asyncio
import resource
import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace

from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry

from sentinel.clock import SystemClock
from sentinel.engine.board import Board, BrandCard
from sentinel.metrics.metrics import Metrics
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.brand_scorer import signals
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from sentinel.web import health
from sentinel.web.access.visible import VISIBLE
from sentinel.web.endpoint import Route
from sentinel.web.ports.ports import PORTS
from sentinel.web.server import serve

ACCEPT = {
    "Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
    "Accept-Encoding": "gzip",
}
THRESHOLDS = Thresholds()


def resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def a_board(brands: list[str], score: float) -> Board:
    at, shares = datetime(2026, 3, 2, tzinfo=UTC), dict.fromkeys(signals(), score / len(signals()))
    cards = [
        BrandCard(
            name=brand,
            incident=None,
            blind=(),
            history=(),
            assessment=Assessment(
                brand=brand,
                at=at,
                score=score,
                contributions=shares,
                level=Level.CALM,
                evidence=(),
                gates=(),
                warming=False,
                samples=(),
                mentions=9,
                negatives=1,
                authors=9,
            ),
        )
        for brand in brands
    ]
    return Board(at=at, brands=tuple(cards), sources=(), queue=0)


@web.middleware
async def of_every_brand(request: web.Request, handler: Route) -> web.StreamResponse:
    request[VISIBLE] = request.app[PORTS]
    return await handler(request)


async def scrape(metrics: Metrics) -> tuple[float, int]:
    app = web.Application(middlewares=[of_every_brand])
    app[PORTS] = SimpleNamespace(metrics=metrics, clock=SystemClock())  # type: ignore[misc]  # all that the route asks of them
    app.router.add_get("/metrics", health.get_metrics.answer)
    async with serve(app, "127.0.0.1", 0) as bound, ClientSession() as session:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            async with session.get(f"{bound.url}/metrics", headers=ACCEPT) as answer:
                text = await answer.read()
            took.append(time.perf_counter() - began)
    return sorted(took)[2], sum(not line.startswith(b"#") for line in text.splitlines())


def main(count: int) -> None:
    brands, before = [f"Brand {number}" for number in range(count)], resident()
    metrics = Metrics(CollectorRegistry())
    began = time.perf_counter()
    metrics.declare(
        brands=brands,
        sources=["bluesky"],
        signals=list(signals()),
        channels=["ntfy"],
        langs=["es"],
        thresholds=dict.fromkeys(brands, THRESHOLDS),
    )
    print(f"declared {count:,} brands      {time.perf_counter() - began:6.2f} s   {resident() - before:6.1f} MiB")
    boards = [a_board(brands, score) for score in (1.0, 2.0)]
    metrics.board(boards[0])
    for name, board in (("a tick that moves all", boards[1]), ("a tick that moves none", boards[1])):
        began = time.perf_counter()
        metrics.board(board)
        print(f"{name:24s}    {time.perf_counter() - began:6.3f} s")
    took, series = asyncio.run(scrape(metrics))
    print(
        f"a scrape, median of five    {took:6.3f} s   {series:,} series, "
        f"{series / count:.1f} a brand   {resident():.0f} MiB at most"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
