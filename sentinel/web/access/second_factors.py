"""Who has a second factor, and whether what they type is theirs: in memory, so that no page asks the disk, and on disk.

No code counts twice: it is used up in memory before it is on disk, and what the disk does not take waits. Where several
processes let people in, a code is used up in the store, or not taken.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.store.health import StoreFailing
from sentinel.store.second_factors import SecondFactor
from sentinel.web.access.one_time_codes import (
    fresh_recovery_codes,
    fresh_secret,
    matching_step,
    recovery_digest,
)
from sentinel.web.ports.accounts import SecondFactorPort, SharedAccessPort

OFFERED_FOR = timedelta(minutes=15)
"""How long a secret that is shown may be confirmed."""
MOST_OFFERED = 1000
log = structlog.get_logger(__name__)


class CodeKind(StrEnum):
    """What somebody typed."""

    CODE = "code"
    RECOVERY = "recovery_code"


class SecondFactors:
    """Everybody's.

    Parameters
    ----------
    unwritten
        Whether the store is known to take no writes: then nobody waits for it.
    shared
        What other processes know as well; ``None`` for the only one.
    """

    def __init__(
        self,
        store: SecondFactorPort,
        clock: Clock,
        unwritten: Callable[[], bool] = lambda: False,
        shared: SharedAccessPort | None = None,
    ) -> None:
        self._shared = shared
        self._reading = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""
        self._store = store
        self._clock = clock
        self._unwritten = unwritten
        self._known: dict[str, SecondFactor] | None = None
        self._owed: set[str] = set()
        """Whose is newer than what is on disk."""
        self._offered: dict[str, tuple[str, datetime]] = {}
        """Session to the secret that it was shown, and until when that may be confirmed."""

    async def load(self) -> bool:
        """Take up what an earlier run left, unless that is done, or what other processes changed; whether it is known
        who has one.

        While it is not, nobody is taken for somebody who has none.
        """
        if self._known is None or self._shared is not None:
            try:
                await self.refresh()
            except StoreFailing as error:
                log.error("second_factors_unread", trouble=error.trouble.value, reason="people with a password wait")
                return False
        return True

    async def refresh(self) -> None:
        """Read everybody's.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._reading:
            self._known = {each.account: each for each in await self._store.all()}

    def of(self, account: str) -> SecondFactor | None:
        """What is kept of this person."""
        return (self._known or {}).get(account)

    def lacks(self, account: str) -> bool:
        """Whether it is known that they have none."""
        return self._known is not None and account not in self._known

    async def use(self, account: str, typed: str, kinds: Collection[CodeKind] = tuple(CodeKind)) -> CodeKind | None:
        """Use up a code, or a recovery code; ``None`` for what is none of these kinds, or used already.

        Raises
        ------
        StoreFailing
            When another process may have used it up, and the store cannot be asked.
        """
        now = self._clock.now()
        if self._shared is None:
            before = self.of(account)
            after = _used_up(before, typed, now, kinds) if before is not None else None
            if before is None or after is None:
                return None
            await self._change(after)
        else:
            done = await self._shared.change_factor(account, lambda factor: _used_up(factor, typed, now, kinds))
            if done is None:
                return None
            before, after = done
        return CodeKind.CODE if after.last_step != before.last_step else CodeKind.RECOVERY

    async def offer(self, session: str) -> str:
        """A new secret for whoever has this session, to be confirmed with a code of it."""
        now = self._clock.now()
        if self._shared is not None:
            secret = fresh_secret()
            await self._shared.hold(f"factor {session}", secret, until=now + OFFERED_FOR, now=now)
            return secret
        live = {name: each for name, each in self._offered.items() if each[1] > now and name != session}
        while len(live) >= MOST_OFFERED:
            live.pop(next(iter(live)))
        secret = fresh_secret()
        self._offered = live | {session: (secret, now + OFFERED_FOR)}
        return secret

    async def offered(self, session: str) -> str | None:
        """What this session was shown, while that may be confirmed."""
        if self._shared is not None:
            return await self._shared.held(f"factor {session}", self._clock.now())
        secret, until = self._offered.get(session, ("", self._clock.now()))
        return secret if until > self._clock.now() else None

    async def confirm(self, session: str, account: str, typed: str) -> list[str] | None:
        """Set it up, if this is a code of what the session was shown; gives the recovery codes.

        Raises
        ------
        StoreFailing
            When it cannot be kept; then nothing has changed.
        """
        secret, now = await self.offered(session), self._clock.now()
        step = matching_step(secret, typed, now, 0) if secret else None
        if secret is None or step is None:
            return None
        fresh = SecondFactor(account=account, secret=secret, since=now, last_step=step, salt="")
        factor, codes = _with_fresh_codes(fresh)
        async with self._reading:
            await self._store.put(factor)
            self._note(factor)
        self._offered.pop(session, None)
        if self._shared is not None:
            await self._shared.hold(f"factor {session}", "", until=now, now=now)
        return codes

    async def renew_recovery(self, account: str) -> list[str]:
        """Recovery codes in the place of those that are left; raises `StoreFailing` and changes nothing."""
        known = self.of(account)
        if known is None:
            return []
        factor, codes = _with_fresh_codes(known)
        async with self._reading:
            if self._shared is None:
                await self._store.put(factor)
            else:  # but for which code was used last: that may be another process's news
                renewed = {"salt": factor.salt, "recovery": factor.recovery}
                done = await self._shared.change_factor(account, lambda each: msgspec.structs.replace(each, **renewed))
                if done is None:
                    return []
                factor = done[1]
            self._note(factor)
        return codes

    async def take_off(self, account: str) -> bool:
        """They have none any more; whether they had. Raises `StoreFailing` and changes nothing."""
        if self._shared is not None:
            await self.refresh()
        if self.of(account) is None:
            return False
        async with self._reading:
            await self._store.remove(account)
            self._owed.discard(account)
            (self._known or {}).pop(account, None)
        return True

    def _note(self, factor: SecondFactor) -> None:
        if self._known is not None:
            self._known[factor.account] = factor

    async def _change(self, factor: SecondFactor) -> None:
        self._note(factor)
        self._owed.add(factor.account)
        if self._unwritten():
            return
        for account in tuple(self._owed):
            try:
                if (owed := self.of(account)) is not None:
                    await self._store.put(owed)
            except StoreFailing:
                log.warning("second_factor_in_memory", reason="the store takes no writes; a code stays used up here")
                return
            self._owed.discard(account)


def _used_up(factor: SecondFactor, typed: str, now: datetime, kinds: Collection[CodeKind]) -> SecondFactor | None:
    """The factor once what was typed is used up; ``None`` for what is none of these kinds, or used already."""
    step = matching_step(factor.secret, typed, now, factor.last_step)
    if step is not None:
        return msgspec.structs.replace(factor, last_step=step)
    if CodeKind.RECOVERY not in kinds:
        return None
    digest = recovery_digest(factor.salt, typed)
    left = tuple(each for each in factor.recovery if not hmac.compare_digest(each, digest))
    return msgspec.structs.replace(factor, recovery=left) if len(left) < len(factor.recovery) else None


def _with_fresh_codes(factor: SecondFactor) -> tuple[SecondFactor, list[str]]:
    codes, salt = fresh_recovery_codes(), secrets.token_hex(16)
    kept = tuple(recovery_digest(salt, code) for code in codes)
    return msgspec.structs.replace(factor, salt=salt, recovery=kept), codes
