"""HTML cut into tags and words, in time linear in its length, whatever it holds. No I/O.

Parsers that look again from every ``<`` or build a tree take minutes over a text that was made for it.
"""

import re

_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/<>]{0,30})|<[!?/]()")
_REST = re.compile(r"(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+")
_ATTRIBUTE = re.compile(r"([^\s=/<>\"']++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+")
_END = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("script", "style")}


class HtmlReader:
    """Reads HTML and tells what it met; a subclass takes what it needs.

    A tag ends at the first ``>`` outside quotes; once a quote is never closed, quotes mean nothing any more. Comments,
    declarations, scripts and styles are passed over. Entities stay as they are.

    Examples
    --------
    >>> class Links(HtmlReader):
    ...     def opened(self, tag: str, rest: str) -> None:
    ...         print(tag, attributes(rest))
    >>> Links().read("<p>ver <a href='https://a.example/x>y' rel=me>esto</a>")
    p {}
    a {'href': 'https://a.example/x>y', 'rel': 'me'}
    """

    def __init__(self) -> None:
        self._text = ""
        self._quotes = True
        self._comments = True

    def opened(self, tag: str, rest: str) -> None:
        """A tag begins, its name in small letters; `attributes` reads the rest."""

    def closed(self, tag: str) -> None:
        """A tag ends."""

    def said(self, words: str) -> None:
        """Words between tags, perhaps none."""

    def read(self, text: str) -> None:
        """Tell everything, in order."""
        self._text, place = text, 0
        while (begin := text.find("<", place)) >= 0:
            self.said(text[place:begin])
            place = self._after(begin)
        self.said(text[place:])

    def _after(self, begin: int) -> int:
        """Take what begins with ``<`` here; returns where it ends."""
        text = self._text
        if self._comments and text.startswith("<!--", begin):
            end = text.find("-->", begin + 4)
            self._comments = end >= 0
            if end >= 0:
                return end + 3
        if not (name := _NAME.match(text, begin)):
            self.said("<")
            return begin + 1
        end, tag = self._end(name.end()), (name[2] or "").lower()
        if name[1]:
            self.closed(tag)
        elif tag in _END:
            close = _END[tag].search(text, end)
            return close.start() if close else len(text)
        elif tag:
            self.opened(tag, text[name.end() : end])
        return end

    def _end(self, place: int) -> int:
        """Where the tag ends whose name ends at ``place``."""
        if self._quotes and (rest := _REST.match(self._text, place)):
            if self._text.startswith(">", rest.end()):
                return rest.end() + 1
            self._quotes = False
        end = self._text.find(">", place)
        return len(self._text) if end < 0 else end + 1


def attributes(rest: str) -> dict[str, str]:
    """What stands in a tag behind its name, by name in small letters; of one that stands twice the first."""
    named: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(rest.removesuffix(">")):
        named.setdefault(found[1].lower(), (found[2] or "").strip("\"'"))
    return named
