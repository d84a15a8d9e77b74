"""What a person would see of HTML, and of text that software escaped once too often. No I/O."""

import html
import re
from html.parser import HTMLParser

from sentinel.mention import MAX_TEXT

MOST_HTML = 4 * MAX_TEXT
"""Characters of one item's body that are looked at."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._invisible: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "img":
            named = dict(attrs)
            self.parts.append(f" {named.get('alt') or named.get('title') or ''} ")
        elif tag == "span":
            self._invisible.append("invisible" if "invisible" in (dict(attrs).get("class") or "").split() else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag == "span" and self._invisible:
            self._invisible.pop()
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden and "invisible" not in self._invisible:
            self.parts.append(data)


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
    parser = _Reader()
    parser.feed(text)
    parser.close()
    return unescape(" ".join("".join(parser.parts).split()))


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
