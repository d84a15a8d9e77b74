"""A post as topics read it: what it says, who says it, and what was heard in it."""

from datetime import datetime

import msgspec

from sentinel.mention import Mention
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Label


class SaidPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post about a brand.

    ``number`` names it where it is stored, 0 where that is not known. ``copy`` says that somebody said the same before,
    ``grave`` that there is a grave word in it.
    """

    mention: Mention
    at: datetime
    lang: str = "und"
    label: Label = Label.NEUTRAL
    number: int = 0
    copy: bool = False
    grave: bool = False
    asks: RequestKind = RequestKind.NONE

    @property
    def person(self) -> str:
        """Whose voice it is; of nobody known, its own."""
        author = self.mention.author
        name = (author.id or author.handle or author.name) if author is not None else None
        return f"{self.mention.source}\n{name}" if name else f"{self.mention.source}\n\n{self.mention.id}"
