"""The self-test: a page that is no alarm goes the whole way to a provider, at a set pace, and when it is not accepted
people hear of it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta, tzinfo
from functools import partial

import msgspec

from sentinel.config.watch import SelfTestSettings as Settings
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Complaint, ailing
from sentinel.notify.progress import RowState
from sentinel.phrases.phrases import span
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore

FACT = "self_test"
"""The key under which the store keeps the last one."""


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """The last test. ``over``: it has been judged; ``failing_since`` spans tests until one is accepted."""

    contact: str
    at: datetime
    key: str
    over: bool = False
    failing_since: datetime | None = None


_decode = msgspec.json.Decoder(Tested).decode


class SelfTest:
    """Sends tests when they are due and judges what became of them.

    Parameters
    ----------
    settings, zone, name_of
        Those in force.
    channels
        How many channels a contact has for a page.
    """

    def __init__(
        self,
        store: FailoverStore,
        operators: OperatorNotices,
        settings: Callable[[], Settings],
        zone: Callable[[], tzinfo],
        name_of: Callable[[str], str],
        channels: Callable[[str], int],
    ) -> None:
        self._store = store
        self._operators = operators
        self._settings = settings
        self._zone = zone
        self._name_of = name_of
        self._channels = channels
        self._last: Tested | None = None
        self.accepted_at: datetime | None = None

    async def load(self) -> None:
        """Go on where an earlier run stopped."""
        kept = await self._store.fact(FACT)
        self._last = _decode(kept) if kept else None

    def complaint(self) -> Complaint | None:
        """What is wrong, if the last test was not accepted in time."""
        last = self._last
        if last is None or last.failing_since is None or last.contact != self._settings().contact:
            return None
        return ailing("self_test", name=last.contact, since=f"{last.failing_since:%Y-%m-%dT%H:%M:%SZ}")

    async def step(self, now: datetime) -> bool:
        """Do what is due; whether there is something to send now."""
        settings, last = self._settings(), self._last
        contact = settings.contact
        if contact is None:
            return False
        if last is None or last.contact != contact or now >= self._next(settings, last.at):
            return await self._send(settings, contact, now)
        return not last.over and await self._judge(settings, last, now)

    def _next(self, settings: Settings, last: datetime) -> datetime:
        """When the next is due: `every` after the last, or at the time of day nearest to that."""
        due = last + settings.every
        if settings.at is None:
            return due
        zone, wall = self._zone(), time.fromisoformat(settings.at)
        day = (due - timedelta(hours=12)).astimezone(zone).date()
        days = (datetime.combine(day + timedelta(days=n), wall, zone) for n in (0, 1))
        return next(at for at in days if at >= due - timedelta(hours=12))

    async def _send(self, settings: Settings, contact: str, now: datetime) -> bool:
        (row,) = self._operators.rows(
            "self_test", now.isoformat(), now, partial(self._facts, settings, contact), to=[contact]
        )
        failing = self._last.failing_since if self._last and self._last.contact == contact else None
        self._last = Tested(contact=contact, at=now, key=row.key, failing_since=failing)
        await self._store.commit(Decision(rows=(row,), facts=self._kept))
        return True

    async def _judge(self, settings: Settings, last: Tested, now: datetime) -> bool:
        state = await self._store.state_of(last.key)
        if state is RowState.ACCEPTED:
            self.accepted_at = now
            self._last = msgspec.structs.replace(last, over=True, failing_since=None)
            key, wanted = "self_test_well", last.failing_since is not None
        elif state in (RowState.FAILED, RowState.DROPPED) or now - last.at > settings.within:
            over = state not in (RowState.QUEUED, RowState.LEASED)
            self._last = msgspec.structs.replace(last, over=over, failing_since=last.failing_since or now)
            key, wanted = "self_test_failed", last.failing_since is None or last.failing_since < last.at
        else:
            return False
        channels = (
            {last.contact: 1} if self._channels(last.contact) > 1 else {}
        )  # what began the test is what may be deaf
        about, facts = last.at.isoformat(), partial(self._facts, settings, last.contact)
        rows = self._operators.rows(key, about, now, facts, channels=channels) if wanted else []
        if rows or self._last != last:
            await self._store.commit(Decision(rows=tuple(rows), facts=self._kept))
        return bool(rows)

    @property
    def _kept(self) -> Mapping[str, str]:
        return {FACT: msgspec.json.encode(self._last).decode()}

    def _facts(self, settings: Settings, contact: str, language: str) -> dict[str, object]:
        return {"name": self._name_of(contact), "contact": contact, "span": span(language, settings.within)}
