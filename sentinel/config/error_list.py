"""Every mistake of one file, each said once: what only follows from another is left out, what came from outside is not
repeated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sentinel.config.secrets import Outside
from sentinel.config.tree import Key, Tree

_CREDENTIALS = re.compile(r"://[^\s'\"/]*@")
"""A channel written where none belongs is shown without what stands before its host."""
_SHORT = 4
"""Letters. Shorter texts occur in any sentence, and are hidden only where they are quoted."""


@dataclass(slots=True)
class ErrorList:
    """The mistakes found so far in ``tree``, starting with those it brings."""

    tree: Tree
    outside: Outside
    found: list[tuple[Key, str]] = field(default_factory=list)
    spoiled: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.found += self.tree.problems
        self.spoiled |= self.outside.spoiled | self.tree.spoiled

    def add(self, complaints: Iterable[tuple[Key, str]]) -> None:
        """Take in what one check found; what is at or below a place that is spoiled already is passed over."""
        new = [(place, what) for place, what in complaints if not self.covers(place)]
        self.found += [(place, self._hush(place, what)) for place, what in new]
        self.spoiled |= {place for place, _ in new}

    def covers(self, place: Key) -> bool:
        """Whether something at ``place`` or above it was found wrong."""
        return any(place[:length] in self.spoiled for length in range(1, len(place) + 1))

    def lines(self) -> list[str]:
        """``FILE:LINE:COL: path.to.key: what is wrong and what is allowed``, in the order of the files; a mistake in a
        template once, however many brands it makes.
        """
        found = sorted((self.tree.where(place), self.tree.say(place, what)) for place, what in self.found)
        return list(dict.fromkeys(line for _, line in found))

    def _hush(self, place: Key, what: str) -> str:
        for hidden, text in self.outside.hidden.items():
            if hidden[: len(place)] == place or place[: len(hidden)] == hidden:
                what = what.replace(repr(text), "'…'")
                if len(text) >= _SHORT:
                    what = what.replace(text, "…").replace(repr(text)[1:-1], "…")
        return _CREDENTIALS.sub("://…@", what)
