"""Who has a second factor, and whether what they type is theirs: in memory, so that no page asks the disk, and on disk.

No code counts twice: it is used up in memory before it is on disk, and what the disk does not take waits.
"""

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
from sentinel.web.ports.accounts import SecondFactorPort

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
    """

    def __init__(self, store: SecondFactorPort, clock: Clock, unwritten: Callable[[], bool] = lambda: False) -> None:
        self._store = store
        self._clock = clock
        self._unwritten = unwritten
        self._known: dict[str, SecondFactor] | None = None
        self._owed: set[str] = set()
        """Whose is newer than what is on disk."""
        self._offered: dict[str, tuple[str, datetime]] = {}
        """Session to the secret that it was shown, and until when that may be confirmed."""

    async def load(self) -> bool:
        """Take up what an earlier run left, unless that is done; whether it is known who has one.

        While it is not, nobody is taken for somebody who has none.
        """
        if self._known is None:
            try:
                self._known = {each.account: each for each in await self._store.all()}
            except StoreFailing as error:
                log.error("second_factors_unread", trouble=error.trouble.value, reason="people with a password wait")
        return self._known is not None

    def of(self, account: str) -> SecondFactor | None:
        """What is kept of this person."""
        return (self._known or {}).get(account)

    def lacks(self, account: str) -> bool:
        """Whether it is known that they have none."""
        return self._known is not None and account not in self._known

    async def use(self, account: str, typed: str, kinds: Collection[CodeKind] = tuple(CodeKind)) -> CodeKind | None:
        """Use up a code, or a recovery code; ``None`` for what is none of these kinds, or used already."""
        factor = self.of(account)
        if factor is None:
            return None
        step = matching_step(factor.secret, typed, self._clock.now(), factor.last_step)
        if step is not None:
            await self._change(msgspec.structs.replace(factor, last_step=step))
            return CodeKind.CODE
        if CodeKind.RECOVERY not in kinds:
            return None
        digest = recovery_digest(factor.salt, typed)
        left = tuple(each for each in factor.recovery if not hmac.compare_digest(each, digest))
        if len(left) == len(factor.recovery):
            return None
        await self._change(msgspec.structs.replace(factor, recovery=left))
        return CodeKind.RECOVERY

    def offer(self, session: str) -> str:
        """A new secret for whoever has this session, to be confirmed with a code of it."""
        now = self._clock.now()
        live = {name: each for name, each in self._offered.items() if each[1] > now and name != session}
        while len(live) >= MOST_OFFERED:
            live.pop(next(iter(live)))
        secret = fresh_secret()
        self._offered = live | {session: (secret, now + OFFERED_FOR)}
        return secret

    def offered(self, session: str) -> str | None:
        """What this session was shown, while that may be confirmed."""
        secret, until = self._offered.get(session, ("", self._clock.now()))
        return secret if until > self._clock.now() else None

    async def confirm(self, session: str, account: str, typed: str) -> list[str] | None:
        """Set it up, if this is a code of what the session was shown; gives the recovery codes.

        Raises
        ------
        StoreFailing
            When it cannot be kept; then nothing has changed.
        """
        secret, now = self.offered(session), self._clock.now()
        step = matching_step(secret, typed, now, 0) if secret else None
        if secret is None or step is None:
            return None
        fresh = SecondFactor(account=account, secret=secret, since=now, last_step=step, salt="")
        codes = await self._with_fresh_codes(fresh)
        self._offered.pop(session, None)
        return codes

    async def renew_recovery(self, account: str) -> list[str]:
        """Recovery codes in the place of those that are left; raises `StoreFailing` and changes nothing."""
        factor = self.of(account)
        return await self._with_fresh_codes(factor) if factor is not None else []

    async def take_off(self, account: str) -> bool:
        """They have none any more; whether they had. Raises `StoreFailing` and changes nothing."""
        if self.of(account) is None:
            return False
        await self._store.remove(account)
        self._owed.discard(account)
        (self._known or {}).pop(account, None)
        return True

    async def _with_fresh_codes(self, factor: SecondFactor) -> list[str]:
        codes, salt = fresh_recovery_codes(), secrets.token_hex(16)
        kept = tuple(recovery_digest(salt, code) for code in codes)
        factor = msgspec.structs.replace(factor, salt=salt, recovery=kept)
        await self._store.put(factor)
        if self._known is not None:
            self._known[factor.account] = factor
        return codes

    async def _change(self, factor: SecondFactor) -> None:
        if self._known is not None:
            self._known[factor.account] = factor
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
