"""``sentinel plugins``: what this installation can do, built-in and added."""

import inspect

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel.notify.base import Notifier
from sentinel.registry import discover
from sentinel.signals.base import Signal
from sentinel.sources.base import Source


def plugins() -> None:
    """List sources, signals and notifiers, each with what it is for."""
    table = Table("kind", "name", "what it is")
    for kind, found in (
        ("source", discover("sentinel.sources", Source)),
        ("signal", discover("sentinel.signals", Signal)),
        ("notifier", discover("sentinel.notify", Notifier)),
    ):
        for name, plugin in found.items():
            table.add_row(kind, name, escape((inspect.getdoc(plugin) or "").partition("\n")[0]))
    Console().print(table)
