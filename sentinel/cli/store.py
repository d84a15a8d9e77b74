"""``sentinel store``: look through the store, copy it while the daemon runs, put a copy in its place, move it."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sqlalchemy import make_url

from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.config.store_url import wrong_with
from sentinel.errors import BadInput, SentinelError
from sentinel.store.backup import back_up
from sentinel.store.backup import restore as put_back
from sentinel.store.check import check_store, counts
from sentinel.store.file_lock import FileLock
from sentinel.store.holder import file_of
from sentinel.store.move import move_store
from sentinel.store.secret_store import secrets_path
from sentinel.store.server_check import check_server

BACKED_UP = (
    "PostgreSQL copies it itself, also while the daemon runs, and asks for the password: "
    "pg_dump --format=custom --exclude-table=leases --file=sentinel.dump '{url}'"
)
PUT_BACK = (
    "stop the daemon, and have PostgreSQL put it back, all or nothing: "
    "pg_restore --clean --if-exists --no-owner --single-transaction --dbname='{url}' FILE"
)
WITHOUT_SECRETS = (
    "{path} is not there: unless you put a copy of it back first, the next start makes new secrets; links in pages so "
    "far then end, and open incidents that nobody has are paged anew"
)
app = typer.Typer(help="The store: check, back up, restore, move.", no_args_is_help=True)
Default = Path("config/sentinel.yaml")


@app.callback()
def store() -> None:
    """The store: check, back up, restore, move."""


@app.command()
def check(
    config: ConfigFile = Default,
    file: Annotated[Path | None, typer.Argument(help="A backup; default: the store of the configuration.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look through the store, or a backup of it, also while the daemon runs. Exit 1 with what is wrong."""
    name, problems, rows = _looked_through(file, config)
    if json:
        typer.echo(msgspec.json.encode({"store": name, "problems": problems, "rows": rows}).decode())
        raise typer.Exit(1 if problems else 0)
    for each in problems:
        typer.echo(f"{name}: {each}", err=True)
    if problems:
        raise SentinelError(f"{len(problems)} things are wrong with {name}; docs/operations.md says what to do")
    typer.echo(f"{name}: ok, " + ", ".join(f"{count} {table}" for table, count in rows.items()))


def _looked_through(file: Path | None, config: Path) -> tuple[str, list[str], dict[str, int]]:
    """Its name as people may see it, what is wrong with it, and how many rows it has when nothing is."""
    path = file or file_of(url := load(config).store.url.get_secret_value())
    if path is None:
        problems, rows = asyncio.run(check_server(url))
        return shown(url), problems, {} if problems else rows
    problems = list(check_store(path))
    return str(path), problems, {} if problems else counts(path)


@app.command()
def backup(
    target: Annotated[Path | None, typer.Argument(help="The file to make; default: beside the store, by time.")] = None,
    config: ConfigFile = Default,
) -> None:
    """Copy the store at one instant, also while the daemon runs."""
    path, now = _path(config, BACKED_UP), SystemClock().now()
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
    path, clock = _path(config, PUT_BACK), SystemClock()
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


@app.command()
def migrate(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The database to move to, which is empty.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="URL", help="Where the store is now; default: the store of the configuration."),
    ] = None,
    config: ConfigFile = Default,
) -> None:
    """Move the store into another database, whole or not at all, while no daemon runs; the old one stays as it is."""
    origin = source or load(config).store.url.get_secret_value()
    for option, url in (("--from", origin), ("--to", to)):
        if (complaint := wrong_with(url)) is not None:
            raise BadInput(f"{option}: {complaint}")
    moved = asyncio.run(move_store(origin, to, SystemClock()))
    for table, count in moved.items():
        if count:
            typer.echo(f"{count:>12,} {table}")
    typer.echo(f"{sum(moved.values()):,} rows are in {shown(to)}, as many as before; name it in store.url and start")


def _path(config: Path, how: str) -> Path:
    url = load(config).store.url.get_secret_value()
    path = file_of(url)
    if path is None:
        raise BadInput(f"store.url is no SQLite file; {how.format(url=shown(url, for_tools=True))}")
    return path


def shown(url: str, *, for_tools: bool = False) -> str:
    """A store's URL without its password; ``for_tools`` as PostgreSQL's own programs want it."""
    parsed = make_url(url)
    if for_tools:
        parsed = parsed.set(drivername="postgresql")  # they ask for the password themselves
        return parsed._replace(password=None).render_as_string()
    return parsed.render_as_string(hide_password=True)
