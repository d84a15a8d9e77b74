"""The posts of a brand that the serving model doubts most, looked for in the journal, for people to label."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sentinel.clock import Clock
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from sentinel.sentiment.doubt import Doubt, Post, most_doubted
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.teaching import Correction
from sentinel.store.journal import Journal

MOST = 200
"""Posts that one asks about: ten minutes of one key each."""
LOOKED_THROUGH = 20_000
"""Newest entries of the journal that are read; a quiet brand among loud ones has few posts there."""
RANKED = 3_000
"""Newest posts of the brand that the model is asked about, half a second's work."""
STANDS = timedelta(hours=1)
"""After which, or once another version serves, the posts are looked for anew."""


@dataclass(slots=True)
class _Found:
    at: datetime
    version: int
    doubts: list[Doubt]


@dataclass(slots=True)
class DoubtedPosts:
    """Finds them, and keeps them for an hour, so that a post that is answered leaves the others where they stood."""

    journal: Journal
    learning: LearningModel
    brands: Callable[[], Sequence[Brand]]
    clock: Clock
    _found: dict[str, _Found] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, brand: str) -> Sequence[Doubt]:
        """The most doubted first; empty for a brand of which nothing was heard, or that there is none of."""
        version = self.learning.versions[-1].number
        async with self._looking:
            found = self._found.get(brand)
            if found is None or found.version != version or self.clock.now() - found.at > STANDS:
                found = _Found(self.clock.now(), version, await self._look(brand))
                self._found[brand] = found
            return found.doubts

    def answered(self, brand: str, text: str) -> None:
        """Somebody has labelled it."""
        if (found := self._found.get(brand)) is not None:
            found.doubts = [each for each in found.doubts if each.post.text != text]

    async def _look(self, brand: str) -> list[Doubt]:
        wanted = [each for each in self.brands() if each.name == brand]
        if not wanted:
            return []
        matcher, posts, taught = Matcher(wanted), deque[Post](maxlen=RANKED), set[str]()
        after = max(0, await self.journal.last() - LOOKED_THROUGH)
        while entries := await self.journal.read(after):
            after = entries[-1].seq
            for entry in entries:
                if isinstance(entry.teaching, Correction):
                    taught.add(entry.teaching.text)
                elif (mention := entry.mention) is not None and matcher.match(mention):
                    posts.append(Post(mention.whole_text, mention.lang))
        new = [post for post in posts if post.text not in taught]
        return await asyncio.to_thread(most_doubted, new, self.learning.serving.twin(), MOST)
