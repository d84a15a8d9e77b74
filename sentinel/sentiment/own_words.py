"""A brand's own words: what a word is worth where its people speak, over what the lexicon says of it everywhere else.

In a game who kills has won; of an exchange, a bear is no animal. Such a word is read as its worth alone: what the model
learnt of it elsewhere, and the parts it plays there, count no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from sentinel.sentiment.lexicon import fold

MOST: Final = 4
"""The best that is said of a thing; the worst is as far below zero."""


class Domain(StrEnum):
    """Where a brand's people speak, if some of their words mean something else there."""

    MARKET = "market"
    GAMES = "games"
    SPORT = "sport"


@dataclass(frozen=True, slots=True, eq=False)
class OwnWords:
    """By language the worth of folded words; ``anywhere`` those that a brand's configuration gives, in all languages.

    One object stands for one brand's words: what was read by it is remembered under it.
    """

    by_language: Mapping[str, Mapping[str, int]]
    anywhere: Mapping[str, int]

    def worth(self, form: str, language: str) -> int | None:
        """What a folded word is worth; ``None`` where it is an ordinary one."""
        found = self.anywhere.get(form)
        return found if found is not None else self.by_language.get(language, {}).get(form)

    def has(self, word: str) -> bool:
        """Whether a word is one of them, in any language."""
        form = fold(word.lower())
        return form in self.anywhere or any(form in words for words in self.by_language.values())


def own_words(domain: Domain | None, words: Mapping[str, int]) -> OwnWords | None:
    """The words of a domain and those given beside it, which go before; ``None`` where there are none.

    Examples
    --------
    >>> own = own_words(Domain.GAMES, {"Nerf": -2})
    >>> own.worth("kill", "en"), own.worth("nerf", "es"), own.worth("refund", "en")
    (0, -2, None)
    """
    if domain is None and not words:
        return None
    by_language = _of_domain(domain) if domain is not None else {}
    return OwnWords(by_language, {fold(word.lower()): worth for word, worth in words.items()})


@cache
def _of_domain(domain: Domain) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    text = (files("sentinel.sentiment.domains") / f"{domain}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        head, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            language, worth = head.split()
            found.setdefault(language, {}).update({fold(word): int(worth) for word in words.split()})
    return MappingProxyType(found)
