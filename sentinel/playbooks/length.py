"""How long a text is where it will be posted: graphemes for most networks, weighted characters for X.

`render.py` measures holding statements with it and cuts quoted posts.
"""

import re
import unicodedata
from itertools import pairwise

_LINK = re.compile(r"https?://\S+")
_LINK_WEIGHT = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that X counts once; all others count twice (developer.x.com, "Counting characters")."""
_JOINER = "\u200d"
_LONGEST = 32
"""Code points of one character; emoji that never end their joining are no single one."""


def clusters(text: str) -> list[str]:
    """What a reader sees as single characters: marks, variation selectors, skin tones, joined emoji and flags stay
    together.

    A close approximation of Unicode's extended grapheme clusters that needs no tables beyond the standard library's.

    Examples
    --------
    >>> len(clusters("día")), len(clusters("di\\u0301a")), len(clusters("👩‍🚒🇪🇸👍🏽"))
    (3, 3, 3)
    """
    if text.isascii():
        return list(text)
    begins: list[int] = []
    flags, joined = 0, False
    for place, char in enumerate(text):
        flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        extends = (
            unicodedata.category(char) in ("Mn", "Me", "Mc") or char == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff"
        )
        goes_on = begins and place - begins[-1] < _LONGEST and (extends or joined or (flag and flags % 2))
        if not goes_on:
            begins.append(place)
        flags, joined = (flags + 1 if flag else 0), char == _JOINER
    return [text[begin:end] for begin, end in pairwise((*begins, len(text)))]


def graphemes(text: str) -> int:
    """Length in user-perceived characters: Bluesky's and Mastodon's measure."""
    return len(clusters(text))


def weighted(text: str) -> int:
    """Length as X counts it: links 23, emoji and wide characters 2, the rest 1.

    Examples
    --------
    >>> weighted("hola"), weighted("👍🏽"), weighted("mira https://ejemplo.org/una/pagina/muy/larga")
    (4, 2, 28)
    """
    links = _LINK.findall(text)
    rest = _LINK.sub("", unicodedata.normalize("NFC", text))
    light = (all(any(low <= ord(c) <= high for low, high in _LIGHT) for c in cluster) for cluster in clusters(rest))
    return _LINK_WEIGHT * len(links) + sum(
        len(cluster) if ok else 2 for cluster, ok in zip(clusters(rest), light, strict=True)
    )


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` graphemes, with an ellipsis where something is left out."""
    parts = clusters(text)
    return text if len(parts) <= limit else "".join(parts[: limit - 1]).rstrip() + "…"
