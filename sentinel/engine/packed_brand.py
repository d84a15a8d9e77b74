"""Packed brand: a brand's state as the bytes that a checkpoint has of it; most of it is read only when it is wanted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

import msgspec

from sentinel.matching.duplicates import Voices
from sentinel.scoring.brand_scorer import BrandScorer
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings

NOTHING_SHOWN = msgspec.msgpack.encode("candidates") + msgspec.msgpack.encode([])
"""In the bytes of a brand that has no mention to show."""
CALM = msgspec.msgpack.encode("hysteresis") + msgspec.msgpack.encode([Level.CALM.value, None])
"""In the bytes of a brand that has no level to leave; no text holds them, being none of UTF-8's."""


class Pending(StrEnum):
    """What happened to a brand while it was kept as bytes, to be done once it is objects again."""

    BLIND = "blind"
    SEES = "sees"
    ANEW = "anew"
    """Another process began: whether its sources are silent is what they say there."""


class PackedBrand(msgspec.Struct, omit_defaults=True):
    """A brand in a checkpoint."""

    watch: msgspec.Raw
    voices: msgspec.Raw
    own: object
    observed_at: datetime | None
    due: datetime | None
    pending: list[tuple[Pending, datetime | None]] = msgspec.field(default_factory=list)


_DECODER = msgspec.msgpack.Decoder(PackedBrand)


def decode_packed(packed: bytes) -> PackedBrand:
    """What the bytes of a brand say, as far as that is asked for before it becomes objects."""
    return _DECODER.decode(packed)


@dataclass(slots=True)
class Learnt:
    """What a brand has learnt, as objects."""

    watch: BrandScorer
    voices: Voices


@cache
def nothing_learnt() -> tuple[msgspec.Raw, msgspec.Raw]:
    """Of a brand that nobody spoke of yet; the same of every brand."""
    fresh = BrandScorer("", ScoringSettings()).snapshot(), Voices().snapshot()
    watch, voices = (msgspec.Raw(msgspec.msgpack.encode(each)) for each in fresh)
    return watch, voices
