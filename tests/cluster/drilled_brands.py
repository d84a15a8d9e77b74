"""People in the chaos: they begin drills, acknowledge them while everything fails, and read what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import msgspec

from sentinel.cluster.asked import AskedDrill, AskedThing, read_answer, read_asked, write_asked
from sentinel.incidents.command import Action, Command
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry, Why
from sentinel.micros import to_micros
from sentinel.scoring.level import Level
from sentinel.store.incident_body import read_incident
from tests.cluster.ladders import Page, judged_ladders
from tests.cluster.nats_servers import CLOCK

LOOK_EVERY = 1.0
LEAST, MOST = timedelta(seconds=3), timedelta(seconds=40)
"""How long a drill climbs before somebody acknowledges it."""
PATIENCE = timedelta(seconds=20)
"""A command that was put in is not put in again before."""
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class DrilledBrands:
    """Use `live` while there are faults, then `judged`.

    Parameters
    ----------
    ask
        Puts a statement to the database.
    parts
        Brand to its partition.
    burning
        Brands that are in real trouble all the time; whoever acknowledges theirs has it from then on.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Sequence[Any]]],
        parts: Mapping[str, int],
        burning: Sequence[str],
        rng: Random,
    ) -> None:
        self._ask = ask
        self._parts = parts
        self._burning = burning
        self._rng = rng
        self._asked: dict[tuple[str, str], datetime] = {}
        self._lasts: dict[str, timedelta] = {}

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(*TROUBLE):
                await self.look(CLOCK.now())
            await CLOCK.sleep(LOOK_EVERY)

    async def look(self, now: datetime) -> None:
        """Begin drills where none runs, acknowledge those that have climbed for long enough."""
        live = {each.brand: each for each in await self._incidents("WHERE state IN ('open', 'acknowledged')")}
        for brand in self._parts:
            drill = live.get(brand)
            if drill is None and brand in self._burning:
                continue
            if drill is None:
                level = self._rng.choice((Level.ALERT, Level.CRISIS))
                await self._put(brand, brand, AskedDrill(brand=brand, level=level, by="chaos"), now)
                continue
            lasts = self._lasts.setdefault(drill.id, LEAST + self._rng.random() * (MOST - LEAST))
            if drill.acknowledgement is None and now - drill.opened_at > lasts:
                command = Command(incident=drill.id, action=Action.ACKNOWLEDGE, by="chaos")
                await self._put(brand, drill.id, command, now)

    async def judged(self) -> tuple[list[str], str]:
        """What was not kept, and what there was to keep."""
        incidents, pages, acknowledged = await self._incidents(), await self._pages(), await self._acknowledged()
        drills = [each for each in incidents if each.drill]
        told = {id: at for id, at in acknowledged.items() if id in {each.id for each in drills}}
        lines = await self._lines()
        passed_over = {(id, each.step) for id, told_ in lines.items() for each in told_ if each.why is Why.OVERDUE}
        whats = {id: [each.what for each in told_] for id, told_ in lines.items()}
        wrong = judged_ladders(drills, pages, told, passed_over, whats, CLOCK.now())
        real = [each for each in incidents if not each.drill]
        wrong += [f"{each.id} was acknowledged and is open" for each in real if _is_open_again(each, acknowledged)]
        wrong += [f"{brand} burns, and no incident says so" for brand in self._burning if not _of(brand, real)]
        return wrong, (
            f"{len(drills)} drills and {len(real)} incidents, {len(pages)} pages decided, "
            f"{len(acknowledged)} acknowledged"
        )

    async def _put(self, brand: str, about: str, thing: AskedThing, now: datetime) -> None:
        key = type(thing).__name__, about
        if now - self._asked.get(key, now - PATIENCE) < PATIENCE:
            return
        self._asked[key] = now
        body = write_asked(thing).hex()
        await self._ask(
            "INSERT INTO commands (part, asked_at, body, answered) "
            f"VALUES ({self._parts[brand]}, {to_micros(now)}, '\\x{body}', false)"
        )

    # -- what is in the store

    async def _incidents(self, where: str = "") -> list[Incident]:
        return [read_incident(bytes(row["body"])) for row in await self._ask(f"SELECT body FROM incidents {where}")]

    async def _pages(self) -> list[Page]:
        columns = "incident, round, step, contact"
        rows = await self._ask(f"SELECT {columns} FROM outbox WHERE kind = 'page' AND incident IS NOT NULL")
        return [Page(row["incident"], row["round"], row["step"], row["contact"]) for row in rows]

    async def _acknowledged(self) -> dict[str, datetime]:
        """Of which somebody was told so."""
        told: dict[str, datetime] = {}
        for row in await self._ask("SELECT body, answer FROM commands WHERE answered"):
            asked, change = read_asked(bytes(row["body"])), read_answer(row["answer"]).change
            if isinstance(asked, Command) and change is not None and change.incident.acknowledgement is not None:
                told[asked.incident] = change.incident.acknowledgement.at
        return told

    async def _lines(self) -> dict[str, list[TimelineEntry]]:
        """Timelines, in the order in which they were committed."""
        found: dict[str, list[TimelineEntry]] = {}
        for row in await self._ask("SELECT incident, body FROM timeline ORDER BY id"):
            found.setdefault(row["incident"], []).append(msgspec.json.decode(bytes(row["body"]), type=TimelineEntry))
        return found


async def ended(task: asyncio.Task[None]) -> None:
    """It is over."""
    task.cancel()
    await asyncio.wait([task])


def _is_open_again(incident: Incident, acknowledged: Mapping[str, datetime]) -> bool:
    """One that nobody has although somebody was told that they do; a level that rose since takes it from them."""
    return incident.id in acknowledged and incident.state is State.OPEN and incident.acknowledgement is None


def _of(brand: str, incidents: Sequence[Incident]) -> list[Incident]:
    return [each for each in incidents if each.brand == brand]
