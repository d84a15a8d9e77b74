"""Run of a fuzzer: so many inputs, or for as long as ``SENTINEL_FUZZ_SECONDS`` says, each named by seed and number."""

import os
import resource
import time
from collections.abc import Callable

from tests.fuzz.mutator import Mutator

SECONDS = float(os.environ.get("SENTINEL_FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("SENTINEL_FUZZ_SEED", "1"))
GROWTH = 300 * 1024
"""Kilobytes by which the process may grow meanwhile."""


def fuzz(name: str, count: int, target: Callable[[Mutator], bytes]) -> int:
    """Let ``target`` take inputs; gives how many. What it raises ends the run and tells the input.

    Parameters
    ----------
    target
        Takes a next input from the mutator, checks what becomes of it, gives what it was.
    """
    mutator, done, before = Mutator(name, SEED), 0, _held()
    until = time.process_time() + SECONDS
    while time.process_time() < until if SECONDS else done < count:
        try:
            target(mutator)
        except BaseException as error:
            error.add_note(f"{name}, seed {SEED}, input {done}")
            raise
        done += 1
    assert _held() - before < GROWTH, f"{name}: the process grew by {_held() - before} kB"
    print(f"{name}: {done} inputs")
    return done


def _held() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
