"""How long a test waits for what must happen: by what the processes under test have lived, not by a wall clock."""

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.forks.pulse import MOST, Pulse

PATIENCE = 60.0
"""Seconds that a process under test may live without what is waited for; a machine under load is slow, not wrong."""
HUNG = 180.0
"""Seconds by the wall without a heartbeat, after which a process counts as hung."""
PAUSE = 0.05
watched: set[Pulse] = set()
"""Pulses of the processes that live now."""


class Patience:
    """What is left of it for one wait."""

    def __init__(self, why: str) -> None:
        self._why = why
        self._spent = 0.0
        self._lived = {pulse: pulse.lived for pulse in watched}
        self._beaten = time.monotonic()

    def spend(self, seconds: float) -> None:
        """So long by the wall, nothing happened.

        Raises
        ------
        AssertionError
            When there is none left.
        """
        alive = {pulse: pulse.lived for pulse in watched}
        lived = [now - self._lived.get(pulse, now) for pulse, now in alive.items()]
        self._lived = alive
        if lived and min(lived) <= 0.0:
            if time.monotonic() - self._beaten > HUNG:
                raise AssertionError(f"no heartbeat for {HUNG:.0f} s while waiting: {self._why}")
            return
        self._beaten = time.monotonic()
        self._spent += min(lived, default=min(seconds, MOST))
        if self._spent > PATIENCE:
            raise AssertionError(f"never happened: {self._why}")


def eventually(what: Callable[[], Any], why: str) -> Any:
    """The first true answer of ``what``; asked again and again, since processes have no fake clock."""
    pause = threading.Event()
    patience = Patience(why)
    while not (answer := what()):
        began = time.monotonic()
        pause.wait(PAUSE)
        patience.spend(time.monotonic() - began)
    return answer
