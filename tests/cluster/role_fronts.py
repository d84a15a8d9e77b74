"""Who sends and who shows pages in the chaos: two notifiers and two webs as they are run, each of which may freeze."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml

from sentinel.micros import to_micros
from tests.cluster.nats_servers import CLOCK, soon
from tests.stories.daemon import RunningDaemon
from tests.stories.phone import Phone, a_phone

FROZEN = 10.0
"""Seconds: three times as long as others wait for a beat."""
SLOWLY = 0.5
ROOT = Path(__file__).parents[2]
_OPEN = "SELECT id FROM incidents WHERE state = 'open' ORDER BY opened_at DESC LIMIT 1"
_WAITING = "SELECT id FROM outbox WHERE kind = 'page' AND state IN ('queued', 'leased') AND id <= {newest} LIMIT 1"
_OF = "SELECT id FROM outbox WHERE state IN ('queued', 'leased') AND owner LIKE '%-{pid}-%' LIMIT 1"
_ENDED_SINCE = "SELECT id FROM outbox WHERE state NOT IN ('queued', 'leased') AND done_at > {micros} LIMIT 1"
_NEWEST = "SELECT coalesce(max(id), 0) AS id FROM outbox"
_ENDED = "SELECT state, ambiguous, count(*) AS many FROM outbox WHERE kind = 'page' GROUP BY state, ambiguous"


class RoleFronts:
    """Use `begin`, then the faults, and `end`.

    Parameters
    ----------
    ask
        Puts a statement to the database.
    """

    def __init__(self, ask: Callable[[str], Awaitable[Sequence[Any]]], rng: Random) -> None:
        self._ask = ask
        self._rng = rng
        self._stack = ExitStack()
        self.phone: Phone = self._stack.enter_context(a_phone())
        self._running: dict[str, tuple[RunningDaemon, subprocess.Popen[bytes]]] = {}

    async def begin(self, settings: dict[str, Any], folder: Path) -> None:
        """Start them, each with a port of its own, and wait until they are ready."""
        for name in ("notify1", "notify2", "web1", "web2"):
            known = RunningDaemon(folder, settings)
            path = folder / f"{name}.yaml"
            path.write_text(yaml.safe_dump(settings | {"web": {"port": known.port}}), encoding="utf-8")
            self._running[name] = known, _started(name[:-1], path)
        for name in self._running:
            await soon(partial(self._ready, name), f"{name} is ready", every=SLOWLY)

    async def freeze_notifier(self) -> str:
        """One that has something in hand, or either. The other has all of it then, and goes on sending."""
        mine = "SELECT owner FROM outbox WHERE state IN ('queued', 'leased') AND owner <> '' GROUP BY owner"
        owners = [row["owner"] for row in await self._ask(mine)]
        busy = [name for name in ("notify1", "notify2") if any(f"-{self._pid(name)}-" in each for each in owners)]
        name = self._rng.choice(busy or ["notify1", "notify2"])
        before = len(self.phone.pages)
        async with _Frozen(self._pid(name)):
            await CLOCK.sleep(FROZEN)
            at = to_micros(CLOCK.now())
            await soon(partial(self._none, _OF.format(pid=self._pid(name))), "the other has all of it", every=SLOWLY)
            await soon(partial(self._some, _ENDED_SINCE.format(micros=at)), "the other goes on", every=SLOWLY)
        return f"{name}, {len(self.phone.pages) - before} messages sent meanwhile"

    async def freeze_web(self) -> str:
        """Somebody acknowledges at the other one; the woken one knows it, and refuses who comes late."""
        frozen, other = self._rng.sample(["web1", "web2"], 2)
        found = await self._ask(_OPEN)
        incident = found[0]["id"] if found else ""
        path = f"/api/v1/incidents/{incident}"
        async with _Frozen(self._pid(frozen)):
            await CLOCK.sleep(FROZEN)
            if incident:
                asked = partial(self._acknowledged, other, path)
                await soon(asked, f"{incident} is acknowledged at {other}", every=SLOWLY)
        await soon(partial(self._ready, frozen), f"{frozen} is awake", every=SLOWLY)
        if not incident:
            return frozen
        await soon(partial(self._knows, frozen, path), f"{frozen} knows who has {incident}", every=SLOWLY)
        status, _ = await asyncio.to_thread(self._posted, frozen, f"{path}/ack", "late")
        assert status == 409, f"{frozen} let somebody else take {incident}: {status}"
        return f"{frozen}, {incident} acknowledged at {other}"

    async def judged(self) -> tuple[list[str], str]:
        """What was decided and never sent; what there was."""
        newest = (await self._ask(_NEWEST))[0]["id"]
        await soon(partial(self._none, _WAITING.format(newest=newest)), "all pages are sent", every=SLOWLY)
        rows = await self._ask(_ENDED)
        told = ", ".join(f"{row['many']} {row['state']}{' (repeat)' * bool(row['ambiguous'])}" for row in rows)
        failed = sum(row["many"] for row in rows if row["state"] == "failed")
        wrong = [f"{failed} pages failed"] if failed else []
        return wrong, f"pages {told}; {len(self.phone.pages)} messages arrived"

    def end(self) -> None:
        """Nothing is left running."""
        for _, process in self._running.values():
            process.kill()
            process.wait()
        self._stack.close()

    def _pid(self, name: str) -> int:
        return self._running[name][1].pid

    async def _ready(self, name: str) -> bool:
        return (await asyncio.to_thread(self._running[name][0].get, "/-/ready"))[0] == 200

    async def _none(self, query: str) -> bool:
        return not await self._ask(query)

    async def _some(self, query: str) -> bool:
        return bool(await self._ask(query))

    def _posted(self, name: str, path: str, by: str) -> tuple[int, Any]:
        return self._running[name][0].post(path, json.dumps({"by": by}).encode())

    async def _acknowledged(self, name: str, path: str) -> bool:
        """By somebody: people in the chaos acknowledge as well."""
        return (await asyncio.to_thread(self._posted, name, f"{path}/ack", "web"))[0] in (200, 409)

    async def _knows(self, name: str, path: str) -> bool:
        status, body = await asyncio.to_thread(self._running[name][0].get, path)
        return status == 200 and json.loads(body)["incident"]["state"] != "open"


def _started(role: str, path: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "sentinel", "run", "--role", role, "-c", str(path)]
    with path.with_suffix(".log").open("ab") as log:
        return subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})


class _Frozen:
    """A process stands still in the block."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    async def __aenter__(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)

    async def __aexit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGCONT)
