"""YAML with positions: plain values, and where each key and value stands in the file. The first step of loading."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sentinel.config.slips import comment_for_value, hint_for
from sentinel.errors import ConfigError

Key = tuple[str | int, ...]
"""A place in the file: keys and list indices from the top."""
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
MOST_UNFOLDED = 50_000
"""Values that a file has more than once by its aliases; more is a mistake or an attack. What is written out may be as
long as it is.
"""
LONG = 50_000
"""Characters from which a file is read by libyaml, as those are that list thousands of brands."""
MOST_DEEP = 50
"""Levels of nesting; the deepest key there is stands at seven."""
SMALLEST = "`brands: [{name: Acme}]`"
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = {
    _TAG + name for name in ("null", "bool", "int", "float", "str", "timestamp", "value", "map", "seq", "merge")
}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?\.inf|\.nan", re.IGNORECASE)


@dataclass(slots=True)
class Tree:
    """A file read: its value, and line and column (from 1) of every key and value."""

    path: Path
    value: Plain
    keys: dict[Key, tuple[int, int]] = field(default_factory=dict)
    values: dict[Key, tuple[int, int]] = field(default_factory=dict)
    problems: list[tuple[Key, str]] = field(default_factory=list)
    renamed: dict[Key, Key] = field(default_factory=dict)
    """Keys that were written otherwise: `tokens` as `tokens_file`."""
    spoiled: set[Key] = field(default_factory=set)
    """Places where something else stands than was meant; what follows from that is not said."""
    number: int = 0
    """Of an included file, from 1, in the order in which they were read."""
    included: list["Tree"] = field(default_factory=list)
    """Files whose sections were put into this one."""
    origins: dict[Key, tuple["Tree", Key]] = field(default_factory=dict)
    """Places whose value was written elsewhere: in an included file, or in a template; the file and the place there."""

    def source(self, place: Key) -> tuple["Tree", Key]:
        """The file in which a place was written, and where it stands there."""
        place = self._written(place)
        for length in range(len(place), 0, -1):
            if (origin := self.origins.get(place[:length])) is not None:
                file, above = origin
                return file.source((*above, *place[length:]))
        return self, place

    def where(self, place: Key) -> tuple[int, int, int]:
        """Number of the file, line and column of the nearest thing written there: the key, a list's item, or what
        encloses it.
        """
        file, place = self.source(place)
        while place:
            if place in file.values or place in file.keys:
                return (file.number, *(file.keys.get(place) or file.values[place]))
            place = place[:-1]
        return file.number, 1, 1

    def at(self, place: Key) -> str:
        """``FILE:LINE:COL``."""
        _, line, column = self.where(place)
        return f"{self.source(place)[0].path}:{line}:{column}"

    def say(self, place: Key, what: str) -> str:
        """``FILE:LINE:COL: path.to.key: what``."""
        shown = ".".join(str(part) for part in self.source(place)[1])
        return f"{self.at(place)}: {shown + ': ' if shown else ''}{what}"

    def counted(self) -> str:
        """What stands in it: its keys, with how much stands below each."""
        held = self.value if isinstance(self.value, dict) else {}
        return ", ".join(f"{key}: {len(each)}" for key, each in held.items() if isinstance(each, list | dict))

    def writes(self, place: Key) -> bool:
        """Whether this key was written."""
        file, there = self.source(place)
        return there in file.keys

    def _written(self, place: Key) -> Key:
        """The place as it was written; what came out of another file stands at the key that names the file."""
        for length in range(len(place), 0, -1):
            if (written := self.renamed.get(place[:length])) is not None:
                return written
        return place


def read_tree(path: Path) -> Tree:
    """Read a file.

    Raises
    ------
    ConfigError
        When there is no such file, or it is no YAML in UTF-8. Doubled keys and the like are collected in ``problems``
        instead.
    """
    text = _text(path)
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        hint = hint_for(error, text)
        raise ConfigError(
            [f"{path}:{at}: not YAML: {error.problem or error.context}{'; ' * bool(hint)}{hint}"]
        ) from None
    except yaml.reader.ReaderError as error:
        raise ConfigError(
            [f"{path}:{_at(text[: error.position])}: not YAML: U+{error.character:04X} is not allowed"]
        ) from None
    except RecursionError:
        raise ConfigError([f"{path}:1:1: is nested more than {MOST_DEEP} levels deep"]) from None
    tree = Tree(path=path, value=None)
    if node is None:
        raise ConfigError([f"{path}:1:1: the file is empty; the smallest one is {SMALLEST}"])
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError([f"{path}:1:1: expected keys and values, such as {SMALLEST}"])
    tree.value = _Reader(tree, text).plain(node, (), ())
    return tree


def _composed(text: str) -> yaml.Node | None:
    """The file's nodes. A long file is read by libyaml, ten times as fast, where that takes it; what is wrong with a
    file the slower one says better.
    """
    quick = getattr(yaml, "CSafeLoader", None)
    if quick is not None and len(text) > LONG:
        with suppress(yaml.YAMLError, RecursionError):
            return yaml.compose(text, Loader=quick)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: no such file; write one with at least {SMALLEST}, or name another with -c"]
        ) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the codec counts from behind the byte order mark
        start = error.start + (len(raw) - len(error.object))
        at = _at(raw[:start].decode("utf-8-sig", "replace"))
        raise ConfigError([f"{path}:{at}: byte {start} is not UTF-8; save the file as UTF-8"]) from None


def _at(before: str) -> str:
    """``LINE:COL`` of what comes after ``before``."""
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@dataclass(slots=True)
class _Reader:
    tree: Tree
    text: str
    unfolded: int = 0
    seen: set[int] = field(default_factory=set)
    flat: dict[int, dict[str, yaml.Node]] = field(default_factory=dict)

    def plain(self, node: yaml.Node, place: Key, above: tuple[yaml.Node, ...]) -> Plain:
        self.unfolded += id(node) in self.seen
        self.seen.add(id(node))
        self.tree.values[place] = _position(node)
        if node in above:
            raise ConfigError([self.tree.say(place, "an alias that holds itself; write the values out")])
        if self.unfolded > MOST_UNFOLDED:
            raise ConfigError([self.tree.say(place, f"aliases unfold to more than {MOST_UNFOLDED} values, too many")])
        if len(place) > MOST_DEEP:
            raise ConfigError([self.tree.say(place[:3], f"is nested more than {MOST_DEEP} levels deep")])
        if node.tag not in _KNOWN_TAGS:
            tag = node.tag.replace(_TAG, "!!")
            self.tree.problems.append(
                (place, f"the tag {tag} means nothing here; leave it out (secrets: ${{NAME}} or a `_file` key)")
            )
        if (swallowed := comment_for_value(node, self.text)) is not None:
            self.tree.problems.append((place, swallowed))
            self.tree.spoiled.add(place)
        above = (*above, node)
        if isinstance(node, yaml.MappingNode):
            return {key: self.plain(value, (*place, key), above) for key, value in self._pairs(node, place)}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*place, index), above) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: yaml.MappingNode, place: Key) -> Iterator[tuple[str, yaml.Node]]:
        own: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if _merges(key_node):
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                line, column = _position(key_node)
                self.tree.problems.append((place, f"the key in line {line} (column {column}) is no text"))
            elif key in own:
                line, column = _position(key_node)
                first = self.tree.keys[*place, key][0]
                self.tree.problems.append(
                    ((*place, key), f"is written twice, in lines {first} and {line} (column {column}); keep one")
                )
            else:
                self.tree.keys[*place, key] = _position(key_node)
                own[key] = value
        yield from {**self._merged(node, place, ()), **own}.items()

    def _merged(self, node: yaml.MappingNode, place: Key, above: tuple[yaml.Node, ...]) -> dict[str, yaml.Node]:
        """What `<<` keys bring: the first that has a key wins, as in YAML."""
        if node in above:
            raise ConfigError([self.tree.say(place, "an alias that holds itself; write the values out")])
        if (known := self.flat.get(id(node))) is not None:
            return known
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            if not _merges(key_node):
                continue
            for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if not isinstance(each, yaml.MappingNode):
                    self.tree.problems.append((place, "`<<` takes an alias of keys and values, such as *base"))
                    continue
                own = {str(key.value): item for key, item in each.value if not _merges(key)}
                found = {**self._merged(each, place, (*above, node)), **own, **found}
        self.flat[id(node)] = found
        return found


def _merges(key: yaml.Node) -> bool:
    return bool(key.tag == _TAG + "merge")


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.Node) -> Plain:
    """YAML 1.2's idea of a scalar: `no` and `10:30` are text, whatever YAML 1.1 made of them."""
    raw = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool" if raw.lower() in ("true", "false"):
            return raw.lower() == "true"
        case "int" if _INTEGER.fullmatch(raw):
            return int(raw)
        case "float" if _FLOAT.fullmatch(raw):
            return float(raw.lower().replace(".inf", "inf").replace(".nan", "nan"))
        case _:
            return raw
