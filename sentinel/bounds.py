"""Bounds of what decorates a mention: what lies beyond them is clipped, or left out where a part of it misleads.

Whoever posts decides what a mention holds, so that sums, rows and pages must hold whatever comes.
"""

from hashlib import blake2b

MAX_COUNT = 10**10
"""More than there are people; of so many followers each, 900 million mentions still fit a checkpoint's integer."""
MAX_NAME = 200
"""Characters of a name, a handle or a tag; the rest is cut off."""
MAX_ID = 1024
"""Characters of an author's id; a longer one becomes its digest, which tells authors apart as well."""
MAX_URL = 4096
"""Characters of an address; a longer one is left out, for a cut one leads elsewhere."""
MAX_LANG = 35
MAX_ITEMS = 100
"""Tags, or links, of one mention; those beyond are left out."""


def bounded_count(count: int | None) -> int | None:
    """The count, at most `MAX_COUNT`; one below zero is not known.

    Examples
    --------
    >>> bounded_count(12), bounded_count(10**20), bounded_count(-1)
    (12, 10000000000, None)
    """
    if count is None or 0 <= count <= MAX_COUNT:
        return count
    return None if count < 0 else MAX_COUNT


def fits(text: str | None, most: int) -> bool:
    """Whether a text can stay as it is: nearly every one can, which is to be known at once."""
    return text is None or (len(text) <= most and "\x00" not in text and (text.isascii() or _encodes(text)))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def bounded_text(text: str, most: int) -> str:
    """The text without NUL characters and lone surrogates, which neither rows nor pages can hold, clipped."""
    if fits(text, most):
        return text
    return text.encode("utf-8", "replace").decode().replace("\x00", "")[:most]


def bounded_name(name: str | None) -> str | None:
    """A name, handle or the like; nothing where nothing is left of it."""
    return name and (bounded_text(name, MAX_NAME) or None)


def bounded_id(name: str | None) -> str | None:
    """An author's id, or the digest of one that is too long."""
    if not name:
        return name
    whole = bounded_text(name, len(name))
    return (whole or None) if len(whole) <= MAX_ID else blake2b(whole.encode(), digest_size=16).hexdigest()


def whole_or_none(text: str | None, most: int) -> str | None:
    """A text of which a part would mislead (an address, a language): whole, or none."""
    if not text:
        return text
    whole = bounded_text(text, most + 1)
    return whole if 0 < len(whole) <= most else None


def bounded_names(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Tags: the first `MAX_ITEMS`, each clipped."""
    return names and tuple(kept for name in names[:MAX_ITEMS] if (kept := bounded_name(name)))


def bounded_urls(urls: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Links: the first `MAX_ITEMS` that are whole."""
    return urls and tuple(kept for url in urls[:MAX_ITEMS] if (kept := whole_or_none(url, MAX_URL)))
