"""``sentinel plugins``: what this installation can do, built-in and added."""

import inspect
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel.assembly.plugins import faults, installed


def plugins(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List sources, signals, detectors and notifiers, each with what it is for; exit 1 if an added one cannot be used.

    What is wrong with it is said on standard error.
    """
    wrong = list(faults())
    rows = [
        {"kind": kind, "name": name, "what": (inspect.getdoc(plugin) or "").partition("\n")[0]}
        for kind, found in installed().items()
        for name, plugin in found.items()
    ]
    if json:
        typer.echo(msgspec.json.encode({"plugins": rows, "faults": wrong}).decode())
    else:
        table = Table("kind", "name", "what it is")
        for row in rows:
            table.add_row(row["kind"], row["name"], escape(row["what"]))
        Console().print(table)
    for fault in wrong:
        typer.echo(fault, err=True)
    if wrong:
        raise typer.Exit(1)
