"""A sheet as Markdown.

Every word is escaped, since any may be a stranger's; only what the sheet itself says is a heading or a link.
"""

import re
from collections.abc import Iterator

from sentinel.playbooks.escape import plain
from sentinel.reports.sheet import (
    Block,
    Checks,
    Drawing,
    Grid,
    Heading,
    Inline,
    Line,
    Link,
    Paragraph,
    Points,
    Quotation,
    Sheet,
)

LONGEST = 2_000
"""Characters of one run of words."""
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$@]")
_AUTOLINK = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.")
_LEADING = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)])(?=\s|$))")
"""What could begin a list, a rule or a definition; only where a line begins."""


def to_markdown(sheet: Sheet) -> str:
    """The whole report, ending with a line break."""
    parts = [
        f"# {escaped(sheet.title)}",
        escaped(sheet.subtitle),
        *(text for block in sheet.blocks if (text := _block(block))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str, *, begins: bool = True) -> str:
    """One line in which nothing means anything to Markdown or HTML; ``begins`` where it begins a line.

    Examples
    --------
    >>> print(escaped("1. <b>[ver](javascript:alert(1))</b> https://x.example\\n# no"))
    1\\. \\<b\\>\\[ver\\](javascript:alert(1))\\</b\\> https\\://x.example \\# no
    """
    safe = _AUTOLINK.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\g<0>", plain(text, LONGEST)))
    if not begins:
        return safe
    return _LEADING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", safe)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"## {escaped(block.text)}"
        case Paragraph():
            return _line(block.line)
        case Points():
            return "\n".join(f"- {_line(line)}" for line in block.lines)
        case Checks():
            return "\n".join(f"- [x] {_line(line)}" for line in block.lines)
        case Grid():
            return "\n".join(_grid(block))
        case Quotation():
            return f"> {escaped(block.text)}\n>\n> {_line(block.who)}"
        case Drawing():
            return ""


def _grid(grid: Grid) -> Iterator[str]:
    yield _row(tuple((each,) for each in grid.head))
    yield "|" + "|".join("---:" if column in grid.figures else "---" for column in range(len(grid.head))) + "|"
    for row in grid.rows:
        yield _row(row)


def _row(cells: tuple[Line, ...]) -> str:
    return "| " + " | ".join(_line(cell, begins=False) for cell in cells) + " |"


def _line(line: Line, *, begins: bool = True) -> str:
    return "".join(_inline(part, begins=begins and place == 0) for place, part in enumerate(line))


def _inline(part: Inline, *, begins: bool) -> str:
    """Escaped, with the spaces that part it from its neighbours."""
    text = part.text if isinstance(part, Link) else part
    if isinstance(part, Link) and part.safe:
        return f"[{escaped(text, begins=False)}]({part.url})"
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() and text.strip() else "")
    return ("" if begins else before) + escaped(text, begins=begins) + after
