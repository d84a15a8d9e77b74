"""Who posts while a daemon is under random faults: a trickle of mentions, and bursts that make a brand's crisis."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http.client import HTTPException
from random import Random

from sentinel.mention import Mention
from sentinel.simulation.history import Story, history
from sentinel.simulation.texts import texts
from tests.crash.promises import MadeCrisis, Promises
from tests.crash.test_set_clock import SetDaemon
from tests.stories.daemon import just_now

STORM = timedelta(seconds=110)
TIMELY = 45.0
"""Seconds after which a burst that was not taken whole is too old to be a crisis, and is made anew."""
BATCH = 20
EVERY = 0.25
OF_A_BRAND = 0.02
"""Of the trickle: the rest is about nobody."""


class Poster(threading.Thread):
    """It posts until told to stop. What is answered 202 is promised, and a crisis is made once all of its burst is.

    Parameters
    ----------
    lived
        Seconds that the daemon has lived, over all its lives.
    """

    def __init__(
        self, daemon: SetDaemon, brands: Sequence[str], promises: Promises, lived: Callable[[], float], seed: int
    ) -> None:
        super().__init__(name="poster", daemon=True)
        self._daemon = daemon
        self.brands = brands
        self._promises = promises
        self._lived = lived
        self._rng = Random(seed)
        self._wanted: deque[str] = deque()
        self._over = threading.Event()
        self._count = 0

    @property
    def busy(self) -> bool:
        """A burst is being posted."""
        return bool(self._wanted)

    def burst(self, brand: str) -> None:
        """Make a crisis of it."""
        self._wanted.append(brand)

    def stop(self) -> None:
        self._over.set()
        if self.is_alive():
            self.join(30)

    def run(self) -> None:
        while not self._over.is_set():
            if self._wanted:
                self._storm(self._wanted[0])
                self._wanted.popleft()
            else:
                self._post([self._said()])
            self._over.wait(EVERY)

    def calm(self) -> None:
        """A day and a half of every brand; the daemon must take it."""
        for number, brand in enumerate(self.brands):
            story = Story(
                brand=brand, language="es", end=self._now(), seed=number, calm=timedelta(days=1.5), storm=timedelta(0)
            )
            while not self._post(list(history(story))):
                self._over.wait(EVERY)

    def _storm(self, brand: str) -> None:
        began = time.monotonic()
        while not self._over.is_set():
            self._count += 1
            story = Story(
                brand=brand,
                language="es",
                end=self._now(),
                seed=1000 + self._count,
                calm=timedelta(0),
                storm=STORM,
                per_hour=0,
                storm_per_minute=160,
            )
            if self._taken(list(history(story))):
                self._promises.crises.append(MadeCrisis(brand=brand, began=began, lived=self._lived()))
                return

    def _taken(self, mentions: Sequence[Mention]) -> bool:
        """In time, however often it must be posted."""
        made = time.monotonic()
        for start in range(0, len(mentions), BATCH):
            while not self._post(mentions[start : start + BATCH]):
                if self._over.wait(EVERY) or time.monotonic() - made > TIMELY:
                    return False
        return True

    def _post(self, mentions: Sequence[Mention]) -> bool:
        try:
            status, answer = self._daemon.send(mentions)
        except (OSError, HTTPException):
            return False  # it was killed, or is not there
        if status != 202 or answer["rejected"]:
            return False
        self._promises.mentions.update(mention.key for mention in mentions)
        return True

    def _said(self) -> Mention:
        self._count += 1
        words = texts("es")
        text = f"Vecinos del número {self._count}"
        if self._rng.random() < OF_A_BRAND:
            text = words.say(words.calm, self._rng.choice(self.brands), self._rng)
        id = f"said-{self._count}"
        return Mention(source="x", id=id, text=text, published_at=self._now(), lang="es")

    def _now(self) -> datetime:
        return just_now() + self._daemon.offset
