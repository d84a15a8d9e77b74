"""A message of the stream: bodies of one partition that were published together, under one id.

Many a message, because each costs a round of the servers and a wait for their disks.
"""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from sentinel.cluster.carrier_errors import CarrierError

VERSION = 1


class CarriedMessage(msgspec.Struct, frozen=True, array_like=True):
    """What one holds."""

    version: int
    bodies: tuple[bytes, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(CarriedMessage).decode


def pack(bodies: Sequence[bytes]) -> bytes:
    """Bodies as a message.

    Examples
    --------
    >>> unpack(pack([b"a", b"b"]))
    (b'a', b'b')
    """
    return _encode(CarriedMessage(VERSION, tuple(bodies)))


def unpack(message: bytes) -> tuple[bytes, ...]:
    """The bodies of a message.

    Raises
    ------
    CarrierError
        When it is none of ours.
    """
    try:
        found = _decode(message)
    except msgspec.MsgspecError as error:
        raise CarrierError(f"the stream holds a message that Sentinel did not write: {error}") from error
    if found.version != VERSION:
        raise CarrierError(
            f"the stream holds a message of version {found.version}, this Sentinel reads {VERSION}; update workers "
            "before those that take mentions in"
        )
    return found.bodies


def message_id(ids: Sequence[str]) -> str:
    """The same for the same things in the same order: what was published twice is kept once.

    Examples
    --------
    >>> message_id(["a", "b"]) == message_id(["a", "b"]) != message_id(["ab"])
    True
    """
    digest = blake2b(digest_size=16)
    for each in ids:
        text = each.encode("utf-8", "surrogatepass")
        digest.update(len(text).to_bytes(4, "big"))
        digest.update(text)
    return digest.hexdigest()
