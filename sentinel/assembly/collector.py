"""Python's collector of garbage in cycles, which looks through all objects there are, and lets nothing else run
meanwhile.

Ten thousand brands are most of a million objects that stay. While they are made, it would look through them again and
again: half of a start's processor time. Once they stand, each look would hold the event loop for half a second and
more.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (10_000, 20, 20)
"""New objects before the newest, and times before older ones, are looked through: a daemon makes many small things
that live for a moment and are in no cycle.
"""


def look_seldom() -> None:
    """For a process that runs for long."""
    gc.set_threshold(*SELDOM)


@contextmanager
def uncollected() -> Iterator[None]:
    """What is made meanwhile stays: nothing is looked for in it before the end."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()


def pass_over() -> None:
    """What is in memory now stays as long as the process does, or as something refers to it: no more looks at it."""
    gc.freeze()


def pass_over_more() -> None:
    """The same of what a reload has brought, in a process that passes over what it began with."""
    if gc.get_freeze_count():
        gc.freeze()
