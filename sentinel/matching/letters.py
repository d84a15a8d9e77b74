"""What counts as part of a word, and which scripts put no space between words: shared by terms and the search for
copies.
"""

from functools import lru_cache
from unicodedata import category

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # kana, Han
    (0xAC00, 0xD7FF),  # Hangul, whose particles cling to the word
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, rare
)
UNSPACED = "".join(f"{chr(low)}-{chr(high)}" for low, high in _UNSPACED)
"""The scripts that put no space between words, for use within ``[]`` of a regular expression."""


@lru_cache(maxsize=4096)
def is_word(character: str) -> bool:
    """Letters, digits, the underscore and the marks that belong to a letter."""
    return character.isalnum() or character == "_" or category(character) in ("Mn", "Mc")


@lru_cache(maxsize=4096)
def is_unspaced(character: str) -> bool:
    """Of a script that puts no space between words."""
    code = ord(character)
    return any(low <= code <= high for low, high in _UNSPACED)


def are_joined(left: str, right: str) -> bool:
    """Whether no word can end between these two neighbours.

    Examples
    --------
    >>> are_joined("e", "s"), are_joined("e", "'"), are_joined("5", "で")
    (True, False, False)
    """
    return is_word(left) and is_word(right) and not (is_unspaced(left) or is_unspaced(right))
