"""A text's words as the signals read them: folded, without links and handles."""

import re

from sentinel.matching.folding import fold

READ = 2_000
"""Characters that are read; what a post is about stands in its beginning."""
_ASIDE = re.compile(r"https?://\S+|www\.\S+|@\w[\w.-]*|&\w+;")
_WORD = re.compile(r"[^\W_]+")
_SPACED = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_AGAIN = (" rt @", " via @")


def words_of(text: str) -> list[str]:
    """Words in order.

    Examples
    --------
    >>> words_of("¡@acme Explosión en la REFINERÍA! https://t.co/x")
    ['explosion', 'en', 'la', 'refineria']
    """
    folded = fold(text[:READ])
    if "@" in folded or "http" in folded or "www." in folded or "&" in folded:
        folded = _ASIDE.sub(" ", folded)
    if folded.isascii():  # a third of the time
        return folded.encode().translate(_SPACED).decode().split()
    return _WORD.findall(folded)


def passes_on(text: str) -> bool:
    """Whether a text says itself that it passes on what somebody else said.

    Examples
    --------
    >>> passes_on("RT @ana: arde la fábrica"), passes_on("@acme RT @ana: arde"), passes_on("start @ana")
    (True, True, False)
    """
    head = text[:120]
    if "@" not in head:
        return False
    lowered = f" {head.lower()}"
    return any(mark in lowered for mark in _AGAIN)
