"""Brands mentioned that other engines fold: what has stars teaches every engine's model, so that all stay the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sentinel.engine.setup import BrandSetup
from sentinel.matching.author_ignore import AuthorIgnore, AuthorIgnoreSet
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention


class MentionedElsewhere:
    """Asked only about mentions of no brand of our own; of no cost where one engine folds all brands."""

    def __init__(self, setups: Sequence[BrandSetup]) -> None:
        self._matcher = Matcher([each.brand for each in setups]) if setups else None
        self._names = [each.names for each in setups]
        self._ignored = AuthorIgnoreSet((), self._names)

    def ignore(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, besides those of the configuration."""
        self._ignored = AuthorIgnoreSet(ignores, self._names)

    def is_rated(self, mention: Mention, at: datetime | None = None) -> bool:
        """Whether it gives stars to a brand that another engine folds; with ``at`` as somebody who counts then."""
        if self._matcher is None or mention.rating is None:
            return False
        matches = self._matcher.match(mention)
        if at is not None:
            matches = self._ignored.without(self._matcher.voiced(matches, mention, at), mention, at)
        return bool(matches)
