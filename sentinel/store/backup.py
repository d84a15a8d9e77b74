"""Copies of a store: made while a daemon writes to it, and put in its place while none does."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sentinel.errors import BadInput
from sentinel.store.check import read_only
from sentinel.store.store_file import put_aside, put_in_place, sync


def back_up(store: Path, target: Path) -> None:
    """A copy of the store as it is at one instant, whole and on disk when this returns; for its owner's eyes only.

    Raises
    ------
    BadInput
        When the target exists already, or cannot be written.
    """
    if target.exists():
        raise BadInput(f"{target} exists already; name another file, or delete it first")
    part = target.with_name(target.name + ".part")
    try:
        _copy(store, part)
        sync(part)
        part.rename(target)
        sync(target.parent)
    except OSError as error:
        raise BadInput(f"{target} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def restore(backup: Path, store: Path, now: datetime) -> Path | None:
    """Put a backup in the store's place; gives where the former store is now, ``None`` when there was none.

    The caller holds the store.

    Raises
    ------
    BadInput
        When the backup cannot be read, or the copy not be written; the store is as it was.
    """
    made = store.with_name(store.name + ".restoring")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        _copy(backup, made)
        aside = put_aside(store, "before-restore", now)
        put_in_place(made, store)
    except OSError as error:
        raise BadInput(f"{store} cannot be written: {error.strerror}") from None
    finally:
        made.unlink(missing_ok=True)
    return aside


def _copy(store: Path, target: Path) -> None:
    """Everything that is committed, packed; SQLite reads one instant, whoever writes meanwhile."""
    with suppress(FileNotFoundError):
        target.unlink()
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(read_only(store)) as connection:
        connection.execute("PRAGMA query_only = 0")  # VACUUM INTO changes nothing here, but counts as writing
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            raise BadInput(f"{store} cannot be copied to {target}: {error}") from None
