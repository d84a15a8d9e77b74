"""The ``sentinel`` command: mounts the command groups, and turns faults into exit codes: 1 while running, 2 for bad usage."""

import sys
from typing import Annotated

import typer

from sentinel import __version__
from sentinel.cli import config, daemon, detect, incidents, notify, plugins, replay, sentiment, simulate
from sentinel.errors import BadInput, ConfigError, SentinelError

app = typer.Typer(
    name="sentinel",
    help="Wakes the right person when a brand catches fire, and hands them what to say.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (daemon, config, replay, detect, sentiment, simulate, notify, plugins):
    for command in getattr(group, "commands", ()):
        app.command(command.__name__.replace("_", "-"))(command)
app.add_typer(incidents.app, name="incidents")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sentinel {__version__}")
        raise typer.Exit


@app.callback()
def root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
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
