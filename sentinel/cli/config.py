"""``sentinel check-config`` and ``sentinel config-schema``: is the file right, and what may stand in one."""

from pathlib import Path

import typer

from sentinel.cli.options import ConfigFile
from sentinel.errors import ConfigError


def check_config(config: ConfigFile = Path("config/sentinel.yaml")) -> None:
    """Print ok, or every mistake in the file and in one's own playbooks, each with its place; exit 2 if there is any."""
    problems = _problems(config)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(2)
    typer.echo("ok")


def _problems(path: Path) -> list[str]:
    from sentinel.config.loader import examine
    from sentinel.playbooks.reader import read_shelf

    try:
        examined = examine(path)
    except ConfigError as error:
        return error.problems
    own = path.parent / examined.config.playbooks if examined.config and examined.config.playbooks else None
    if own is None or not own.is_dir():  # that it is none is said already
        return examined.problems
    try:
        read_shelf(own)
    except ConfigError as error:
        return [*examined.problems, *error.problems]
    return examined.problems


def config_schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from sentinel.config.json_schema import json_schema_text

    typer.echo(json_schema_text(), nl=False)
