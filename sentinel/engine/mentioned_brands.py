"""Mentioned brands: which brands a mention says something of, by its words or by what it answers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sentinel.engine.brand_state import BrandState
from sentinel.engine.setup import BrandSetup
from sentinel.matching.account_index import AccountIndex
from sentinel.matching.author_ignore import AuthorIgnore, AuthorIgnoreSet
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention

ASKED = 5_000
"""Mentions that a source asked for whose brands are remembered, at the most."""


class MentionedBrands:
    """Finds the brands of a mention, each by its place in the configuration; ``matcher`` of them, where it is made
    already.
    """

    def __init__(
        self, setups: Sequence[BrandSetup], states: Sequence[BrandState], matcher: Matcher | None = None
    ) -> None:
        self._matcher = matcher or Matcher([each.brand for each in setups])
        self._names = [each.names for each in setups]
        self._ignored = AuthorIgnoreSet((), self._names)
        self._called = [state.name for state in states]
        self._states = states
        self._matched: dict[tuple[str, str], tuple[Mention, tuple[int, ...]]] = {}
        """Mentions that come next, and the brands that their words are about."""
        self._asked: dict[tuple[str, str], tuple[Mention, tuple[int, ...]]] = {}
        """Mentions that a source asked for, on their way through the journal."""
        self.named: tuple[str, ...] = ()
        """The names of the brands that the words of the latest mention are about."""
        self._with_own = {index: None for index, each in enumerate(setups) if each.brand.own}
        self._accounts = AccountIndex((index, each.brand.own) for index, each in enumerate(setups))

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of, or answered; what its words are about is remembered until it is folded."""
        matches = self._matcher.match(mention)
        wanted = bool(matches) or next(self._answered(mention), None) is not None
        if wanted:
            if len(self._asked) >= ASKED:
                self._asked = {}
            self._asked[mention.key] = mention, matches
        return wanted

    def expect(self, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, tuple[int, ...]]]:
        """Match what comes next now; gives each with the brands that its words are about."""
        self._matched = {}
        for mention in mentions:
            key = mention.key
            asked, matches = self._asked.pop(key, (None, ())) if self._asked else (None, ())
            if asked != mention:
                matches = self._matcher.match(mention)
            self._matched[key] = mention, matches
            yield mention, matches

    def _match(self, mention: Mention) -> tuple[int, ...]:
        expected, matches = self._matched.pop(mention.key, (None, ()))
        return matches if expected is mention else self._matcher.match(mention)

    def find(self, mention: Mention, at: datetime) -> tuple[tuple[int, ...], list[int]]:
        """The brands that it says something of, as somebody else: not the brand itself, nobody who is ignored; and
        those that speak themselves, whose answer may have to be noted.
        """
        matches = self._match(mention)
        self.named = tuple([self._called[index] for index in matches])
        if not self._with_own:
            return self._counted(matches, mention, at), []
        matches = tuple(sorted({*matches, *self._answered(mention)}))
        voiced = self._counted(matches, mention, at)
        spoke = [
            index
            for index in matches
            if index in self._with_own and index not in voiced and self._states[index].own.wrote(mention, at)
        ]
        return voiced, spoke

    def _counted(self, found: tuple[int, ...], mention: Mention, at: datetime) -> tuple[int, ...]:
        """Those of which somebody speaks who counts."""
        voiced = self._matcher.voiced(found, mention, at)
        return self._ignored.without(voiced, mention, at) if voiced else voiced

    def ignore(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, besides those of the configuration."""
        self._ignored = AuthorIgnoreSet(ignores, self._names)

    def _answered(self, mention: Mention) -> Iterator[int]:
        """The brands one of whose own posts it answers or quotes."""
        if not (self._with_own and (mention.parent_id or mention.root_id or mention.links)):
            return
        yield from self._accounts.addressed(mention)
        yield from (index for index in self._with_own if self._states[index].own.is_posted(mention))
