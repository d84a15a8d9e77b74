"""Secrets that a store needs: under which action links, forms and push messages are signed, and pseudonyms are made.

They stand in a file of their own beside a SQLite store, for its owner alone, so that a copy of the store signs nothing.
A server's store keeps them in ``meta``.
"""

import secrets
from collections.abc import Collection
from enum import StrEnum
from hashlib import blake2b

import msgspec

BYTES = 32
FORMER = 3
"""Secrets that are remembered after a rotation, so that an old link is told from a made-up one."""


class SecretName(StrEnum):
    """What a secret is for."""

    LINKS = "links"
    FORMS = "forms"
    PUSH = "push"
    AUTHORS = "authors"


ROTATED = (SecretName.LINKS, SecretName.FORMS, SecretName.PUSH)
"""What can be rotated. Pseudonyms cannot: everybody would be somebody else from then on."""


class KeptSecret(msgspec.Struct, frozen=True, kw_only=True):
    """One secret, in hexadecimal, and those that it took the place of, the latest first."""

    now: str
    former: tuple[str, ...] = ()

    @classmethod
    def made(cls) -> "KeptSecret":
        """A fresh one."""
        return cls(now=secrets.token_hex(BYTES))

    def rotated(self) -> "KeptSecret":
        """A fresh one in its place."""
        return KeptSecret(now=secrets.token_hex(BYTES), former=(self.now, *self.former)[:FORMER])

    @property
    def value(self) -> bytes:
        """The secret."""
        return bytes.fromhex(self.now)

    @property
    def earlier(self) -> tuple[bytes, ...]:
        """What it took the place of."""
        return tuple(bytes.fromhex(each) for each in self.former)


class KeptSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, as they are written down."""

    about: str = "Sentinel's secrets: keep them beside the store, and back them up apart from it"
    links: KeptSecret
    forms: KeptSecret
    authors: KeptSecret
    push: KeptSecret | None = None
    """``None`` where an earlier version wrote them down."""

    @classmethod
    def made(cls, links: str | None = None, forms: str | None = None) -> "KeptSecrets":
        """Fresh ones, but for those that an earlier version of the store has."""
        return cls(
            links=KeptSecret(now=links) if links else KeptSecret.made(),
            forms=KeptSecret(now=forms) if forms else KeptSecret.made(),
            authors=KeptSecret.made(),
            push=KeptSecret.made(),
        )

    @property
    def whole(self) -> "KeptSecrets":
        """With those that a later version added."""
        return self if self.push is not None else msgspec.structs.replace(self, push=KeptSecret.made())

    def rotated(self, names: Collection[SecretName]) -> "KeptSecrets":
        """With fresh ones of these names."""
        return msgspec.structs.replace(
            self,
            links=self.links.rotated() if SecretName.LINKS in names else self.links,
            forms=self.forms.rotated() if SecretName.FORMS in names else self.forms,
            push=KeptSecret.made() if SecretName.PUSH in names else self.push,
        )


def read_secrets(raw: bytes | str) -> KeptSecrets:
    """What was written down.

    Raises
    ------
    msgspec.MsgspecError, ValueError
        When it is something else.
    """
    kept = msgspec.json.decode(raw, type=KeptSecrets)
    for each in (kept.links, kept.forms, kept.authors, *((kept.push,) if kept.push is not None else ())):
        if any(len(secret) < BYTES for secret in (each.value, *each.earlier)):
            raise ValueError("a secret is too short")
    return kept


def fingerprint_of(secret: bytes) -> str:
    """What tells one secret from another, and nothing else of it.

    Examples
    --------
    >>> fingerprint_of(bytes(32)) == fingerprint_of(bytes(32)), fingerprint_of(b"x" * 32) == fingerprint_of(bytes(32))
    (True, False)
    """
    return blake2b(secret, digest_size=8, person=b"fingerprint").hexdigest()
