"""The file behind a SQLite store: which one it is, whether it still stands where it stood, how it is put back."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from sentinel.store.health import Trouble

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open."""


@dataclass(frozen=True, slots=True)
class StoreFile:
    """``device`` and ``inode`` tell it from another one at the same place."""

    path: Path
    device: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> "StoreFile":
        """The file that stands there; an empty one is made where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with path.open("ab"):
                pass
        found = path.stat()
        return cls(path, found.st_dev, found.st_ino)

    def trouble(self) -> Trouble | None:
        """Whether it was deleted or replaced."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return Trouble.GONE
        except OSError:
            return Trouble.BROKEN
        return None if (found.st_dev, found.st_ino) == (self.device, self.inode) else Trouble.REPLACED

    def url(self, plain: URL) -> URL:
        """For connections that never make a file: one that is deleted must not come back empty."""
        return plain.set(database=f"file:{quote(str(self.path.absolute()))}", query={"mode": "rw", "uri": "true"})


def advice(path: Path | None) -> str:
    """What may help with a file that cannot be opened, to be put behind the reason."""
    if path is None:
        return ""
    folder = next((each for each in path.absolute().parents if each.is_dir()), path.parent)
    for each, rights in ((path, os.R_OK | os.W_OK), (folder, os.W_OK | os.X_OK)):
        if each.exists() and not os.access(each, rights, effective_ids=True):
            return f"; user {os.geteuid()}, who runs Sentinel, may not use {each}: chown it to them"
    if path.is_dir():
        return "; it is a folder: name a file in it"
    return "; restore a backup with `sentinel store restore FILE`, or name another file in store.url"


def put_in_place(made: Path, path: Path) -> None:
    """Let a finished copy of a store stand where there is none, on disk when this returns.

    Raises
    ------
    FileExistsError
        When there is one after all.
    """
    sync(made)
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)  # of the file that is gone; it fits no other
    try:
        os.link(made, path)
        made.unlink()
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        made.rename(path)
    sync(path.parent)


def put_aside(path: Path, why: str, now: datetime) -> Path | None:
    """Rename a store and what SQLite keeps beside it; gives the new name, ``None`` when there was none."""
    aside = path.with_name(f"{path.name}.{why}-{now:%Y%m%dT%H%M%SZ}")
    for ending in ("", *BESIDE):
        source = path.with_name(path.name + ending)
        if source.exists():
            source.rename(aside.with_name(aside.name + ending))
    sync(path.parent)
    return aside if aside.exists() else None


def sync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_behind(url: URL) -> Path | None:
    """The file behind a URL; ``None`` for a server or memory."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)
