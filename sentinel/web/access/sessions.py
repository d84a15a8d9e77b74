"""Who is signed in: all of it in memory, so that looking at a page asks no disk, and on disk, so that a restart signs
nobody out.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.config.access import AccessSettings, User
from sentinel.config.oidc import OidcSettings
from sentinel.store.health import StoreFailing
from sentinel.store.sessions import ProvidedIdentity, Session, SessionOrigin
from sentinel.web.ports.accounts import SessionPort, SharedAccessPort

SEEN_EVERY = timedelta(minutes=5)
"""How often a session's use is written down."""
MOST = 10_000
LONGEST_PROOF = 6000
"""Characters: an address with a longer one would be refused by many a server."""
HERE = SessionOrigin()
"""With a password of our own."""
log = structlog.get_logger(__name__)


class Sessions:
    """Begins, finds and ends them.

    While the store fails, sessions begin and end in memory alone: people must get in just then. What ended is taken off
    the disk as soon as it takes writes.
    """

    def __init__(
        self,
        store: SessionPort,
        clock: Clock,
        unwritten: Callable[[], bool] = lambda: False,
        shared: SharedAccessPort | None = None,
    ) -> None:
        self.secret = secrets.token_bytes(32)
        """Under which forms are signed; the store's own once it is loaded."""
        self._store = store
        self._clock = clock
        self._unwritten = unwritten
        self._shared = shared
        self._live: dict[str, Session] = {}
        self._over: set[str] = set()
        """Ended, and still on disk."""
        self._unkept: set[str] = set()
        """Begun, and not on disk."""
        self._writing = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""
        self._proofs: dict[str, str] = {}
        """Session to the provider's token of who it is, which it wants back on signing out; never on disk."""

    async def load(self) -> None:
        """Take up what an earlier run left."""
        try:
            self.secret = await self._store.secret()
            self._live = {session.id: session for session in await self._store.all()}
        except StoreFailing as error:
            log.error("sessions_unread", trouble=error.trouble.value, reason="everybody has to sign in again")

    async def refresh(self) -> None:
        """Somebody may have signed in or out at another process.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._writing:
            kept = {session.id: session for session in await self._store.all() if session.id not in self._over}
        ours = {name: session for name, session in self._live.items() if name in kept or name in self._unkept}
        for name, session in ours.items():
            if name not in kept or session.seen_at > kept[name].seen_at:
                kept[name] = session
        self._live = kept
        self._proofs = {name: proof for name, proof in self._proofs.items() if name in kept}

    async def meet(self, shown: str) -> None:
        """Ask the store for a session that this process has not heard of: another one may have begun it just now."""
        if self._shared is None or not shown or (name := digest_of(shown)) in self._live or name in self._over:
            return
        with suppress(StoreFailing):
            async with self._writing:
                session = await self._shared.session(name)
            if session is not None and name not in self._over:
                self._live[name] = session

    async def take_secret(self) -> None:
        """Forms are signed under another secret from now on: those that are open have to be opened anew."""
        self.secret = await self._store.secret()

    def find(self, shown: str, access: AccessSettings) -> Session | None:
        """Whose browser shows this, unless it is over: unused or kept too long, its person gone, or their password
        another.
        """
        session = self._live.get(digest_of(shown)) if shown else None
        if session is None:
            return None
        if self._is_over(session, access):
            self._let_go(session, access)
            return None
        return session

    async def begin(self, account: str, access: AccessSettings, origin: SessionOrigin = HERE, proof: str = "") -> str:
        """A new one; gives what the browser is to show. Whoever has too many loses the one used longest ago."""
        shown, now = secrets.token_urlsafe(32), self._clock.now()
        stamp = stamp_for(account, origin.identity, access)
        session = Session(
            id=digest_of(shown), account=account, stamp=stamp or "", started_at=now, seen_at=now, origin=origin
        )
        for over in [each for each in self._live.values() if self._is_over(each, access)]:
            self._let_go(over, access)
        self._make_room([each for each in self._live.values() if each.is_of(session)], access.sessions.most)
        self._make_room(list(self._live.values()), MOST)
        self._live[session.id] = session
        self._unkept.add(session.id)
        if proof and len(proof) <= LONGEST_PROOF:
            self._proofs[session.id] = proof
        if await self._kept(lambda: self._store.begin(session)):
            self._unkept.discard(session.id)
        else:
            log.warning("session_in_memory", reason="the store takes no writes; it ends with this run")
        await self._tidy()
        return shown

    def live(self, access: AccessSettings) -> list[Session]:
        """Everybody's, the one used last first."""
        found = [each for each in self._live.values() if not self._is_over(each, access)]
        return sorted(found, key=lambda each: each.seen_at, reverse=True)

    def get(self, name: str) -> Session | None:
        """By its id, whoever asks."""
        return self._live.get(name)

    def proof_of(self, name: str) -> str:
        """What its provider wants back on signing out; empty after a restart."""
        return self._proofs.get(name, "")

    async def used(self, session: Session) -> None:
        """Somebody looks at a page."""
        now = self._clock.now()
        if now - session.seen_at < SEEN_EVERY or session.id not in self._live:
            return
        self._live[session.id] = msgspec.structs.replace(session, seen_at=now)
        await self._kept(lambda: self._store.seen(session.id, now))  # if not, it seems unused for longer than it was
        await self._tidy()

    async def end(self, *names: str) -> int:
        """Sign out; how many of them there were."""
        found = [self._live[name] for name in names if name in self._live]
        for session in found:
            self._forget(session)
        await self._tidy()
        return len(found)

    def _is_over(self, session: Session, access: AccessSettings) -> bool:
        return self._is_late(session, access) or (
            stamp_for(session.account, session.origin.identity, access) != session.stamp
        )

    def _is_late(self, session: Session, access: AccessSettings) -> bool:
        now, limits = self._clock.now(), access.sessions
        return now - session.seen_at > limits.idle or now - session.started_at > limits.longest

    def _let_go(self, session: Session, access: AccessSettings) -> None:
        """It is over here. Whether its person's password is another everywhere a process cannot know that has not read
        its file anew yet: it ends nobody's session for that.
        """
        if self._shared is None or self._is_late(session, access):
            self._forget(session)

    def _make_room(self, among: Sequence[Session], most: int) -> None:
        for oldest in sorted(among, key=lambda each: each.seen_at)[: max(0, len(among) - most + 1)]:
            self._forget(oldest)

    def _forget(self, session: Session) -> None:
        self._live.pop(session.id, None)
        self._proofs.pop(session.id, None)
        self._unkept.discard(session.id)
        self._over.add(session.id)

    async def _tidy(self) -> None:
        """Take off the disk what is over."""
        over = list(self._over)
        if over and await self._kept(lambda: self._store.end(over)):
            self._over.difference_update(over)

    async def _kept(self, write: Callable[[], Awaitable[None]]) -> bool:
        """Whether the store took it; of one that is known to take nothing nobody waits for the answer."""
        if self._unwritten():
            return False
        try:
            async with self._writing:
                await write()
        except StoreFailing:
            return False
        return True


def digest_of(shown: str) -> str:
    """Under which name a session is kept: the store does not hold what would let its reader in."""
    return sha256(shown.encode("utf-8", "surrogateescape")).hexdigest()


def stamp_of(user: User) -> str:
    """Changes with the password."""
    return sha256(user.password.get_secret_value().encode()).hexdigest()


def stamp_for(account: str, identity: ProvidedIdentity | None, access: AccessSettings) -> str | None:
    """What a session of this person has to bear now; ``None`` where there is no such person any more."""
    if identity is None:
        user = access.users.get(account)
        return stamp_of(user) if user is not None else None
    oidc = access.oidc
    if oidc is None or oidc.issuer != identity.issuer or oidc.grant(identity.groups) is None:
        return None
    return stamp_of_provider(oidc)


def stamp_of_provider(oidc: OidcSettings) -> str:
    """Changes with the provider, and with whom it takes us for."""
    return sha256(f"oidc\0{oidc.issuer}\0{oidc.client_id}".encode()).hexdigest()
