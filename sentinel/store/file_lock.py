"""The lock beside a store's file: held by the operating system for one process, and gone with it, however it ends.

`flock` on a file of its own works across containers that share a folder, and never touches the locks that SQLite keeps
on the store itself.
"""

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.clock import Clock
from sentinel.errors import StoreHeld
from sentinel.store.holder import Holder, read_holder

log = structlog.get_logger(__name__)


def lock_path(store: Path) -> Path:
    """Where the lock of a store stands."""
    return store.with_name(store.name + ".lock")


class FileLock:
    """Use `take`."""

    def __init__(self, store: Path, me: Holder) -> None:
        self._store = store
        self._me = me
        self._file: int | None = None
        self._stands_in = False
        """Whether the store's own file is locked, on a disk that takes no other."""

    @classmethod
    def take(cls, store: Path, clock: Clock) -> "FileLock":
        """Hold a store.

        Raises
        ------
        StoreHeld
            When another process holds it; says who, and since when.
        """
        lock = cls(store, Holder.this(clock))
        lock._take()
        return lock

    @property
    def kept(self) -> bool:
        """Whether an earlier run kept a store there."""
        return self._me.kept

    def keep(self) -> None:
        """There is a store now."""
        self._me = msgspec.structs.replace(self._me, kept=True)
        if self._file is not None and not self._stands_in:
            self._sign(self._file)

    async def renew(self) -> None:
        """Hold it anew where the lock's file was deleted or replaced."""
        if self._file is None or self._stands_in or _same(self._file, lock_path(self._store)):
            return
        kept, self._file = self._file, None
        try:
            self._take()
        finally:
            os.close(kept)
        log.warning("store_lock_renewed", reason="its file was deleted or replaced")

    async def fence(self, connection: AsyncConnection) -> None:
        """Nothing to ask: the operating system lets nobody else have it while we live."""

    async def release(self) -> None:
        """Let the next one have it."""
        self.close()

    def close(self) -> None:
        """Let the next one have it; the file stays, for a lock that is deleted guards nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take(self) -> None:
        path = lock_path(self._store)
        while True:
            file, stands_in = _opened(path), False
            if file is None:
                file, stands_in = _readable(self._store), True
            if file is None:
                log.warning("store_not_locked", reason="no lock can be made beside it; see that one Sentinel uses it")
                return
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                found = None if stands_in else read_holder(os.pread(file, 4096, 0))
                os.close(file)
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    log.warning("store_not_locked", reason=f"its file system keeps no locks: {error.strerror}")
                    return
                raise self._refusal(found) from None
            if stands_in or _same(file, path):
                break
            os.close(file)  # somebody replaced it between our opening and our locking
        self._file, self._stands_in = file, stands_in
        if not stands_in:
            before = read_holder(os.pread(file, 4096, 0))
            kept = self._me.kept or (before is not None and before.kept)
            self._me = msgspec.structs.replace(self._me, kept=kept)
            self._sign(file)

    def _sign(self, file: int) -> None:
        with suppress(OSError):  # a full or read-only disk: it is locked all the same, only nobody can read by whom
            os.ftruncate(file, 0)
            os.pwrite(file, msgspec.json.encode(self._me) + b"\n", 0)

    def _refusal(self, found: Holder | None) -> StoreHeld:
        if found is not None:
            return found.refusal(str(self._store))
        return StoreHeld(
            f"store {self._store} is held by another process, which left no name in {lock_path(self._store)}; "
            "stop that one first, or give this one a store.url of its own"
        )


def _opened(path: Path) -> int | None:
    """The lock's file; ``None`` where the disk takes none and has none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return _readable(path)


def _readable(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False
