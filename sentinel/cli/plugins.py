"""``sentinel plugins``: what this installation can do, built-in and added."""

import inspect

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel.assembly.plugins import faults, installed


def plugins() -> None:
    """List sources, signals, detectors and notifiers, each with what it is for; exit 1 if an added one cannot be used.

    What is wrong with it is said on standard error.
    """
    table = Table("kind", "name", "what it is")
    for kind, found in installed().items():
        for name, plugin in found.items():
            table.add_row(kind, name, escape((inspect.getdoc(plugin) or "").partition("\n")[0]))
    Console().print(table)
    wrong = faults()
    for fault in wrong:
        typer.echo(fault, err=True)
    if wrong:
        raise typer.Exit(1)
