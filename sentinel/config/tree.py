"""YAML with positions: plain values, and where each key and value stands in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sentinel.errors import ConfigError

Key = tuple[str | int, ...]
"""A place in the file: keys and list indices from the top."""
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
MOST_NODES = 50_000
"""Of a file once its aliases are expanded; more is a mistake or an attack."""


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

    def where(self, place: Key) -> tuple[int, int]:
        """Line and column of the nearest thing written there: the value, its key, or what encloses it."""
        place = self.renamed.get(place, place)
        while place:
            if place in self.values or place in self.keys:
                return self.keys.get(place) or self.values[place]
            place = place[:-1]
        return 1, 1

    def say(self, place: Key, what: str) -> str:
        """``FILE:LINE:COL: path.to.key: what``."""
        line, column = self.where(place)
        shown = ".".join(str(part) for part in self.renamed.get(place, place))
        return f"{self.path}:{line}:{column}: {shown + ': ' if shown else ''}{what}"


def read_tree(path: Path) -> Tree:
    """Read a file.

    Raises
    ------
    ConfigError
        When there is no such file, or it is no YAML in UTF-8. Doubled keys and the like are collected in ``problems`` instead.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; write one with at least `brands: [{{name: Acme}}]`, or name another with -c"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else f"{path}:1:1"
        raise ConfigError([f"{at}: not YAML: {error.problem or error.context}"]) from None
    except yaml.YAMLError as error:
        raise ConfigError([f"{path}:1:1: not YAML: {' '.join(str(error).split())[:200]}"]) from None
    tree = Tree(path=path, value=None)
    if node is None:
        raise ConfigError([f"{path}:1:1: the file is empty; the smallest one is `brands: [{{name: Acme}}]`"])
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError([f"{path}:1:1: expected keys and values, such as `brands: [{{name: Acme}}]`"])
    tree.value = _Reader(tree).plain(node, (), ())
    return tree


@dataclass(slots=True)
class _Reader:
    tree: Tree
    nodes: int = 0

    def plain(self, node: yaml.Node, place: Key, above: tuple[yaml.Node, ...]) -> Plain:
        self.nodes += 1
        self.tree.values[place] = _position(node)
        if node in above or self.nodes > MOST_NODES:
            raise ConfigError([self.tree.say(place, "an alias that holds itself, or too many of them; write the values out")])
        above = (*above, node)
        if isinstance(node, yaml.MappingNode):
            return {key: self.plain(value, (*place, key), above) for key, value in self._pairs(node, place)}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*place, index), above) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: yaml.MappingNode, place: Key) -> Iterator[tuple[str, yaml.Node]]:
        merged: dict[str, yaml.Node] = {}
        own: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if isinstance(each, yaml.MappingNode):
                        merged |= {str(key.value): v for key, v in each.value if str(key.value) not in merged}
                continue
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in own:
                line, column = _position(key_node)
                first = self.tree.keys[*place, key][0]
                self.tree.problems.append(((*place, key), f"is written twice, in lines {first} and {line} (column {column}); keep one"))
                continue
            self.tree.keys[*place, key] = _position(key_node)
            own[key] = value
        yield from {**merged, **own}.items()


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.Node) -> Plain:
    """YAML 1.2's idea of a scalar: `no` and `10:30` are text, whatever YAML 1.1 made of them."""
    raw = str(node.value)
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "null":
            return None
        case "bool" if raw.lower() in ("true", "false"):
            return raw.lower() == "true"
        case "int" if raw.lstrip("+-").isdigit():
            return int(raw)
        case "float" if ":" not in raw:
            return float(raw.replace(".inf", "inf").replace(".nan", "nan").replace("_", ""))
        case _:
            return raw
