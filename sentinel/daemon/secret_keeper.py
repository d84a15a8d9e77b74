"""Secrets of a running daemon: those in force, and their rotation, after which open incidents that nobody has are paged
anew with links that work.

The file is written first and the pages go in one transaction with the fingerprint of the secret they are signed under.
A start that finds another fingerprint in the store does what was left to do: killed anywhere, everybody is paged once.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from sentinel.errors import BadInput
from sentinel.incidents.links import ActionLinks
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.store.decision import Decision
from sentinel.store.health import StoreFailing
from sentinel.store.kept_secrets import ROTATED, KeptSecrets, SecretName, fingerprint_of
from sentinel.store.secret_store import SIGNED_UNDER, SecretStore, signing

log = structlog.get_logger(__name__)


class LinkSigning(Protocol):
    """The fold, which pages anew."""

    async def links_renewed(self, sign: Callable[[], Mapping[str, str]]) -> int:
        """Have links signed under another secret; gives how many incidents are paged anew."""


class FactKeeping(Protocol):
    """The store's single facts."""

    async def fact(self, key: str) -> str | None:
        """One of them."""

    async def commit(self, decision: Decision) -> None:
        """Write some down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsRotated:
    """Which secrets are others now, and how many incidents were paged anew for it."""

    names: tuple[SecretName, ...]
    paged: int


class SecretKeeper:
    """Gives out secrets.

    Parameters
    ----------
    given
        Those that stand in the configuration, which go before the kept ones.
    rotated
        Told of each that was rotated.
    """

    def __init__(
        self,
        store: SecretStore,
        kept: KeptSecrets,
        given: Mapping[SecretName, bytes],
        rotated: Callable[[SecretName], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._kept = kept
        self._given = dict(given)
        self._rotated = rotated
        self._rotating = asyncio.Lock()
        self._reading = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""
        self.links = ActionLinks(self._link_secret, kept.links.earlier)

    @property
    def form_secret(self) -> bytes:
        """Under which forms are signed."""
        return self._given.get(SecretName.FORMS, self._kept.forms.value)

    @property
    def authors_key(self) -> bytes:
        """Under which pseudonyms are made."""
        return self._kept.authors.value

    @property
    def push_secret(self) -> bytes:
        """Of which the key is made that signs push messages."""
        kept = self._kept.push
        assert kept is not None  # the store adds it
        return kept.value

    def pseudonym(self, name: str) -> str:
        """Of an id, a handle or a name."""
        return Pseudonyms(self.authors_key).of(name)

    @property
    def _link_secret(self) -> bytes:
        return self._given.get(SecretName.LINKS, self._kept.links.value)

    async def start(self, fold: LinkSigning, facts: FactKeeping) -> None:
        """Page anew where the links of the pages so far were signed under another secret: it was rotated while nobody
        ran, or the store came without its secrets.
        """
        try:
            known = await facts.fact(SIGNED_UNDER)
        except StoreFailing:
            return  # whoever starts next finds it
        if known == fingerprint_of(self._link_secret):
            return
        if known is None:  # a first start: what an earlier version paged is signed under the same secret
            await facts.commit(Decision(facts=signing(self._link_secret)))
            return
        paged = await fold.links_renewed(lambda: signing(self._link_secret))
        log.warning("links_renewed", incidents=paged, reason="links in pages so far do nothing any more")

    async def rotate(self, names: Collection[SecretName], fold: LinkSigning) -> SecretsRotated:
        """Others in their place, from now on.

        Raises
        ------
        BadInput
            When one of them stands in the configuration.
        StoreError, StoreFailing
            When they cannot be written; the old ones go on.
        """
        wanted = tuple(name for name in ROTATED if name in names)
        if given := [name for name in wanted if name in self._given]:
            raise BadInput(
                f"{', '.join(given)}: comes from web.{given[0].removesuffix('s')}_secret of the configuration; change "
                "it there and restart, which pages open incidents anew"
            )
        async with self._rotating:
            async with self._reading:
                self._kept = await self._store.rotate(wanted)
            paged = await fold.links_renewed(self._sign) if SecretName.LINKS in wanted else 0
        for name in wanted:
            self._rotated(name)
        return SecretsRotated(names=wanted, paged=paged)

    async def refresh(self) -> None:
        """Another process may have rotated some: ours are those from now on.

        Raises
        ------
        StoreFailing
            When the store cannot be read; the old ones go on.
        """
        async with self._reading:
            kept = await self._store.read()
            if kept is not None and kept != self._kept:
                self._kept = kept
                self.links.sign_under(self._link_secret, kept.links.earlier)
                log.info("secrets_taken_over", reason="another process has rotated them")

    def _sign(self) -> dict[str, str]:
        self.links.sign_under(self._link_secret, self._kept.links.earlier)
        return signing(self._link_secret)
