"""Finds texts that are hardly other ones than those of a fold, so that no fold is measured on what was trained on."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

ALIKE = 0.6
"""Share of their words that two texts have in common, of all words of both, from which on they are copies."""
RAREST = 6
"""Words of a text, the rarest, by which its copies are looked for."""
_ASIDE = re.compile(r"https?://\S+|@\w+|&\w+;|\\u[0-9a-f]{4}")
_WORD = re.compile(r"[^\W_]+")


class NearCopies:
    """Texts, found again by those that are hardly other ones."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = [_words(text) for text in texts]
        self._common = Counter(word for words in self._words for word in words)
        self._with: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._words):
            for word in self._rarest(words):
                self._with[word].append(place)

    def of(self, texts: Sequence[str]) -> set[int]:
        """The places of those that are near copies of any of some other texts."""
        found: set[int] = set()
        for text in texts:
            words = _words(text)
            near = {place for word in self._rarest(words) for place in self._with.get(word, ())}
            found |= {
                place for place in near if len(words & self._words[place]) >= ALIKE * len(words | self._words[place])
            }
        return found

    def _rarest(self, words: frozenset[str]) -> list[str]:
        return sorted(words, key=lambda word: (self._common[word], word))[:RAREST]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_ASIDE.sub(" ", text.lower())))
