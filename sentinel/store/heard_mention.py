"""A mention as it was heard: which brands it is about, what it feels towards each, whether it counted; and how to ask
for some of them.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from sentinel.mention import Kind, Mention
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.sentiment.sentiment import Label


class Standing(StrEnum):
    """Whether a mention counts for a brand, and why not."""

    COUNTED = "counted"
    OWN = "own"
    """The brand itself says it."""
    IGNORED = "ignored"
    """Its account does not count."""
    COPY = "copy"
    """Somebody said the same before: it counts as the voice that it repeats."""


class HeardAs(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a mention is to one brand; ``probability`` is of the label, ``priority`` how soon it wants an answer."""

    brand: str
    label: Label
    probability: float
    standing: Standing
    priority: Priority = Priority.NONE


class Hearing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was heard of one mention, as the store keeps it: nothing is about no brand.

    ``grave`` is the gravest word in it, ``asks`` what it seems to ask for.
    """

    brands: tuple[HeardAs, ...] = ()
    lang: str = "und"
    grave: str | None = None
    asks: RequestKind = RequestKind.NONE


class HeardMention(msgspec.Struct, frozen=True, kw_only=True):
    """A mention of the journal with what was heard of it; ``number`` names it and rises with ``heard_at``, ``at`` is
    when it counts.
    """

    number: int
    mention: Mention
    heard_at: datetime
    at: datetime
    hearing: Hearing
    request: RequestRecord = RequestRecord()
    shared: bool = False
    """Whether it is about brands, too, that whoever asks has not: its request is theirs as well, and not shown."""

    @property
    def asks(self) -> RequestKind:
        """What it asks for: as somebody said, or else as it seems."""
        return self.request.kind or self.hearing.asks


class MentionFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which mentions are asked for; what is ``None`` or empty does not matter.

    Parameters
    ----------
    standing
        Whether it counted; with ``brand`` for that brand. So is ``sentiment``.
    author
        Id, handle with or without @, or name.
    text
        Words, ``"phrases"``, beginnings of words with ``*``, and ``-words`` that must not be there.
    since, until
        When it was heard, half-open.
    asks
        What it asks for, as somebody said or as it seems.
    priority
        How soon it wants an answer; with ``brand`` for that brand.
    state
        How far its request is.
    """

    brand: str | None = None
    source: str | None = None
    sentiment: Label | None = None
    language: str | None = None
    kind: Kind | None = None
    standing: Standing | None = None
    grave: bool = False
    author: str | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    asks: RequestKind | None = None
    priority: Priority | None = None
    state: RequestState | None = None
