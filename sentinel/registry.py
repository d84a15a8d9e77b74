"""Finds plugins: modules of a package and entry points; the module's name is the ``type`` written in YAML.

A new source, signal, detector or notifier is one new file: nothing here or elsewhere lists them by hand.
"""

import importlib
import inspect
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

from sentinel.errors import SentinelError

T = TypeVar("T")


@cache
def discover(package: str, base: type[T]) -> dict[str, type[T]]:
    """Every concrete subclass of ``base`` defined in a module of ``package`` or named by an entry point of that group.

    Returns
    -------
    dict
        Name of the module (or entry point) to class, sorted by name.

    Raises
    ------
    SentinelError
        When a module defines two plugins, or an entry point takes a name that is taken or names something else.
    """
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
    for point in entry_points(group=package):
        plugin = point.load()
        if not (inspect.isclass(plugin) and issubclass(plugin, base)):
            raise SentinelError(f"entry point {point.name} of {package} is no {base.__name__}: {point.value}")
        if point.name in found:
            raise SentinelError(f"entry point {point.name} of {package} takes a name that is taken; rename it")
        found[point.name] = plugin
    return dict(sorted(found.items()))
