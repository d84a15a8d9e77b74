"""``sentinel check-config`` and ``sentinel config-schema``: is the file right, and what may stand in one."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sentinel.cli.asking import ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.admitted import only_by_provider
from sentinel.config.everyday import everyday_terms
from sentinel.config.guarded import open_to_others, short_tokens, written_secrets
from sentinel.config.loader import Examined, examine
from sentinel.errors import ConfigError, SentinelError
from sentinel.escalation.shift import OnCallReason
from sentinel.notify.channels import scheme_of

SOON = 2.0
"""Seconds in which a daemon must answer to be asked what would change."""
LOG = "log"
"""The channel that wakes nobody: Sentinel's own log."""


def check_config(
    config: ConfigFile = Path("config/sentinel.yaml"),
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print ok, or every mistake in the file and in one's own playbooks, each with its place; exit 2 if there is any.

    What is no mistake but would leave a page unread in the next 90 days (gaps in a schedule, steps that reach nobody),
    or take in what others say in everyday words, is a warning on standard error. Included files are listed there, too.
    """
    from sentinel.assembly.plugins import faults

    try:
        examined = examine(config)
    except ConfigError as error:
        problems = error.problems
    else:
        problems = _problems(config, examined)
        for each in examined.tree.included if not json else ():
            typer.echo(f"included: {each.path} ({each.counted()})", err=True)
    if json and problems:
        typer.echo(msgspec.json.encode({"ok": False, "problems": problems}).decode())
    for problem in problems if not json else ():
        typer.echo(problem)
    if problems:
        raise typer.Exit(2)
    ahead = (*_languages(config, examined), *_warnings(examined, SystemClock().now()), *_readable(config, examined))
    warnings = [*faults(), *ahead, *_connections(config, examined), *_beside_the_daemon(config, examined)]
    if json:
        included = [str(each.path) for each in examined.tree.included]
        found = {"ok": True, "problems": [], "warnings": warnings, "included": included}
        typer.echo(msgspec.json.encode(found).decode())
        return
    for warning in warnings:
        typer.echo(warning, err=True)
    typer.echo("ok")


def _warnings(examined: Examined, now: datetime) -> list[str]:
    """``FILE:LINE:COL: path.to.key: warning: …`` for what lies ahead of ``now``."""
    from sentinel.assembly.build import contacts, policies, roster
    from sentinel.escalation.lint import lint

    config = examined.config
    assert config is not None  # there are no problems
    awake = {
        key
        for key, each in config.contacts.items()
        if any(scheme_of(url.get_secret_value()) != LOG for url in each.channels)
    }
    quiet = {key: each.quiet for key, each in contacts(config).items() if each.quiet is not None}
    used = {brand.policy for brand in config.brands}
    found = lint(roster(config), policies(config), used, awake, now, quiet=quiet)
    warnings = ((each.place, each.said) for each in found)
    return examined.warnings_at(
        (place, f"warning: {said}")
        for place, said in (*everyday_terms(config), *short_tokens(config), *only_by_provider(config), *warnings)
    )


def _languages(path: Path, examined: Examined) -> list[str]:
    from sentinel.config.languages import missing_of_languages
    from sentinel.playbooks.reader import read_playbooks

    config = examined.config
    assert config is not None  # there are no problems
    playbooks = read_playbooks(path.parent / config.playbooks if config.playbooks else None)
    return examined.warnings_at((place, f"warning: {said}") for place, said in missing_of_languages(config, playbooks))


def _readable(path: Path, examined: Examined) -> list[str]:
    """A file with secrets in it that others may read."""
    config = examined.config
    assert config is not None  # there are no problems
    said = open_to_others(path) if written_secrets(config, examined.hidden) else ""
    return [f"{path}: warning: {said}"] if said else []


def _connections(path: Path, examined: Examined) -> list[str]:
    """Fewer than a process with this file may take of its server; nothing where that does not answer."""
    from sentinel.assembly.connections import connections_of, few_connections

    config = examined.config
    assert config is not None  # there are no problems
    said = asyncio.run(few_connections(config, connections_of(config), free=False))
    return [f"{path}: warning: store.url: {said}"] if said else []


def _beside_the_daemon(path: Path, examined: Examined) -> list[str]:
    """What would change for the daemon that runs with this file now; nothing where none answers."""
    from sentinel.assembly.build import roster
    from sentinel.assembly.reload_warnings import OpenIncident, left_behind, on_call_now, pager_moves

    config = examined.config
    assert config is not None  # there are no problems
    try:
        schedules = ask(path, None, "GET", "/api/v1/schedules", patience=SOON)
        found = ask(path, None, "GET", "/api/v1/incidents?state=open,acknowledged", patience=SOON)
        at = datetime.fromisoformat(schedules["at"])
        before = {
            each["name"]: tuple(each["now"]["contacts"])
            for each in schedules["schedules"]
            if each["now"]["why"] == OnCallReason.ROTATION  # others may have been made on the page, not in the file
        }
        incidents = [
            OpenIncident(id=each["id"], brand=each["brand"], level=each["level"], holder=each["acknowledged_by"])
            for each in found["incidents"]
            if each["state"] in ("open", "acknowledged") and not each["drill"]
        ]
    except (SentinelError, msgspec.DecodeError, ValueError, KeyError, TypeError):
        return []
    moves = pager_moves(before, on_call_now(roster(config), at))
    return [f"{path}: warning: {said}" for said in (*moves, *left_behind(incidents, config))]


def _problems(path: Path, examined: Examined) -> list[str]:
    from sentinel.playbooks.reader import read_playbooks

    own = path.parent / examined.config.playbooks if examined.config and examined.config.playbooks else None
    if own is None or not own.is_dir():  # that it is none is said already
        return examined.problems
    try:
        read_playbooks(own)
    except ConfigError as error:
        return [*examined.problems, *error.problems]
    return examined.problems


def config_schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from sentinel.config.json_schema import json_schema_text

    typer.echo(json_schema_text(), nl=False)
