"""Asks a process beside the daemon what would have been: one at a time, with a limit, so that nobody who listens waits
for it.
"""

import asyncio
import sys

import msgspec
import structlog

from sentinel.tuning.question import Unanswered, WhatIfAnswer, WhatIfQuestion

LIMIT = 45.0
"""Seconds after which the process is ended."""
log = structlog.get_logger(__name__)


class WhatIfProcess:
    """Starts `sentinel.tuning.what_if_process` for one question after another."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit
        self._asked = asyncio.Lock()

    async def ask(self, question: WhatIfQuestion) -> WhatIfAnswer | Unanswered:
        """The answer, or why there is none.

        The question goes over a pipe: it may hold a password, and arguments are public.
        """
        if self._asked.locked():
            return Unanswered.BUSY
        async with self._asked:
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "sentinel.tuning.what_if_process",
                stdin=pipe,
                stdout=pipe,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async with asyncio.timeout(self._limit):
                    out, _ = await process.communicate(msgspec.json.encode(question))
            except TimeoutError:
                return Unanswered.TOO_LONG
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if process.returncode != 0:
                log.error("what_if_failed", status=process.returncode)
                return Unanswered.FAILED
            return msgspec.json.decode(out, type=WhatIfAnswer)
