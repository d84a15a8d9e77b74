"""The real daemon under faults drawn at random: ``python -m tests.crash.faults --minutes 60 [--seed N]``.

It is killed, stopped and gone on with, told to reload files that are changed, broken or lack a brand; its receivers and
its newspaper refuse, hang and lie; its wall clock is set, its store deleted. Meanwhile mentions are posted, brands get
into crises, people acknowledge over their links. What is judged stands in `promises.py`. The seed gives the same draws
again, not the same instants: those are the machine's.
"""

import argparse
import json
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count, takewhile
from pathlib import Path
from random import Random

from tests.crash.faulted_daemon import BRANDS, BROKEN, CHANGES, FaultedDaemon
from tests.crash.outside import FEEDS, RECEIVERS, Outside, an_outside
from tests.crash.poster import Poster
from tests.crash.promises import Answer, Promises
from tests.crash.store import Kept, unsettled
from tests.crash.told_apart import looks
from tests.forks.patience import eventually

PAUSE = 1.5
"""Seconds between two acts, on average."""
NOTICED = 15.0
"""Seconds that a daemon may live without noticing that its store is gone."""
CALM_AGAIN = timedelta(hours=7)
"""By the daemon's clock: a brand that had a crisis can have another one."""
LINK = re.compile(r"https?://[^/\s]+(/a/[^\s/]+)")


class RandomFaults:
    """One run: `step` does one thing and looks, `settle` heals all and judges."""

    def __init__(self, folder: Path, outside: Outside, seed: int, brands: Sequence[str] = BRANDS) -> None:
        self._rng = Random(seed)
        self._outside = outside
        self._promises = Promises(outside.arrivals)
        self._daemon = FaultedDaemon(folder, outside, brands)
        self._poster = Poster(self._daemon, brands, self._promises, lambda: self._daemon.lived, seed)
        self._began = time.monotonic()
        self._store: Kept | None = None
        self._bursts: dict[str, timedelta] = {}
        self._highest = timedelta(0)
        self._fragile = False
        """The store was deleted and is not back: a kill now would lose what nobody could keep."""
        self._deleted = 0.0
        self._mute: set[str] = set()
        self._answered: set[str] = set()
        """Keys of pages whose link was pressed."""
        self._steps = 0
        self._acts: Mapping[Callable[[], str], int] = {
            self._crisis: 5,
            self._acknowledge: 6,
            self._receivers: 4,
            self._feed: 2,
            self._kill: 2,
            self._terminate: 1,
            self._freeze: 2,
            self._reload: 2,
            self._reload_broken: 1,
            self._reload_without: 1,
            self._set_clock: 2,
            self._delete_store: 1,
        }

    def begin(self) -> None:
        self._daemon.begin()
        self._poster.calm()
        self._poster.start()

    def step(self) -> None:
        """One act, a while, and a look."""
        (act,) = self._rng.choices(list(self._acts), list(self._acts.values()))
        wait = self._rng.expovariate(1 / PAUSE)
        self._say(act.__name__.strip("_"), act())
        threading.Event().wait(wait)
        self._look()
        self._steps += 1

    def settle(self) -> list[str]:
        """Everything works again; gives what was not kept."""
        self._outside.modes.clear()
        self._outside.open()
        self._daemon.heal(max(self._highest, self._daemon.offset))
        self._highest = self._daemon.offset
        self._say("settle", "all works again")
        try:
            eventually(lambda: not self._poster.busy, "bursts are taken")
            self._poster.stop()
            eventually(self._all_known, "every crisis is known to somebody")
            self._acknowledge_all()
            eventually(lambda: not unsettled(self._daemon.database), "nothing waits")
            self._stop()
        except (AssertionError, OSError) as error:
            self._promises.broken.append(str(error))
        finally:
            self.end()
        store = self._promises.look(self._daemon.database)
        assert store is not None, "the store cannot be read"
        said = f"{self._steps} acts, {self._daemon.lives} lives, {self._promises}, "
        self._say("over", f"{said}{len(self._outside.arrivals)} calls at receivers")
        return self._promises.end(store, looks(self._daemon.folder))

    def end(self) -> None:
        """Nothing is left running."""
        self._poster.stop()
        self._daemon.end()

    # -- acts, each giving what it did
    # --------------------------------------------------------------------------------------------------------------

    def _crisis(self) -> str:
        quiet = [brand for brand in self._daemon.brands if self._calm(brand)]
        if not quiet or self._poster.busy:
            return ""
        brand = self._rng.choice(quiet)
        self._bursts[brand] = self._now
        self._poster.burst(brand)
        return brand

    def _acknowledge(self) -> str:
        pages = {each.key: each for each in self._outside.arrivals if each.seen and each.key not in self._answered}
        linked = [key for key in pages if LINK.search(self._outside.bodies.get(key, ""))]
        if not linked:
            return ""
        key = self._rng.choice(linked[-8:])
        (path,) = LINK.findall(self._outside.bodies[key])[:1]
        status = self._daemon.press(f"{path}/ack")
        if status is not None:
            self._answered.add(key)
        if status == 303:
            self._promises.answers.append(Answer(key=key, at=time.monotonic()))
        return f"{pages[key].title} by {pages[key].contact}: {status}"

    def _receivers(self) -> str:
        if self._rng.random() < 0.1:
            self._outside.close()
            return "nobody listens"
        self._outside.open()
        for contact in ("ana", "ana2", "boss"):
            self._outside.modes[contact] = "ok" if self._rng.random() < 0.5 else self._rng.choice(RECEIVERS)
        return str({contact: mode for contact, mode in self._outside.modes.items() if contact != "feed"})

    def _feed(self) -> str:
        mode = self._outside.modes["feed"] = self._rng.choice(FEEDS)
        return mode

    def _kill(self) -> str:
        absent, ready = self._rng.choice((0.0, 0.0, 2.0, 6.0)), self._rng.random() < 0.6
        if self._fragile:
            return ""
        self._daemon.kill()
        threading.Event().wait(absent)
        self._daemon.begin(wait=ready)
        return f"away for {absent} s{'' if ready else ', not waited for'}"

    def _terminate(self) -> str:
        if self._fragile:
            return ""
        self._stop()
        self._daemon.begin()
        return "and started again"

    def _freeze(self) -> str:
        seconds, killed = self._rng.choice((0.3, 1.0, 3.0, 8.0)), self._rng.random() < 0.2
        self._daemon.signal(signal.SIGSTOP)
        threading.Event().wait(seconds)
        killed = killed and not self._fragile
        if killed:
            self._daemon.kill()
            self._daemon.begin()
        self._daemon.signal(signal.SIGCONT)
        return f"{seconds} s{', then killed' if killed else ''}"

    def _reload(self) -> str:
        change = self._rng.choice(CHANGES)
        self._daemon.change(change, restored=self._rng.random() < 0.5)
        self._daemon.signal(signal.SIGHUP)
        return json.dumps(change)

    def _reload_broken(self) -> str:
        broken = self._rng.choice(BROKEN)
        self._daemon.config.write_bytes(broken)
        self._daemon.signal(signal.SIGHUP)
        return repr(broken[:60])

    def _reload_without(self) -> str:
        if self._poster.busy or len(self._daemon.brands) <= 2 * len(self._poster.brands) // 3:
            return ""
        waiting = {crisis.brand for crisis in self._promises.crises}
        brand = self._rng.choice([brand for brand in self._daemon.brands if brand not in waiting])
        self._daemon.remove(brand)
        self._daemon.signal(signal.SIGHUP)
        return f"without {brand}"

    def _set_clock(self) -> str:
        step = self._rng.choice((-3600, -600, -30, 30, 60, 25_200, 36_000))
        if self._poster.busy or (step > 60 and self._promises.crises):
            return ""
        self._daemon.set(self._daemon.offset + timedelta(seconds=step))
        self._highest = max(self._highest, self._daemon.offset)
        return f"by {step} s, to {self._daemon.offset}"

    def _delete_store(self) -> str:
        ending = self._rng.choice(("", "*"))
        if self._fragile or not self._daemon.ready:
            return ""
        self._fragile, self._deleted = True, self._daemon.lived
        self._daemon.delete_store(ending)
        return f"sentinel.db{ending}"

    # -- looks
    # --------------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._daemon.check_alive()
        if self._fragile:
            self._fragile = not self._daemon.store_is_back
            if self._fragile and self._daemon.lived - self._deleted > NOTICED and self._daemon.health == "healthy":
                self._promises.broken.append(f"healthy without a store {NOTICED} s after it was deleted")
            return
        self._store = self._promises.look(self._daemon.database) or self._store
        for crisis in self._promises.mute(self._daemon.lived):
            said = self._daemon.health
            if said == "healthy":
                self._promises.broken.append(f"{time.monotonic() - self._began:.1f}: healthy and mute: {crisis}")
            if crisis.brand not in self._mute:
                self._mute.add(crisis.brand)
                self._say("MUTE", f"{crisis} health says {said!r}")

    def _all_known(self) -> bool:
        self._look()
        return not (self._fragile or self._promises.crises)

    @property
    def _now(self) -> timedelta:
        return timedelta(seconds=time.monotonic()) + self._daemon.offset

    def _calm(self, brand: str) -> bool:
        """No incident runs, and the last crisis is long ago."""
        live = self._store is not None and any(one.live and one.brand == brand for one in self._store.incidents)
        last = self._bursts.get(brand)
        return not live and (last is None or self._now - last > CALM_AGAIN)

    def _stop(self) -> None:
        if (status := self._daemon.stop()) != 0:
            self._promises.broken.append(f"SIGTERM ended it with {status}")

    def _acknowledge_all(self) -> None:
        for incident in self._daemon.json("/api/v1/incidents")["incidents"]:
            self._daemon.post(f"/api/v1/incidents/{incident['id']}/ack", b'{"by": "ana"}')

    def _say(self, act: str, what: str) -> None:
        if what:
            print(f"{time.monotonic() - self._began:8.1f} [{self._daemon.lives}] {act}: {what}", flush=True)


def play(folder: Path, seed: int, goes_on: Callable[[int], bool], *, brands: Sequence[str] = BRANDS) -> list[str]:
    """One run, as long as it ``goes_on`` after so many acts; gives what was not kept."""
    with an_outside() as outside:
        faults = RandomFaults(folder, outside, seed, brands)
        try:
            faults.begin()
            for _ in takewhile(goes_on, count()):
                faults.step()
            return faults.settle()
        finally:
            faults.end()


def main() -> None:
    parser = argparse.ArgumentParser(description="The real daemon under faults drawn at random.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sentinel-faults-"))
    print(f"seed {asked.seed}, in {folder}", flush=True)
    end = time.monotonic() + asked.minutes * 60
    found = play(folder, asked.seed, lambda _: time.monotonic() < end)
    for fault in found:
        print(fault)
    if found:
        sys.exit(f"{len(found)} promises broken; seed {asked.seed}, log and store in {folder}")
    shutil.rmtree(folder)
    print(f"all kept; seed {asked.seed}")


if __name__ == "__main__":
    main()
