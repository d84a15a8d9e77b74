"""Store alarm: tells the operators that the store fails, and that it is well again, each once.

It needs no store: what is told goes out from this process's memory. Of several processes one tells; another one, which
cannot know whether that one still lives, a minute later. They page from memory whoever ladders would have paged.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.memory_ladders import MemoryLadders
from sentinel.phrases.phrases import say, span
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.findings import StoreFinding
from sentinel.store.health import Trouble

LASTING = timedelta(seconds=10)
"""A store that fails for less is no news: a backup that held a lock."""
STAND_IN = timedelta(minutes=1)
"""How much later somebody else tells it."""
STEADY, RECENTLY = timedelta(minutes=1), timedelta(minutes=10)
"""For how long it must be well before people hear so, where they heard the same that lately: one that fails and comes
back all the time is told as failing, once.
"""
CLIMBS_AFTER = timedelta(seconds=50)
"""From word to the operators until ladders are climbed from memory: a server that is restarted is back by then."""


class StoreAlarm:
    """Looks once a round.

    Parameters
    ----------
    tells_after
        For how long the store must fail before this process says so; ``None``: others do. It is asked while the store
        fails, too.
    poke
        Called when there is something to send.
    ladders
        Of a cluster, where nothing is decided while the store fails; one process goes on deciding.
    """

    def __init__(
        self,
        store: FailoverStore,
        operators: OperatorNotices,
        tells_after: Callable[[], timedelta | None],
        poke: Callable[[], None],
        ladders: MemoryLadders | None = None,
    ) -> None:
        self._store = store
        self._operators = operators
        self._tells_after = tells_after
        self._poke = poke
        self._ladders = ladders
        self._told: tuple[datetime, tuple[str, ...]] | None = None
        """Since when the store fails, and whom of the operators we told so."""
        self._well_since: datetime | None = None
        """Since when it is well again, of which we told nobody yet."""
        self._told_well: datetime | None = None
        self._findings_told = 0

    async def look(self, now: datetime) -> None:
        """Tell what is new."""
        health, after = self._store.health, self._tells_after()
        self._well_since = (self._well_since or now) if health.since is None else None
        if self._well_since is not None:
            await self._tell_well(now, now - self._well_since)
        elif health.since is not None and after is not None and now - health.since >= after:
            await self._tell_failing(health.since, now, health.trouble)
            if self._ladders is not None and now - health.since >= after + CLIMBS_AFTER:
                await self._ladders.climb(now)
        await self._tell_findings(now, first=after == LASTING)

    async def _tell_failing(self, since: datetime, now: datetime, trouble: Trouble | None) -> None:
        if self._told is not None:
            return
        self._told = (since, self._operators.contacts(now))
        standing = self._ladders.standing() if self._ladders is not None else []
        await self._tell("store_failing" if self._ladders is None else "store_away", now, trouble, standing)

    async def _tell_well(self, now: datetime, lasts: timedelta) -> None:
        if self._ladders is not None:
            self._ladders.forget()
        recently = self._told_well is not None and now - self._told_well < RECENTLY
        if self._told is not None and (lasts >= STEADY or not recently):
            self._told_well = now
            await self._tell("store_mended" if self._ladders is None else "store_back", now, None, [])
            self._told = None

    async def _tell(self, key: str, now: datetime, trouble: Trouble | None, standing: list[str]) -> None:
        assert self._told is not None, "whoever tells has noted whom"
        since, to = self._told
        facts = partial(_facts, now - since, trouble, standing)
        rows = self._operators.rows(key, since.isoformat(), now, facts, to=to)
        await self._store.commit(Decision(rows=tuple(rows)))
        self._poke()

    async def _tell_findings(self, now: datetime, *, first: bool) -> None:
        """Damage that was gone on without, each once."""
        if not first:
            return
        findings = self._store.health.findings
        for each in findings[self._findings_told :]:
            rows = self._operators.rows("store_found", f"{each.what} {each.at} {each.facts}", now, partial(_what, each))
            await self._store.commit(Decision(rows=tuple(rows)))
            self._poke()
        self._findings_told = len(findings)


def _facts(lasted: timedelta, trouble: Trouble | None, standing: list[str], language: str) -> dict[str, object]:
    words = say(language, f"watch.trouble_{trouble.value}") if trouble else ""
    open_ = say(language, "watch.away_open" if standing else "watch.away_none_open", brands=", ".join(standing))
    return {"span": span(language, lasted), "trouble": words, "open": open_}


def _what(finding: StoreFinding, language: str) -> dict[str, object]:
    return {"what": say(language, f"ailment.store_{finding.what.value}", **dict(finding.facts))}
