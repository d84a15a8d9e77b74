"""Wording of a post: its sentences as words, each as it is written and as it is compared.

Addresses, handles and figures are none, and end a phrase as a full stop does; a hashtag is the words it is made of.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from sentinel.matching.folding import fold

READ = 1_200
"""Characters of a post that are read; what it is about stands in its beginning."""
LONGEST_WORD = 30
ROOT, ENDINGS = 6, ("ing", "ed")
"""Letters by which words are told apart, and endings that go before."""
_PIECE = re.compile(
    r"(?:https?://|www\.)\S+|@\w[\w.-]*|&\w+;|"
    r"(?P<tag>#\w+)|(?P<word>[^\W\d_]\w*(?:['’·-][^\W\d_]+)*)|(?P<gap>[^\s\w'’-]+|\d\S*)"
)
_HUMPS = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])")
_ELIDED = re.compile(r"^(?:l|d|s|m|n|t|c|j|qu)['’](?=\w{2})", re.IGNORECASE)


class SpokenWord(msgspec.Struct, frozen=True):
    """A word: folded, as it is written, and what words of one root share."""

    folded: str
    written: str
    root: str


Stretch = tuple[SpokenWord, ...]
"""Words with nothing between them."""


def stretches_of(text: str) -> list[Stretch]:
    """The stretches of a text.

    Examples
    --------
    >>> [[word.written for word in each] for each in stretches_of("@acme ¡Sin luz! #FueraDeServicio desde las 11")]
    [['Sin', 'luz'], ['fuera', 'de', 'servicio'], ['desde', 'las']]
    """
    return [stretch for stretch in _stretches(text[:READ]) if stretch]


def _stretches(text: str) -> Iterator[Stretch]:
    run: list[SpokenWord] = []
    tagged = False
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "word":
            run.append(_word(piece[0]))
            tagged = False
        elif kind == "tag":
            parts = _HUMPS.findall(piece[0])
            humps = len(parts) > 1 and sum(map(len, parts)) == len(piece[0]) - 1
            if tagged or humps:
                yield tuple(run)
                run = []
            if humps:
                yield tuple(_word(part.lower()) for part in parts)  # how people write it, others tell
            elif not piece[0][1:].isdigit():
                run.append(_word(piece[0][1:]))
            tagged = True
        else:
            yield tuple(run)
            run, tagged = [], False
    yield tuple(run)


@lru_cache(maxsize=16_384)
def _word(written: str) -> SpokenWord:
    bare = _ELIDED.sub("", written)[:LONGEST_WORD]
    folded = fold(bare)
    return SpokenWord(folded, bare, root_of(folded))


def root_of(folded: str) -> str:
    """What words of one root share, roughly.

    Examples
    --------
    >>> [root_of(word) for word in ("apagon", "apagones", "cancelled", "canceled", "delays", "delayed", "luz")]
    ['apagon', 'apagon', 'cancel', 'cancel', 'delay', 'delay', 'luz']
    """
    word = folded.rstrip("s") if len(folded) > 3 and not folded.endswith("ss") else folded
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:ROOT]
