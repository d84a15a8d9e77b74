"""Shared access: what of signing in several web processes know at once. Implements the web's `SharedAccessPort`."""

from collections.abc import Awaitable, Callable

from sentinel.cluster.store_news import StoreNews
from sentinel.store.database import Database
from sentinel.store.second_factors import SecondFactor, SecondFactorStore
from sentinel.store.sessions import Session, SessionStore
from sentinel.store.sign_in_store import SignInStore


class SharedAccess(SignInStore):
    """Asks the store, and tells what changed in it."""

    def __init__(self, database: Database, news: StoreNews) -> None:
        super().__init__(database)
        self._sessions = SessionStore(database, bytes)
        self._factors = SecondFactorStore(database)
        self._news = news

    def follow(self, names: str, refresh: Callable[[], Awaitable[object]]) -> None:
        """Have something read anew whenever one of these changed."""
        self._news.follow(names, refresh)

    async def session(self, name: str) -> Session | None:
        """One by its id."""
        return await self._sessions.get(name)

    async def change_factor(
        self, account: str, step: Callable[[SecondFactor], SecondFactor | None]
    ) -> tuple[SecondFactor, SecondFactor] | None:
        """Change a second factor as it is kept."""
        return await self._factors.change(account, step)
