"""Finds plugins: modules of a package and entry points; the module's name is the ``type`` written in YAML.

A new source, signal, detector or notifier is one new file: nothing here or elsewhere lists them by hand. What somebody
else's package gets wrong is a fault that is told (`sentinel plugins`, `check-config`), and everything else goes on.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar

from sentinel.errors import SentinelError

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What is written in YAML, in metrics and in keys of phrases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery(Generic[T]):
    """What was found, by name, and what is wrong with the entry points that were passed over."""

    plugins: Mapping[str, type[T]]
    faults: tuple[str, ...]


@cache
def discover(package: str, base: type[T]) -> Mapping[str, type[T]]:
    """Every concrete subclass of ``base`` defined in a module of ``package`` or named by an entry point of that group.

    Returns
    -------
    dict
        Name of the module (or entry point) to class, sorted by name.

    Raises
    ------
    SentinelError
        When a module of ours defines two plugins.
    """
    return _look_for(package, base).plugins


@cache
def look_for(package: str, base: type[T]) -> Discovery[T]:
    """`discover`, with what is wrong with entry points beside it."""
    return _look_for(package, base)


def _look_for(package: str, base: type[T]) -> Discovery[T]:
    found = _modules(package, base)
    faults: list[str] = []
    for point in _points(package):
        plugin = _loaded(point, base, taken=point.name in found)
        if isinstance(plugin, str):
            faults.append(f"entry point {point.name} = {point.value} of {package}{_package_of(point)} {plugin}")
        else:
            found[point.name] = plugin
    return Discovery(plugins=dict(sorted(found.items())), faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFolders:
    """Packages whose files are read, and what is wrong with the entry points that name others."""

    folders: tuple[Traversable, ...]
    faults: tuple[str, ...]


@cache
def look_for_folders(group: str) -> AddedFolders:
    """The packages that entry points of a group name, for what is data and no code."""
    found: list[Traversable] = []
    faults: list[str] = []
    for point in _points(group):
        try:
            found.append(files(point.value))
        except Exception as error:  # whatever a package of others does when it is imported
            faults.append(
                f"entry point {point.name} = {point.value} of {group}{_package_of(point)} is no package that can be "
                f"imported ({type(error).__name__}: {error}); name one, or remove it"
            )
    return AddedFolders(folders=tuple(found), faults=tuple(faults))


def _points(group: str) -> list[EntryPoint]:
    return sorted(_installed().select(group=group), key=lambda each: (each.name, each.value))


@cache
def _installed() -> Any:
    """Of every group: to go through all that is installed takes a tenth of a second, and there are many groups."""
    return entry_points()


def _modules(package: str, base: type[T]) -> dict[str, type[T]]:
    found: dict[str, type[T]] = {}
    for module_info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{module_info.name}")
        classes = [
            c
            for c in vars(module).values()
            if inspect.isclass(c)
            and issubclass(c, base)
            and not inspect.isabstract(c)
            and c.__module__ == module.__name__
        ]
        if len(classes) > 1:
            raise SentinelError(
                f"{module.__name__} defines {len(classes)} plugins "
                f"({', '.join(c.__name__ for c in classes)}); one file holds one"
            )
        if classes:
            found[module_info.name] = classes[0]
    return found


def _loaded(point: EntryPoint, base: type[T], *, taken: bool) -> type[T] | str:
    """The class, or what is wrong."""
    if taken:
        return "takes a name that is taken; rename it"
    if not _NAME.fullmatch(point.name):
        return "is no name; write small letters, digits and _, a letter first"
    try:
        plugin = point.load()
    except Exception as error:  # whatever a package of others does when it is imported
        return f"cannot be imported ({type(error).__name__}: {error}); install what it needs, or remove it"
    if not (inspect.isclass(plugin) and issubclass(plugin, base)):
        return f"is no {base.__name__}; name a class that derives from it"
    if missing := sorted(getattr(plugin, "__abstractmethods__", ())):
        return f"lacks {', '.join(missing)}; write it"
    if unset := [name for name in _declared(base) if not hasattr(plugin, name)]:
        return f"lacks {', '.join(unset)}; set it in the class"
    return plugin


def _declared(base: type) -> list[str]:
    """Class attributes that every plugin has to set: those that the base and its own bases only declare."""
    return [
        name for each in base.__mro__ for name, kind in inspect.get_annotations(each).items() if "ClassVar" in str(kind)
    ]


def _package_of(point: EntryPoint) -> str:
    return f" (package {point.dist.name})" if point.dist is not None else ""
