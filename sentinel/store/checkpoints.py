"""Checkpoints: the engine's state at a position of the journal, as versioned msgpack of plain values with a checksum.

A start takes the newest good one and folds the journal's tail; without any, the whole journal. No pickle is ever read.
"""

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec
import structlog
from sqlalchemy import Row, delete, desc, insert, select

from sentinel.store.database import Database
from sentinel.store.of_part import WHOLE, in_part, known_to_part
from sentinel.store.schema import checkpoints, from_micros, to_micros

KEPT = 3
"""Checkpoints on disk: should the newest be damaged, an older one and a longer tail lead to the same state."""
LARGE, QUICK = 2**16, 1
"""Bytes from which a body is packed, and how thoroughly."""
PACKED = b"\xc1zlib"
LEAST, MOST = -(2**63), 2**64 - 1
"""The integers that msgpack holds."""
log = structlog.get_logger(__name__)


class Unusable(StrEnum):
    """Why a checkpoint is passed over."""

    VERSION = "other_version"
    CHECKSUM = "checksum"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """``state`` is what had become of the fold over all entries with ``seq <= position``, at the instant ``at``."""

    position: int
    at: datetime
    version: int
    state: object


class Checkpoints:
    """Saves and finds checkpoints.

    Parameters
    ----------
    version
        Of the states that `save` is handed.
    read
        Reads a state out of its msgpack.
    part
        Whose states they are. A partition that has none yet begins from those of the time before.
    """

    def __init__(
        self,
        database: Database,
        version: int,
        read: Callable[[bytes], object] = msgspec.msgpack.decode,
        *,
        part: int = WHOLE,
    ) -> None:
        self._database = database
        self._part = part
        self._version = version
        self._read_state = read
        self.passed_over: list[tuple[int, Unusable]] = []
        """``(position, reason)`` of what the last `newest` could not use."""

    async def save(self, position: int, at: datetime, state: object) -> None:
        """Write one down and let go of all but the newest `KEPT`."""
        body, kept_by = await asyncio.to_thread(self._written, position, to_micros(at), state)
        row = {
            "position": position,
            "at": to_micros(at),
            "version": self._version,
            "body": body,
            "checksum": kept_by,
        }
        ours = in_part(checkpoints.c.part, self._part)
        if self._part:
            row["part"] = self._part
        kept = select(checkpoints.c.id).where(*ours).order_by(desc(checkpoints.c.id)).limit(KEPT)
        async with self._database.write() as connection:
            await connection.execute(insert(checkpoints), [row])
            ids = (await connection.execute(kept)).scalars().all()
            await connection.execute(delete(checkpoints).where(checkpoints.c.id.not_in(ids), *ours))

    def _written(self, position: int, at: int, state: object) -> tuple[bytes, str]:
        """The body and its checksum; of ten thousand brands they take a second, which the event loop does not have."""
        body = packed_body(encode_state(state))
        return body, checksum(position, at, self._version, body)

    async def newest(self, version: int) -> Checkpoint | None:
        """The newest good checkpoint of this version; the reason for passing over a newer one is logged and kept."""
        self.passed_over = []
        async with self._database.read() as connection:
            ours = known_to_part(checkpoints.c.part, self._part)
            known = select(checkpoints.c.id, checkpoints.c.part).where(*ours).order_by(desc(checkpoints.c.id))
            kept = sorted((await connection.execute(known)).all(), key=lambda each: each.part, reverse=True)
        for each in kept:  # one at a time: bodies are large
            async with self._database.read() as connection:
                wanted = select(checkpoints).where(checkpoints.c.id == each.id)
                row = (await connection.execute(wanted)).one_or_none()
            if row is None:
                continue
            found = await asyncio.to_thread(_read, row, version, self._read_state)
            if isinstance(found, Checkpoint):
                return found
            self.passed_over.append((row.position, found))
            log.warning(
                "checkpoint_passed_over", position=row.position, reason=found.value, version=row.version, wanted=version
            )
        return None


def encode_state(state: object) -> bytes:
    """The state as msgpack. A number or text that msgpack cannot hold is brought as near as it can, and said: a state
    that is nearly right can be started from, none cannot.
    """
    try:
        return msgspec.msgpack.encode(state)
    except (OverflowError, UnicodeError) as error:
        log.error("checkpoint_clipped", reason=str(error))
        return msgspec.msgpack.encode(_held(state))


def _held(plain: object) -> object:
    """Plain values as msgpack can hold them: integers of 64 bits, text that is UTF-8."""
    match plain:
        case bool():
            return plain
        case int():
            return max(LEAST, min(MOST, plain))
        case str():
            return plain.encode("utf-8", "replace").decode()
        case dict():
            return {_held(key): _held(value) for key, value in plain.items()}
        case list() | tuple():
            return [_held(each) for each in plain]
        case _:
            return plain


def packed_body(plain: bytes) -> bytes:
    """A body as it is kept: a large one is packed. Its first byte is one that no msgpack begins with."""
    return PACKED + zlib.compress(plain, QUICK) if len(plain) > LARGE else plain


def plain_body(body: bytes) -> bytes:
    """The msgpack in a body.

    Raises
    ------
    zlib.error
        When it cannot be unpacked.
    """
    return zlib.decompress(body[len(PACKED) :]) if body.startswith(PACKED) else body


def _read(row: Row[tuple[object, ...]], version: int, read: Callable[[bytes], object]) -> Checkpoint | Unusable:
    if row.version != version:
        return Unusable.VERSION
    if row.checksum != checksum(row.position, row.at, row.version, row.body):
        return Unusable.CHECKSUM
    try:
        state = read(plain_body(row.body))
    except (msgspec.MsgspecError, zlib.error, UnicodeError, RecursionError):
        return Unusable.UNREADABLE
    return Checkpoint(position=row.position, at=from_micros(row.at), version=row.version, state=state)


def checksum(position: int, at: int, version: int, body: bytes) -> str:
    """Over a row's other columns."""
    digest = blake2b(f"{position}:{at}:{version}:".encode(), digest_size=32)
    digest.update(body)
    return digest.hexdigest()
