"""Where the secrets of a store are kept: made at the first start, moved out of an earlier version's rows, rotated."""

import os
from collections.abc import Collection
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.config.guarded import open_to_others
from sentinel.errors import StoreError
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.health import StoreFailing
from sentinel.store.kept_secrets import KeptSecrets, SecretName, fingerprint_of, read_secrets
from sentinel.store.schema import meta
from sentinel.store.store_file import sync

ROW = "secrets"
EARLIER = ("link_secret", "form_secret")
"""Rows in which an earlier version kept them."""
SIGNED_UNDER = "links_signed_under"
"""The fact that tells under which secret the links of the pages so far are signed: its fingerprint."""
log = structlog.get_logger(__name__)


def secrets_path(store: Path) -> Path:
    """Where the secrets of a store stand."""
    return store.with_name(store.name + ".secrets")


class SecretStore:
    """Reads and writes the secrets of one store, which the caller holds.

    Parameters
    ----------
    path
        The store's file; ``None`` for a server or memory, which keeps them in a row of its own.
    """

    def __init__(self, database: Database, path: Path | None) -> None:
        self._database = database
        self._file = secrets_path(path) if path is not None else None

    async def load(self) -> KeptSecrets:
        """Those that are kept; what is missing is made, and kept from then on.

        A disk that takes no writes gets secrets for this run: what is signed under them ends with it.

        Raises
        ------
        StoreError
            When the file is there and cannot be read.
        """
        earlier = await self._earlier()
        try:
            kept = await self.read()
        except StoreFailing as error:  # those that are there are not written over
            log.error("secrets_unread", reason=f"{error}; what is signed now is good until the next stop")
            return KeptSecrets.made(*earlier)
        if kept is None:
            kept = KeptSecrets.made(*earlier)
            try:
                kept = await self._write_first(kept)
            except (OSError, StoreFailing) as error:
                log.error("secrets_unwritten", reason=f"{error}; what is signed now is good until the next stop")
                return kept
            await self._say_made(moved=any(earlier))
        elif kept.push is None:
            kept = await self._added(kept)
        if self._file is not None and any(earlier):
            await self._empty()
        return kept

    async def rotate(self, names: Collection[SecretName]) -> KeptSecrets:
        """Fresh ones of these names, on disk when this returns.

        Raises
        ------
        StoreError
            When they cannot be written; the old ones go on.
        """
        before = await self.read() or await self.load()
        if self._file is None:
            kept = await self._rotated_row(before, names)
        else:
            kept = before.rotated(names)
            try:
                await self._write(kept)
            except OSError as error:
                raise StoreError(f"{self._file} cannot be written: {error.strerror}; the old secrets go on") from None
        log.warning("secrets_rotated", secrets=[name.value for name in names])
        return kept

    async def _rotated_row(self, before: KeptSecrets, names: Collection[SecretName]) -> KeptSecrets:
        """From what stands there then: two who rotate at once undo nothing of each other's."""
        async with self._database.write() as connection:
            found = await fact(connection, ROW)
            kept = (read_secrets(found) if found else before).rotated(names)
            await put_fact(connection, ROW, _written(kept).decode())
        return kept

    async def _added(self, kept: KeptSecrets) -> KeptSecrets:
        """With what an earlier version did not have."""
        kept = kept.whole
        try:
            await self._write(kept)
        except (OSError, StoreFailing) as error:
            log.error("secrets_unwritten", reason=f"{error}; devices that are turned on now are lost at the next stop")
        return kept

    async def read(self) -> KeptSecrets | None:
        """Those that are there; ``None`` before the first start.

        Raises
        ------
        StoreError
            When the file is there and cannot be read.
        StoreFailing
            When the store cannot be read.
        """
        if self._file is None:
            async with self._database.read() as connection:
                found = await fact(connection, ROW)
            return read_secrets(found) if found else None
        if bare := open_to_others(self._file):
            log.warning("secrets_open_to_others", reason=bare)
        try:
            return read_secrets(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not what Sentinel wrote"
            raise StoreError(
                f"the secrets in {self._file} cannot be read: {why}; put a copy of it back, or move it away: then "
                "there are new ones, links in pages so far end, and open incidents that nobody has are paged anew"
            ) from None

    async def _write_first(self, kept: KeptSecrets) -> KeptSecrets:
        """Gives those that are there now: of processes that begin at once, the first one's."""
        if self._file is None:
            async with self._database.write() as connection:
                if (found := await fact(connection, ROW)) is not None:
                    return read_secrets(found)
                await put_fact(connection, ROW, _written(kept).decode())
                await connection.execute(delete(meta).where(meta.c.key.in_(EARLIER)))
            return kept
        await self._write(kept)
        return kept

    async def _write(self, kept: KeptSecrets) -> None:
        raw = _written(kept)
        if self._file is None:
            async with self._database.write() as connection:
                await put_fact(connection, ROW, raw.decode())
                await connection.execute(delete(meta).where(meta.c.key.in_(EARLIER)))
            return
        _put_file(self._file, raw)

    async def _earlier(self) -> tuple[str | None, str | None]:
        try:
            async with self._database.read() as connection:
                links, forms = [await fact(connection, key) for key in EARLIER]
        except StoreFailing:
            return None, None
        return links, forms

    async def _empty(self) -> None:
        """They stand in the file now, and nowhere in the store: what is freed is written over."""
        try:
            async with self._database.write() as connection:
                await connection.execute(text("PRAGMA secure_delete=ON"))
                await connection.execute(delete(meta).where(meta.c.key.in_(EARLIER)))
                await connection.execute(text("PRAGMA secure_delete=OFF"))
            async with self._database.read() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        except StoreFailing:
            return  # the next start does it
        log.info("secrets_moved", to=str(self._file), reason="the rows of the store that held them are empty")

    async def _say_made(self, *, moved: bool) -> None:
        async with self._database.read() as connection:
            signed = await fact(connection, SIGNED_UNDER)
        if signed is not None and not moved:
            log.warning(
                "secrets_made",
                reason="the store came without its secrets: links in pages so far end, open incidents that nobody has "
                "are paged anew, people reload open forms, hashed authors are new people",
            )


async def carry_secrets(
    source: AsyncConnection, origin: Path | None, target: AsyncConnection, place: Path | None
) -> None:
    """The secrets of a store that is moved go along, within the caller's transactions; those of an earlier version
    are rows like others. ``origin`` and ``place`` are the stores' files, where they are such.
    """
    if origin is None:
        raw = await fact(source, ROW)
    else:
        file = secrets_path(origin)
        raw = file.read_text(encoding="utf-8") if file.exists() else None
    if raw is None:
        return
    await target.execute(delete(meta).where(meta.c.key == ROW))
    if place is None:
        await put_fact(target, ROW, raw)
    else:
        _put_file(secrets_path(place), raw.encode())


def _written(kept: KeptSecrets) -> bytes:
    return msgspec.json.format(msgspec.json.encode(kept)) + b"\n"


def _put_file(path: Path, raw: bytes) -> None:
    """For its owner's eyes, whole and on disk when this returns."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync(path.parent)


async def signed_under(database: Database) -> str | None:
    """The fingerprint of the secret under which the pages so far were signed; ``None`` before any."""
    try:
        async with database.read() as connection:
            return await fact(connection, SIGNED_UNDER)
    except StoreFailing:
        return None


def signing(secret: bytes) -> dict[str, str]:
    """The fact that says so of this secret."""
    return {SIGNED_UNDER: fingerprint_of(secret)}
