"""A small part of Markdown as HTML, for the incident's page; everything is escaped unless it is one of the few forms
known here.

Headings, paragraphs, lists, check boxes, quotations, bold and http(s) links: what playbooks use. A general Markdown
library passes raw HTML through and would need a sanitiser behind it; here there is nothing to sanitise, for no text
ever becomes a tag.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from markupsafe import Markup, escape

Box = Callable[[Markup, bool], Markup]
"""Draws the inside of an item that has a check box, from its words and whether it is ticked in the text."""
_INLINE = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*(.+?)(?<!\\)\*\*|\[((?:[^\]\\]|\\.)+)\]\((https?://[^\s()<>\"]+)\)")
_HEADING = re.compile(r"(#{1,6}) +(.+)")
_BULLET = re.compile(r"[-*] +(?:\[([ xX])\] +)?(.+)")
_NUMBER = re.compile(r"(\d{1,9})[.)] +(.+)")
_QUOTE = re.compile(r"> ?(.*)")


def to_html(markdown: str, box: Box | None = None) -> Markup:
    """The text as HTML that is safe to put on a page; ``box`` draws the inside of an item with a check box, in reading
    order.

    Examples
    --------
    >>> print(to_html("- [ ] **Confirma** que <lo> viste"))
    <ul class="steps">
    <li><label><input type="checkbox"> <strong>Confirma</strong> que &lt;lo&gt; viste</label></li>
    </ul>
    >>> print(to_html("[ver](javascript:alert(1)) [ver](https://example.org)"))
    <p>[ver](javascript:alert(1)) <a href="https://example.org" rel="noopener noreferrer nofollow">ver</a></p>
    """
    return Markup("\n").join(_blocks(markdown.splitlines(), box or _check_box))


@lru_cache(maxsize=2048)
def inline(text: str) -> Markup:
    """Bold, links and escapes within one line; kept for lines that were asked for last, since many open the same
    page.
    """
    made, last = [], 0
    for match in _INLINE.finditer(text):
        made.append(escape(text[last : match.start()]))
        escaped, bold, label, url = match.groups()
        if escaped is not None:
            made.append(escape(escaped))
        elif bold is not None:
            made.append(Markup("<strong>{}</strong>").format(inline(bold)))
        else:
            made.append(Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, inline(label)))
        last = match.end()
    made.append(escape(text[last:]))
    return Markup("").join(made)


def _blocks(lines: list[str], box: Box) -> Iterator[Markup]:
    """Neighbouring lines of one sort become one block."""
    position = 0
    while position < len(lines):
        line = lines[position].strip()
        if not line:
            position += 1
        elif heading := _HEADING.fullmatch(line):
            yield Markup("<h{0}>{1}</h{0}>").format(len(heading[1]), inline(heading[2]))
            position += 1
        else:
            sort = _sort(line)
            end = position + 1
            while end < len(lines) and lines[end].strip() and _continues(sort, lines[end].strip()):
                end += 1
            yield _block(sort, [text.strip() for text in lines[position:end]], box)
            position = end


def _sort(line: str) -> str:
    for sort, form in (("bullets", _BULLET), ("numbers", _NUMBER), ("quote", _QUOTE), ("heading", _HEADING)):
        if form.fullmatch(line):
            return sort
    return "paragraph"


def _continues(sort: str, line: str) -> bool:
    """A plain line goes on with whatever stands above it."""
    return _sort(line) in (sort, "paragraph")


def _block(sort: str, lines: list[str], draw: Box) -> Markup:
    if sort == "paragraph":
        return Markup("<p>{}</p>").format(inline(" ".join(lines)))
    if sort == "quote":
        return Markup("<blockquote><p>{}</p></blockquote>").format(
            inline(" ".join(_QUOTE.sub(r"\1", line) for line in lines))
        )
    items: list[str] = []
    for line in lines:
        if _sort(line) == sort:
            items.append(line)
        else:
            items[-1] += f" {line}"
    if sort == "numbers":
        found = [match for item in items if (match := _NUMBER.fullmatch(item))]
        return Markup('<ol start="{}">\n{}\n</ol>').format(
            int(found[0][1]), Markup("\n").join(_item(m[2]) for m in found)
        )
    boxes = [match for item in items if (match := _BULLET.fullmatch(item))]
    kind = Markup(' class="steps"') if any(box[1] for box in boxes) else Markup("")
    return Markup("<ul{}>\n{}\n</ul>").format(kind, Markup("\n").join(_item(box[2], draw, box[1]) for box in boxes))


def _item(text: str, draw: Box | None = None, mark: str | None = None) -> Markup:
    return Markup("<li>{}</li>").format(
        inline(text) if draw is None or mark is None else draw(inline(text), mark in "xX")
    )


def _check_box(text: Markup, ticked: bool) -> Markup:
    return Markup('<label><input type="checkbox"{}> {}</label>').format(
        Markup(" checked") if ticked else Markup(""), text
    )
