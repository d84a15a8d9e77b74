"""The JSON of ``/api/v1/labels`` and ``/api/v1/model`` as types."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from sentinel.sentiment.learning_model import Version
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Teacher

Text = Annotated[
    str, msgspec.Meta(min_length=1, max_length=10_000, description="The mention's text, with its title before it.")
]
Lang = Annotated[str, msgspec.Meta(max_length=16, description="Its language, where the source says: `es`, `es-MX`.")]


class LabelAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that means something else than was said; ``by`` is who says so."""

    text: Text
    label: Label
    by: Teacher
    lang: Lang | None = None


class LabelReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The label is on disk.

    ``said`` is what the serving model makes of the text; whether the label is believed shows in the model.
    """

    said: Label
    label: Label


class RollBackAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Serve an earlier version again."""

    version: Annotated[int, msgspec.Meta(ge=0)]
    by: Teacher


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A model that served; number 0 is the seed. ``right`` is its share of right answers at the exam."""

    number: int
    at: datetime | None
    lessons: int
    right: float
    serving: bool


class ModelNow(msgspec.Struct, frozen=True, kw_only=True):
    """The versions kept, oldest first; ``failures`` counts batches that did not pass, ``suspended`` who is not heard
    for a while.
    """

    versions: list[VersionView]
    failures: int
    suspended: list[str]

    @classmethod
    def of(cls, versions: Sequence[Version], failures: int, suspended: Sequence[str]) -> "ModelNow":
        """What the outside sees of a learning model."""
        shown = [
            VersionView(
                number=each.number,
                at=each.at,
                lessons=each.lessons,
                right=round(each.marks.right, 4),
                serving=each is versions[-1],
            )
            for each in versions
        ]
        return cls(versions=shown, failures=failures, suspended=list(suspended))
