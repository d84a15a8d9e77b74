"""The shipped weights as a file: written by `sentinel train`, checked and read when the engine is built.

Layout, little-endian: ``SNTS``, format (u16), bits of the hash (u16), checksum of the names of the measured features
and languages (u32), temperatures (f4): for all, for each of `READ`; a bitmap of the slots that have weights; those
weights as float16, three a slot; SHA-256 of all before it. No compression, so that the same training gives the same
bytes everywhere; the wheel compresses.
"""

import struct
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final
from zlib import crc32

import numpy as np

from sentinel.errors import SentinelError
from sentinel.sentiment.features import MEASURED, SLOTS
from sentinel.sentiment.hashed_slots import BITS
from sentinel.sentiment.language import READ
from sentinel.sentiment.model import LABELS, SentimentModel, Weights
from sentinel.sentiment.words import vocabulary

FILE_NAME: Final = "seed.bin"
_MAGIC: Final = b"SNTS"
_FORMAT: Final = 2
_HEADER: Final = struct.Struct(f"<4sHHI{1 + len(READ)}f")
_NAMES: Final = crc32("|".join((*MEASURED, *READ)).encode())
_BITMAP: Final = (SLOTS + 7) // 8
_DIGEST: Final = 32


class SeedError(SentinelError):
    """A seed file is damaged or was trained for other features."""


def pack_seed(weights: Weights, temperature: float, temperatures: Mapping[str, float] | None = None) -> bytes:
    """The file for weights of shape ``(SLOTS, 3)``; slots whose weights round to zero are left out.

    A language without a temperature of its own gets that of all.
    """
    small = weights.astype("<f2")
    used = small.any(axis=1)
    header = _HEADER.pack(
        _MAGIC, _FORMAT, BITS, _NAMES, temperature, *((temperatures or {}).get(each, temperature) for each in READ)
    )
    body = header + np.packbits(used, bitorder="little").tobytes() + small[used].tobytes()
    return body + sha256(body).digest()


def unpack_seed(packed: bytes) -> SentimentModel:
    """A model that starts from a seed file.

    Raises
    ------
    SeedError
        When the file is cut short, altered, no seed, or of another format or other features.
    """
    body, digest = packed[:-_DIGEST], packed[-_DIGEST:]
    if len(body) < _HEADER.size + _BITMAP or not body.startswith(_MAGIC):
        raise SeedError(
            f"sentiment seed: {len(packed)} bytes that are no seed; reinstall, or train one with `sentinel train`"
        )
    if sha256(body).digest() != digest:
        raise SeedError(
            "sentiment seed: the checksum does not fit, the file was altered; "
            "reinstall, or train one with `sentinel train`"
        )
    _, version, bits, names, *temperatures = _HEADER.unpack_from(body)
    if (version, bits, names) != (_FORMAT, BITS, _NAMES):
        raise SeedError(
            f"sentiment seed: format {version}, {bits} bits, trained for "
            "other features; train it again with `sentinel train`"
        )
    bitmap = np.frombuffer(body, dtype=np.uint8, count=_BITMAP, offset=_HEADER.size)
    slots = np.flatnonzero(np.unpackbits(bitmap, count=SLOTS, bitorder="little"))
    weights = np.zeros((SLOTS, len(LABELS)), dtype=np.float32)
    weights[slots] = np.frombuffer(body, dtype="<f2", offset=_HEADER.size + _BITMAP).reshape(-1, len(LABELS))
    weights.flags.writeable = False
    temperature, *by_language = [round(each, 6) for each in temperatures]
    mark = int.from_bytes(digest[:4], "little")
    return SentimentModel.from_seed(
        weights, mark, temperature=temperature, temperatures=dict(zip(READ, by_language, strict=True))
    )


def load_seed() -> SentimentModel:
    """A fresh model that starts from the shipped weights; the lexicons' words are worked out too, so that first texts
    are not slow.

    Raises
    ------
    SeedError
        When the shipped file does not pass its checks.
    """
    for language in READ:
        vocabulary(language).warm()
    return unpack_seed(_shipped())


@cache
def _shipped() -> bytes:
    return (files("sentinel.sentiment.seed") / FILE_NAME).read_bytes()
