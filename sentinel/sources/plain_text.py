"""What a person would see of HTML, and of text that software escaped once too often. No I/O."""

import html
import re

from sentinel.mention import MAX_TEXT
from sentinel.sources.html_reader import HtmlReader, attributes

MOST_HTML = 4 * MAX_TEXT
"""Characters of one item's body that are looked at."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"))


class _Seen(HtmlReader):
    """The words that a reader sees, and the descriptions of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._spans: list[bool] = []
        self._invisible = 0

    def opened(self, tag: str, rest: str) -> None:
        if tag in _BLOCKS:
            self.said("\n")
        elif tag == "img":
            named = attributes(rest)
            self.said(f" {named.get('alt') or named.get('title') or ''} ")
        elif tag == "span":
            hides = "invisible" in attributes(rest).get("class", "").split()
            self._spans.append(hides)
            self._invisible += hides

    def closed(self, tag: str) -> None:
        if tag == "span" and self._spans:
            self._invisible -= self._spans.pop()
        elif tag in _BLOCKS:
            self.said("\n")

    def said(self, words: str) -> None:
        if words and not self._invisible:
            self.parts.append(words)


def strip_html(text: str) -> str:
    """What a reader would see, descriptions of pictures with it, white space folded.

    Examples
    --------
    >>> strip_html("<p>Acme &amp; <b>sons</b></p><script>x()</script> ca&iacute;da<img src=x alt='arde'>")
    'Acme & sons caída arde'
    """
    text = text[:MOST_HTML]
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    seen = _Seen()
    seen.read(text)
    return " ".join(unescape("".join(seen.parts)).split())


def unescape(text: str) -> str:
    """Text without the entities that software left in it, also where it escaped more than once.

    Examples
    --------
    >>> unescape("AT&amp;amp;T y L&#39;Oréal, pan & tomate")
    "AT&T y L'Oréal, pan & tomate"
    """
    for _ in range(3):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def storable(text: str) -> str:
    """Text without what cannot be stored: NUL characters and broken surrogates, which character references can make."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
