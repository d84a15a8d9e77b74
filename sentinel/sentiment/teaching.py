"""What people tell the sentiment model: that a text means something else, or to serve an earlier version again.

Each stands in the journal, in the order in which it was said, so that a recovery folds it at the very place where it
was folded.
"""

from typing import Annotated, TypeAlias

import msgspec

from sentinel.sentiment.sentiment import Label

Teacher = Annotated[
    str, msgspec.Meta(min_length=1, max_length=80, pattern=r"\S", description="A contact's key, or any name.")
]


class Correction(msgspec.Struct, frozen=True, kw_only=True, tag="correction", tag_field="kind"):
    """A text, and what it means by the word of a person."""

    text: str
    label: Label
    by: str
    lang: str | None = None


class RollBack(msgspec.Struct, frozen=True, kw_only=True, tag="roll_back", tag_field="kind"):
    """Serve an earlier version again."""

    version: int
    by: str


Teaching: TypeAlias = Correction | RollBack
_decoder: msgspec.json.Decoder[Teaching] = msgspec.json.Decoder(Correction | RollBack)
encode_teaching = msgspec.json.Encoder().encode


def decode_teaching(body: bytes) -> Teaching:
    """What `encode_teaching` wrote."""
    return _decoder.decode(body)
