"""The ``sentinel`` command: finds the command groups, and turns faults into exit codes: 1 while running, 2 for bad
usage.
"""

import ast
import importlib
import sys
from importlib.resources import files
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from sentinel import __version__
from sentinel.assembly.collector import uncollected
from sentinel.errors import BadInput, ConfigError, SentinelError

COMMANDS = {
    "init": "init:init",
    "run": "daemon:run",
    "check-config": "config:check_config",
    "replay": "replay:replay",
    "tune": "tune:tune",
    "match": "match:match",
    "simulate": "simulate:simulate",
    "detect": "detect:detect",
    "classify": "sentiment:classify",
    "train": "sentiment:train",
    "evaluate": "sentiment:evaluate",
    "model": "model:app",
    "incidents": "incidents:app",
    "report": "report:app",
    "who": "who:who",
    "silence": "silence:app",
    "drill": "drill:drill",
    "sources": "sources:app",
    "person": "person:app",
    "schedules": "schedules:app",
    "notify-test": "notify:notify_test",
    "devices": "devices:app",
    "store": "store:app",
    "secrets": "secrets:app",
    "user": "user:app",
    "bench": "bench:bench",
    "healthy": "healthy:healthy",
    "plugins": "plugins:plugins",
    "config-schema": "config:config_schema",
}
"""Command to ``module:function``; a module is imported when its command is asked for, so that small ones start at once.
"""


class Commands(TyperGroup):
    """The commands, each imported on first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name as a list shows it, or ``None``: with its help, which is read and not run."""
        return TyperCommand(cmd_name, help=_help_of(COMMANDS[cmd_name])) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that runs, and its arguments."""
        name, *rest = args
        return (name, self._imported(name), rest) if name in COMMANDS else super().resolve_command(ctx, args)

    def _imported(self, cmd_name: str) -> Any:
        module, _, name = COMMANDS[cmd_name].partition(":")
        with uncollected():
            found = getattr(importlib.import_module(f"sentinel.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=HELP)
            alone.command(cmd_name)(found)
            found = alone
        command = get_command(found)
        command.name = cmd_name
        return command


def _help_of(place: str) -> str:
    """What stands in a command's source: its function's docstring, or the ``help`` of its group.

    Importing all of them takes seconds, reading them hundredths of one.
    """
    module, _, name = place.partition(":")
    source = (files("sentinel.cli") / f"{module}.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == name:
                return ast.get_docstring(node) or ""
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(keywords=keywords)) if target == name:
                return next((str(ast.literal_eval(each.value)) for each in keywords if each.arg == "help"), "")
    return ""


HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    name="sentinel",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sentinel {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Wakes the right person when a brand catches fire, and hands them what to say."""


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except BadInput as error:
        sys.stderr.write(f"sentinel: {error}\n")
        sys.exit(2)
    except SentinelError as error:
        sys.stderr.write(f"sentinel: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
