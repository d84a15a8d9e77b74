"""Fills in what the file only refers to: ``${ENV}`` in any text, and files named by ``*_file`` keys.

Nothing read here is ever shown.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sentinel.config.tree import Key, Plain, Tree

_REFERENCE = re.compile(r"\$(\$)?\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?")
_STAND_IN = "?"
"""For what cannot be read, so that one unreadable file is one mistake and not two."""


class Secret(StrEnum):
    """How a key holds secrets; such a key may be written as ``KEY_file`` too."""

    TEXT = "text"
    """One: the file's whole text."""
    LIST = "list"
    """Several: one a line."""


@dataclass(slots=True)
class Outside:
    """What came from outside the file.

    Parameters
    ----------
    hidden
        Place to text that must not be repeated in a message.
    spoiled
        Places whose value could not be had; whatever else is wrong there only follows from that.
    """

    hidden: dict[Key, str] = field(default_factory=dict)
    spoiled: set[Key] = field(default_factory=set)


def resolve(tree: Tree, environment: Mapping[str, str], secret_at: Callable[[Key], Secret | None]) -> Outside:
    """Replace references in ``tree``; what cannot be resolved is added to its problems.

    Parameters
    ----------
    secret_at
        Whether the key at a place holds secrets, which may then stand in a file.
    """
    resolving = _Resolving(tree, environment, secret_at)
    tree.value = resolving.walk(tree.value, ())
    return resolving.outside


@dataclass(slots=True)
class _Resolving:
    tree: Tree
    environment: Mapping[str, str]
    secret_at: Callable[[Key], Secret | None]
    outside: Outside = field(default_factory=Outside)

    def walk(self, value: Plain, place: Key) -> Plain:
        if isinstance(value, str):
            return self._expand(value, place)
        if isinstance(value, list):
            return [self.walk(item, (*place, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        out: dict[str, Plain] = {}
        for key, item in value.items():
            found = self.walk(item, (*place, key))
            name = key.removesuffix("_file")
            kind = self.secret_at((*place, name)) if name != key else None
            if kind is None:
                out[key] = found
            elif name in value:
                self._say((*place, key), f"{name} is given as well; keep one of the two")
            else:
                self.tree.renamed[*place, name] = (*place, key)
                out[name] = self._filed(found, (*place, name), kind)
        return out

    def _filed(self, path: Plain, place: Key, kind: Secret) -> Plain:
        """What stands in the file that is named in place of the value."""
        text = self._read(path, place)
        if text is None:
            return _STAND_IN if kind is Secret.TEXT else [_STAND_IN]
        if kind is Secret.TEXT:
            self.outside.hidden[place] = text.strip()
            return text.strip()
        lines: list[Plain] = [line.strip() for line in text.splitlines() if line.strip()]
        self.outside.hidden |= {(*place, index): str(line) for index, line in enumerate(lines)}
        return lines

    def _read(self, name: Plain, place: Key) -> str | None:
        if not isinstance(name, str) or not name or "\0" in name:
            self._say(place, "expected the path of a file")
            return None
        path = self.tree.source(place)[0].path.parent / name
        shown = "the file" if self.tree.renamed[place] in self.outside.hidden else str(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            self._say(place, f"{shown} cannot be read: {error.strerror}")
            return None
        except UnicodeDecodeError:
            self._say(place, f"{shown} is not UTF-8")
            return None
        if not text.strip():
            self._say(place, f"{shown} is empty; write the {place[-1]} into it")
            return None
        return text

    def _expand(self, text: str, place: Key) -> str:
        def one(match: re.Match[str]) -> str:
            escaped, name, default = match.groups()
            if escaped:
                return match.group(0)[1:]
            if name is None:
                self._say(
                    place, "`${` begins a reference such as ${NAME} or ${NAME:-default}; a plain `${` is written `$${`"
                )
                return ""
            taken.append(name)
            found = self.environment.get(name)
            if found is None and default is None:
                self._say(place, f"the environment has no {name}; set it, or write ${{{name}:-default}}")
            elif found is not None and not found.strip() and default is None:
                self._say(place, f"{name} is set in the environment, but empty; fill it, or write ${{{name}:-default}}")
            return found or default or ""

        taken: list[str] = []
        out = _REFERENCE.sub(one, text)
        if taken:
            self.outside.hidden[place] = out
        return out

    def _say(self, place: Key, what: str) -> None:
        self.outside.spoiled.add(place)
        self.tree.problems.append((place, what))
