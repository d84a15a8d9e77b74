"""Fills in what the file only refers to: ``${ENV}`` in any text, and files named by ``*_file`` keys. Nothing read here is ever shown."""

import re
from collections.abc import Mapping

from sentinel.config.tree import Key, Plain, Tree

_REFERENCE = re.compile(r"\$(\$)?\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
LISTS = ("channels", "tokens")
"""Keys that hold secrets; their file holds one value a line."""


def resolve(tree: Tree, environment: Mapping[str, str]) -> set[Key]:
    """Replace references in ``tree``; what cannot be resolved is added to its problems.

    Returns
    -------
    set
        Places whose value came from outside the file and must not be repeated in a message.
    """
    hidden: set[Key] = set()
    tree.value = _walk(tree, tree.value, (), environment, hidden)
    return hidden


def _walk(tree: Tree, value: Plain, place: Key, environment: Mapping[str, str], hidden: set[Key]) -> Plain:
    if isinstance(value, str):
        return _expand(tree, value, place, environment, hidden)
    if isinstance(value, list):
        return [_walk(tree, item, (*place, index), environment, hidden) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    out: dict[str, Plain] = {}
    for key, item in value.items():
        found = _walk(tree, item, (*place, key), environment, hidden)
        name = key.removesuffix("_file")
        if name == key or name not in LISTS:
            out.setdefault(key, found)
            continue
        if name in value:
            tree.problems.append(((*place, key), f"{name} is given as well; keep one of the two"))
            continue
        tree.renamed[*place, name] = (*place, key)
        hidden.add((*place, name))
        read = _read(tree, found, (*place, key))
        if read is not None:
            out[name] = [line.strip() for line in read.splitlines() if line.strip()]
        else:
            out[name] = ["log://"]  # stands in, so that one unreadable file is one mistake and not two
    return out


def _read(tree: Tree, name: Plain, place: Key) -> str | None:
    if not isinstance(name, str):
        tree.problems.append((place, "expected the path of a file"))
        return None
    path = tree.path.parent / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        tree.problems.append((place, f"{path} cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        tree.problems.append((place, f"{path} is not UTF-8"))
    return None


def _expand(tree: Tree, text: str, place: Key, environment: Mapping[str, str], hidden: set[Key]) -> str:
    def one(match: re.Match[str]) -> str:
        escaped, name, default = match.groups()
        if escaped:
            return match.group(0)[1:]
        hidden.add(place)
        if (found := environment.get(name)) is not None:
            return found
        if default is None:
            tree.problems.append((place, f"the environment has no {name}; set it, or write ${{{name}:-default}}"))
        return default or ""

    return _REFERENCE.sub(one, text)
