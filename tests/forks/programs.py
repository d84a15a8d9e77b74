"""Other people's programs, started for a test and always ended: asked to first, with all that they started."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

GRACE = 20.0
"""Seconds that a program may take to end when it is asked to, before it is made to."""


@contextmanager
def a_program(
    command: Sequence[str], *, says: IO[bytes] | int = subprocess.DEVNULL, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The program while the block runs; its process group ends with the block, however that ends."""
    program = subprocess.Popen(command, stdout=says, stderr=says, cwd=folder, start_new_session=True)
    try:
        yield program
    finally:
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
