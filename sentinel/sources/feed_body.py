"""A feed's bytes as text: the encoding that servers and documents claim, and the bytes that do not keep to it. No I/O.

`feed_items.py` reads what comes out.
"""

import codecs
import re

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.I)
_DECLARED = re.compile(rb"^[^<]{0,200}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)[\"']", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_ROOT = re.compile(r"<(?:\?xml|rss[\s>]|feed[\s>]|rdf:rdf[\s>]|!doctype\s+rss)", re.I)
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]", re.I)
_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<html)", re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(r"&#(x[0-9a-f]{1,8}|[0-9]{1,9});?", re.I)
LOOK = 8_192
"""Characters at the beginning in which a feed shows that it is one."""


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 is what Windows would take it for; those around it stay as they are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.start + 1]
    return bad.decode("cp1252", "replace"), error.start + 1


codecs.register_error("sentinel-windows", _as_windows)


def to_text(body: bytes, content_type: str) -> str:
    """The body in the encoding that its mark, the server or the document names; UTF-8 otherwise.

    Examples
    --------
    >>> to_text("Peña ".encode() + b"\\xf1", "text/xml")
    'Peña ñ'
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return _decoded(body, name).removeprefix("\ufeff")
    claimed = _CHARSET.search(content_type)
    declared = _DECLARED.match(body)
    name = claimed[1] if claimed else declared[1].decode("ascii") if declared else "utf-8"
    return _decoded(body, name)


def _character(reference: re.Match[str]) -> str:
    """A reference as it stands, unless it means what is no character: readers of XML end at those."""
    digits = reference[1]
    point = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    good = point in (9, 10, 13) or 0x20 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point < 0x110000
    return reference[0] if good else "\ufffd"


def _decoded(body: bytes, name: str) -> str:
    try:
        known = codecs.lookup(name).name
        if known in ("ascii", "utf-8"):
            return body.decode("utf-8", "sentinel-windows")
        if known == "iso8859-1":  # which everybody means Windows by
            return body.decode("cp1252", "replace")
        return body.decode(known, "replace")
    except (LookupError, UnicodeError, ValueError):
        return body.decode("utf-8", "sentinel-windows")


def is_page(text: str) -> bool:
    """Whether it is a page of HTML and no feed, whatever it calls itself."""
    return bool(_PAGE.match(text)) and not _FEED.search(text[:LOOK])


def to_document(text: str) -> bytes:
    """The document without what stands before it (warnings of the software that made it) and without its declaration,
    in UTF-8.
    """
    text = _REFERENCE.sub(_character, _CONTROL.sub("", text))
    begin = _ROOT.search(text[:LOOK])
    text = _DECLARATION.sub("", text[begin.start() :] if begin else text)
    # A document type of HTML keeps strict parsers from reading the feed below it.
    if _PAGE.match(text) and (root := _FEED.search(text[:LOOK])):
        text = text[root.start() :]
    return text.strip().encode("utf-8", "replace")
