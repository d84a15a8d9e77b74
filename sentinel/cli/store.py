"""``sentinel store``: look through the store, copy it while the daemon runs, put a copy in its place."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.errors import BadInput, SentinelError
from sentinel.store.backup import back_up
from sentinel.store.backup import restore as put_back
from sentinel.store.check import check_store, counts
from sentinel.store.file_lock import FileLock
from sentinel.store.holder import file_of
from sentinel.store.secret_store import secrets_path

app = typer.Typer(help="The store: check, back up, restore.", no_args_is_help=True)
WITHOUT_SECRETS = (
    "{path} is not there: unless you put a copy of it back first, the next start makes new secrets; links in pages so "
    "far then end, and open incidents that nobody has are paged anew"
)
Default = Path("config/sentinel.yaml")


@app.callback()
def store() -> None:
    """The store: check, back up, restore."""


@app.command()
def check(
    config: ConfigFile = Default,
    file: Annotated[Path | None, typer.Argument(help="A backup; default: the store of the configuration.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look through the store, or a backup of it, also while the daemon runs. Exit 1 with what is wrong."""
    path = file or _path(config)
    problems = list(check_store(path))
    if json:
        rows = {} if problems else dict(counts(path))
        typer.echo(msgspec.json.encode({"store": str(path), "problems": problems, "rows": rows}).decode())
        raise typer.Exit(1 if problems else 0)
    for each in problems:
        typer.echo(f"{path}: {each}", err=True)
    if problems:
        raise SentinelError(f"{len(problems)} things are wrong with {path}; docs/operations.md says what to do")
    typer.echo(f"{path}: ok, " + ", ".join(f"{count} {table}" for table, count in counts(path).items()))


@app.command()
def backup(
    target: Annotated[Path | None, typer.Argument(help="The file to make; default: beside the store, by time.")] = None,
    config: ConfigFile = Default,
) -> None:
    """Copy the store at one instant, also while the daemon runs."""
    path, now = _path(config), SystemClock().now()
    made = target or path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%SZ}{path.suffix}")
    back_up(path, made)
    typer.echo(f"{made} ({made.stat().st_size:,} bytes)")
    if (kept := secrets_path(path)).exists():
        typer.echo(f"the secrets are in {kept}, not in the backup; keep a copy of it elsewhere", err=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    config: ConfigFile = Default,
) -> None:
    """Put a backup in the store's place, while no daemon runs; the former store is kept beside it."""
    path, clock = _path(config), SystemClock()
    lock = FileLock.take(path, clock)
    try:
        if wrong := next(iter(check_store(file)), None):
            typer.echo(f"{file}: {wrong}", err=True)
            if wrong.startswith(("SQLite:", "schema")):
                raise BadInput(f"{file} is no whole store; name another backup")
        aside = put_back(file, path, clock.now())
        lock.keep()
    finally:
        lock.close()
    typer.echo(f"{path} is {file} now" + (f"; the former store is {aside}" if aside else ""))
    if not (kept := secrets_path(path)).exists():
        typer.echo(WITHOUT_SECRETS.format(path=kept), err=True)


def _path(config: Path) -> Path:
    url = load(config).store.url.get_secret_value()
    path = file_of(url)
    if path is None:
        raise BadInput("store.url is no SQLite file; use the server's own tools, such as pg_dump and pg_restore")
    return path
