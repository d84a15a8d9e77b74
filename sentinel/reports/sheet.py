"""A report as blocks of words, before it is Markdown or a page: one telling, two forms, and each escapes what it sets
down.
"""

from dataclasses import dataclass
from typing import TypeAlias

from sentinel.reports.drawing import Bars, Heat


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; to http(s) alone, others stay words."""

    text: str
    url: str | None

    @property
    def safe(self) -> bool:
        """Whether it may be set down as a link."""
        return self.url is not None and self.url.startswith(("https://", "http://"))


Inline: TypeAlias = str | Link
Line: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences; ``soft`` ones are remarks."""

    line: Line
    soft: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    lines: tuple[Line, ...]
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Checks:
    """A list with every box ticked."""

    lines: tuple[Line, ...]
    kind: str = "checks"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the columns named by number in ``figures`` are figures.

    ``title`` says what it is to whoever hears it.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    figures: frozenset[int] = frozenset()
    folded: bool = False
    """Stands behind a drawing that says the same."""
    kind: str = "grid"


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody said, and who."""

    text: str
    who: Line
    kind: str = "quotation"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture for the page alone: Markdown has the table that follows it. ``text`` says what it shows."""

    text: str
    bars: Bars | None = None
    heat: Heat | None = None
    kind: str = "drawing"


Block: TypeAlias = Heading | Paragraph | Points | Checks | Grid | Quotation | Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report in one language. ``name`` is for its file, without an ending."""

    language: str
    name: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> tuple[tuple[str, tuple[Block, ...]], ...]:
        """What stands under each heading, with it; under none first."""
        found: list[tuple[str, list[Block]]] = [("", [])]
        for block in self.blocks:
            if isinstance(block, Heading):
                found.append((block.text, []))
            else:
                found[-1][1].append(block)
        return tuple((heading, tuple(blocks)) for heading, blocks in found if heading or blocks)
