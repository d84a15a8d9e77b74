"""The check boxes of a playbook as things that people tick: each has a name that stays when the words around it are
edited.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sentinel.playbooks.length import shorten
from sentinel.playbooks.render import Rendered

BOX = re.compile(r"[-*] +\[[ xX]\] +(.+)")
LONGEST = 200
"""Characters of an item that the timeline quotes."""
_LEAD = re.compile(r"\*\*(.+?)\*\*")
_MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*|\[([^\]]*)\]\(https?://[^\s()]+\)")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do.

    Parameters
    ----------
    key
        Names it: made of its bold lead, or of all of it where it has none, so that an edit of the explanation keeps the
        tick.
    section
        The heading under which it stands.
    text
        Without marks, at most `LONGEST` characters.
    """

    key: str
    section: str
    text: str


def key_of(step: str) -> str:
    """The name of an item by its Markdown text; case and marks do not count.

    Examples
    --------
    >>> key_of("**Pause scheduled posts**, above all discounts.") == key_of("**Pause scheduled posts.** All of them")
    True
    """
    lead = _LEAD.match(step)
    said = " ".join((lead[1] if lead else unmarked(step)).casefold().rstrip(" .:").split())
    return blake2b(said.encode(), digest_size=6).hexdigest()


def unmarked(step: str) -> str:
    """The words alone.

    Examples
    --------
    >>> unmarked(r"**Call** [them](https://example.org) \\#now")
    'Call them #now'
    """
    return _MARKS.sub(lambda found: found[1] or found[2] or "", step)


def items(rendered: Rendered, team: Rendered | None = None) -> tuple[Item, ...]:
    """Every item in reading order.

    Parameters
    ----------
    team
        The same playbook in the language that the team shares: an item that stands in the same place there has its name
        from there, so that people who read different languages tick the same box. Left out of account for a section
        with another number of items.
    """
    found: list[Item] = []
    for place, (heading, markdown) in enumerate(rendered.sections):
        steps = boxes(markdown)
        shared = _shared(team, place, len(steps))
        for step, name in zip(steps, shared or [key_of(step) for step in steps], strict=True):
            found.append(Item(key=name, section=heading, text=shorten(unmarked(step), LONGEST)))
    return tuple(found)


def boxes(markdown: str) -> list[str]:
    """The text behind each check box."""
    return [found[1] for line in markdown.splitlines() if (found := BOX.fullmatch(line.strip()))]


def _shared(team: Rendered | None, place: int, count: int) -> Sequence[str] | None:
    if team is None or place >= len(team.sections):
        return None
    names = [key_of(step) for step in boxes(team.sections[place][1])]
    return names if len(names) == count else None
