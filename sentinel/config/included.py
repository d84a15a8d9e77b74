"""Included files: lists of brands, contacts, policies and the like that stand in files beside the main one."""

from collections.abc import Iterator
from glob import escape, glob
from pathlib import Path

from sentinel.config.explain import unknown
from sentinel.config.tree import Key, Plain, Tree, read_tree
from sentinel.errors import ConfigError

LISTS = ("brands", "campaigns", "calendars", "silences", "reports")
"""Sections whose items are put behind those of the files before."""
NAMED = ("templates", "contacts", "policies", "schedules", "roles", "areas", "sources")
"""Sections whose names are put beside those of the files before."""
_EMPTY: dict[str, type[list[Plain]] | type[dict[str, Plain]]] = {
    **dict.fromkeys(LISTS, list),
    **dict.fromkeys(NAMED, dict),
}


def read_with_included(path: Path) -> Tree:
    """The main file with the sections of those that its `include` names.

    Raises
    ------
    ConfigError
        When one of them cannot be read at all, with what is wrong in each such file.
    """
    tree = read_tree(path)
    unreadable: list[str] = []
    for found in _named(tree):
        try:
            included = read_tree(found)
        except ConfigError as error:
            unreadable += error.problems
        else:
            tree.included.append(included)
            included.number = len(tree.included)
            _take_in(tree, included)
    if unreadable:
        raise ConfigError(unreadable)
    return tree


def _named(tree: Tree) -> Iterator[Path]:
    """The files that `include` names, each once, in the order of the patterns and then of their names."""
    assert isinstance(tree.value, dict)
    patterns = tree.value.get("include", [])
    folder = tree.path.parent
    seen = {tree.path.resolve()}
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if not isinstance(pattern, str):
            continue  # said by the schema
        matched = [Path(each) for each in sorted(glob(str(Path(escape(str(folder)), pattern)), recursive=True))]
        files = [each for each in matched if each.is_file()]
        if not files:
            tree.problems.append(
                (("include", index), f"{pattern!r} is no file under {folder}; mend it, or take it out")
            )
        for each in files:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield each


def _take_in(tree: Tree, included: Tree) -> None:
    """Put each section of an included file into the whole, and say what does not fit."""
    assert isinstance(tree.value, dict)
    assert isinstance(included.value, dict)
    aside: Key = ("include", str(included.path))
    tree.origins[aside] = (included, ())
    moved: dict[Key, Key] = {}
    for section, value in included.value.items():
        if section.startswith("x-"):
            continue
        if section not in _EMPTY:
            wrong = unknown(section, _EMPTY, "section of an included file")
            tree.problems.append(((*aside, section), wrong))
        elif not isinstance(value, _EMPTY[section]):
            wanted = "a list" if section in LISTS else "keys and values"
            tree.problems.append(((*aside, section), f"expected {wanted}, as in the main file"))
        else:
            whole = tree.value.setdefault(section, _EMPTY[section]())
            moved |= dict(_put(tree, whole, section, value, aside))
    for here, there in moved.items():
        tree.origins[there] = (included, here)
    tree.problems += [(_lifted(place, moved, aside), what) for place, what in included.problems]
    tree.spoiled |= {_lifted(place, moved, aside) for place in included.spoiled}


def _put(tree: Tree, whole: Plain, section: str, value: Plain, aside: Key) -> Iterator[tuple[Key, Key]]:
    """Add a section's parts to the whole; each part's place in its own file, and in the whole."""
    if isinstance(whole, list) and isinstance(value, list):
        for index, item in enumerate(value):
            yield (section, index), (section, len(whole))
            whole.append(item)
    elif isinstance(whole, dict) and isinstance(value, dict):
        for name, item in value.items():
            if name in whole:
                first = tree.at((section, name))
                tree.problems.append(((*aside, section, name), f"is written in {first} as well; keep one"))
            else:
                yield (section, name), (section, name)
                whole[name] = item


def _lifted(place: Key, moved: dict[Key, Key], aside: Key) -> Key:
    """A place of an included file as one of the whole."""
    return (*moved[place[:2]], *place[2:]) if place[:2] in moved else (*aside, *place)
