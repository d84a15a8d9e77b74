"""Carried entries: what becomes an entry of a partition's journal, as bytes on its way there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import assert_never

import msgspec
import structlog

from sentinel.cluster.carrier import Carried
from sentinel.mention import Mention, decode_stored, encode_mention
from sentinel.sentiment.teaching import Teaching, decode_teaching, encode_teaching
from sentinel.store.group import Key


class CarriedMention(msgspec.Struct, frozen=True, tag="m", array_like=True):
    """A mention's JSON."""

    body: bytes


class CarriedDelete(msgspec.Struct, frozen=True, tag="d", array_like=True):
    """A mention was taken back."""

    source: str
    id: str


class CarriedErasure(msgspec.Struct, frozen=True, tag="e", array_like=True):
    """Every mention of a source whose id starts so was taken back."""

    source: str
    prefix: str


class CarriedTeaching(msgspec.Struct, frozen=True, tag="t", array_like=True):
    """What a person told the sentiment model."""

    body: bytes


CarriedEntry = CarriedMention | CarriedDelete | CarriedErasure | CarriedTeaching
log = structlog.get_logger(__name__)
_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[CarriedEntry] = msgspec.msgpack.Decoder(CarriedEntry)


@dataclass(frozen=True, slots=True)
class Entries:
    """What a batch holds, as the journal takes it."""

    mentions: list[Mention]
    deletes: list[Key]
    erased: list[Key]
    teachings: list[Teaching]


def of_mention(mention: Mention, parts: Iterable[int]) -> Iterator[Carried]:
    """One for each partition that it concerns."""
    yield from _each(parts, ("m", mention.source, mention.id), CarriedMention(encode_mention(mention)))


def of_delete(key: Key, parts: Iterable[int]) -> Iterator[Carried]:
    """One for each partition."""
    yield from _each(parts, ("d", *key), CarriedDelete(*key))


def of_erasure(key: Key, parts: Iterable[int], asked: str) -> Iterator[Carried]:
    """One for each partition; ``asked`` tells one request from the next, which may find more."""
    yield from _each(parts, ("e", *key, asked), CarriedErasure(*key))


def of_teaching(teaching: Teaching, parts: Iterable[int], asked: str) -> Iterator[Carried]:
    """One for each partition; ``asked`` tells one from another that says the same."""
    yield from _each(parts, ("t", asked), CarriedTeaching(encode_teaching(teaching)))


def read_entries(bodies: Sequence[bytes]) -> Entries:
    """What a batch holds, kind by kind; a body that cannot be read is passed over, or its partition would never get
    beyond it.
    """
    found = Entries([], [], [], [])
    for body in bodies:
        try:
            _read(body, found)
        except (msgspec.MsgspecError, UnicodeError) as error:
            log.error("carried_entry_unreadable", error=str(error))
    return found


def _read(body: bytes, found: Entries) -> None:
    match _decode.decode(body):
        case CarriedMention() as mention:
            found.mentions.append(decode_stored(mention.body))
        case CarriedDelete() as delete:
            found.deletes.append((delete.source, delete.id))
        case CarriedErasure() as erasure:
            found.erased.append((erasure.source, erasure.prefix))
        case CarriedTeaching() as teaching:
            found.teachings.append(decode_teaching(teaching.body))
        case never:
            assert_never(never)


def _each(parts: Iterable[int], words: Sequence[str], entry: CarriedEntry) -> Iterator[Carried]:
    name = blake2b("\x00".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    body = _encode(entry)
    for part in parts:
        yield Carried(part=part, id=name, body=body)
