"""What of a mention is searched for terms: its text, title, tags and links, and the words inside its hashtags."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from sentinel.mention import Mention

GAP = " \x01 "
"""Stands between the parts of a mention, so that no phrase is read across them."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_WINDOWS = "".join(bytes([octet]).decode("cp1252", "ignore") or chr(octet) for octet in range(0x80, 0xC0))
_MISREAD = re.compile(f"[ÂÃ][{re.escape(_WINDOWS)}\x80-\xbf]")
_TAG = re.compile(r"[#＃](\w{3,})")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_REMEMBERED = 100
"""Characters of a hashtag whose words are remembered: a text may be one tag from end to end."""


def searched(mention: Mention) -> str:
    """Everything a term may stand in, its parts kept apart."""
    if not (mention.title or mention.tags or mention.links):
        return searched_text(mention.text)
    return searched_text(GAP.join(_parts(mention)))


def searched_text(text: str) -> str:
    """The text as people read it, and behind it the words that its hashtags are made of.

    Entities that an export left in (``H&amp;M``, also twice escaped) are the characters that they stand for; so are two
    of Windows' letters that were one in UTF-8 (``Ã³``).

    Examples
    --------
    >>> searched_text("Qué mal #BoicotAZara").split(GAP)
    ['Qué mal #BoicotAZara', 'Boicot A Zara']
    >>> searched_text("AT&amp;amp;T")
    'AT&T'
    >>> searched_text("TelefÃ³nica, ESPAÃ‘A")
    'Telefónica, ESPAÑA'
    """
    if "Ã" in text or "Â" in text:
        text = _MISREAD.sub(_read_again, text)
    if "&" in text and ";" in text:
        text = _ENTITY.sub(_character, _ENTITY.sub(_character, text))
    if "#" in text or "＃" in text:
        found = [_parted(tag) if len(tag) <= _REMEMBERED else _part(tag) for tag in _TAG.findall(text)]
        inner = [words for words in found if " " in words]
        if inner:
            return GAP.join((text, *inner))
    return text


def _part(tag: str) -> str:
    """A hashtag's words."""
    return " ".join(words_of_tag(tag))


_parted = lru_cache(maxsize=4_096)(_part)
"""The same; people use the same hashtags again and again."""


def words_of_tag(tag: str) -> Iterator[str]:
    """The words of a hashtag, as its capitals, digits and underscores part them.

    Examples
    --------
    >>> list(words_of_tag("NoCompresEnZara")), list(words_of_tag("BoicotAZara")), list(words_of_tag("ITVMadrid2026"))
    (['No', 'Compres', 'En', 'Zara'], ['Boicot', 'A', 'Zara'], ['ITV', 'Madrid', '2026'])
    >>> list(words_of_tag("boicotzara")), list(words_of_tag("H3M"))
    (['boicotzara'], ['H3M'])
    """
    pieces = _PIECE.findall(tag)
    if sum(map(len, filter(str.isdigit, pieces))) < _A_YEAR:  # 3M and Web3 are no two words
        pieces = [piece for piece in tag.split("_") if piece]
    for piece in pieces:
        yield from _capitalised(piece)


_A_YEAR = 4


def _capitalised(piece: str) -> Iterator[str]:
    if piece.islower() or not any(map(str.isupper, piece[1:])):
        yield piece
        return
    start = 0
    for place in range(1, len(piece)):
        begins = piece[place].isupper() and (
            piece[place - 1].islower() or (place + 1 < len(piece) and piece[place + 1].islower())
        )
        if begins:
            yield piece[start:place]
            start = place
    yield piece[start:]


def _read_again(two: re.Match[str]) -> str:
    octets = bytes(ord(each) if ord(each) < 0x100 else each.encode("cp1252")[0] for each in two[0])
    return octets.decode()


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0])


def _parts(mention: Mention) -> Iterator[str]:
    yield mention.text
    if mention.title:
        yield mention.title
    for tag in mention.tags or ():
        bare = tag.lstrip("#＃ ")
        yield f"#{''.join(bare.split())}"
        if " " in bare.strip():
            yield bare  # a category of several words is read as words, too
    yield from mention.links or ()
