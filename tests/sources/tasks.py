"""Runs a source beside a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sentinel.config.source_settings import SourceSettings
from sentinel.sources.base import Inlet, Source


@asynccontextmanager
async def running(source: Source[SourceSettings], inlet: Inlet, cursor: bytes | None = None) -> AsyncIterator[None]:
    """The source reads while the block runs, and is stopped at its end."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(source.run(inlet, cursor))
        yield
        task.cancel()
