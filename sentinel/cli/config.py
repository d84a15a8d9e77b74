"""``sentinel check-config`` and ``sentinel config-schema``: is the file right, and what may stand in one."""

from pathlib import Path

import typer

from sentinel.cli.options import ConfigFile
from sentinel.errors import ConfigError


def check_config(config: ConfigFile = Path("config/sentinel.yaml")) -> None:
    """Print ok, or every mistake in the file and in one's own playbooks, each with its place; exit 2 if there is any."""
    from sentinel.config.loader import load
    from sentinel.playbooks.reader import read_shelf

    try:
        found = load(config)
        read_shelf(config.parent / found.playbooks if found.playbooks else None)
    except ConfigError as error:
        for problem in error.problems:
            typer.echo(problem)
        raise typer.Exit(2) from None
    typer.echo("ok")


def config_schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from sentinel.config.json_schema import json_schema_text

    typer.echo(json_schema_text(), nl=False)
