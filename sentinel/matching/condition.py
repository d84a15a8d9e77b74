"""Conditions of a term: capitals that count, and words that must stand near. Asked only where the term stands."""

import re
from collections.abc import Callable
from functools import lru_cache

from sentinel.matching.folding import fold, without_accents
from sentinel.matching.term import Term

Found = Callable[[str, str, int, int], bool]
"""Of the text as written, the folded text, and where in the latter the term stands."""


def condition(term: Term) -> Found | None:
    """What must hold where the term stands; ``None``: nothing.

    Examples
    --------
    >>> holds = condition(Term(word="Día", case=True))
    >>> holds("En Día", "en dia", 3, 6), holds("buen día", "buen dia", 5, 8), holds("BUEN DÍA", "buen dia", 5, 8)
    (True, False, False)
    """
    if not term.conditional:
        return None
    word = _bare(term.word.strip())
    as_written = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    in_capitals = re.compile(rf"(?<!\w){re.escape(word.upper())}(?!\w)")
    near_to = tuple(f" {fold(each)} " for each in term.near_to)

    @lru_cache(maxsize=1)  # a long text is looked at once, however often the term stands in it
    def is_capital(text: str) -> bool:
        if as_written.search(bare := _bare(text)):
            return True
        others = in_capitals.sub("", bare)
        return others != bare and any(map(str.islower, others))

    def holds(text: str, folded: str, start: int, end: int) -> bool:
        if term.case and not is_capital(text):
            return False
        return not near_to or _stands_near(folded, start, end, near_to, term.near)

    return holds


@lru_cache(maxsize=4)
def _bare(text: str) -> str:
    """Kept for the next term that asks for it."""
    return without_accents(text)


def _stands_near(folded: str, start: int, end: int, near_to: tuple[str, ...], near: int | None) -> bool:
    if near is None:
        around = folded
    else:
        room = near * _LONGEST
        before = folded[max(0, start - room) : start].split()[-near:]
        after = folded[end : end + room].split()[:near]
        around = f"{' '.join(before)} {_GONE} {' '.join(after)}"
    plain = f" {' '.join(_MARKS.sub(' ', around).replace(_EDGE, f' {_EDGE} ').split())} "
    return any(each in plain for each in near_to)


_MARKS = re.compile(r"[^\w'&+\x01\x02]+")
_EDGE = "\x01"
"""Stands between the parts of a mention."""
_GONE = "\x02"
"""Stands for the term itself, which is not near itself, and over which no phrase is read."""
_LONGEST = 24
"""Characters looked at for a word: longer ones are addresses."""
