"""``sentinel person``: what is held on somebody who posted, to show, hand out and erase (GDPR articles 15, 17, 20)."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.cli.asking import NoDaemon, Url, ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.errors import BadInput, SentinelError, StoreHeld
from sentinel.harmless import one_line

app = typer.Typer(
    help="What is held on a person who posted: show it, hand it out, erase it.",
    no_args_is_help=True,
)
Who = Annotated[
    str, typer.Option("--author", help="Their id at the source, their handle, or the address of their page.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Where = Annotated[str | None, typer.Option("--source", help="Where they post; default: every source.")]
PATIENCE = 600.0
"""Seconds that an erasure may take."""
DEFAULT = Path("config/sentinel.yaml")


@app.command()
def show(
    author: Who, source: Where = None, config: ConfigFile = DEFAULT, url: Url = None, json: AsJson = False
) -> None:
    """How much is held on them, and where."""
    held = _asked(config, url, "show", author, source)
    counts: dict[tuple[str, str], int] = {}
    for row in held["rows"]:
        key = (row["table"], row["column"])
        counts[key] = counts.get(key, 0) + 1
    if json:
        typer.echo(_counted(held["mentions"], counts))
        return
    table = Table("where", "what", "rows")
    for each in held["mentions"]:
        table.add_row("journal", f"{each['source']} {one_line(each['id'])}", "1")
    for (name, column), count in counts.items():
        table.add_row(name, column, str(count))
    console = Console()
    console.print(table)
    console.print(f"{len(held['mentions'])} mentions, {len(held['rows'])} rows that name them", highlight=False)


def _counted(mentions: list[dict[str, Any]], counts: dict[tuple[str, str], int]) -> str:
    """Where, and how much; the words themselves are what `export` gives."""
    listed = [{"source": each["source"], "id": each["id"]} for each in mentions]
    rows = [{"table": table, "column": column, "rows": count} for (table, column), count in counts.items()]
    return msgspec.json.encode({"mentions": listed, "rows": rows}).decode()


@app.command()
def export(author: Who, source: Where = None, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Everything that is held on them, as JSON on standard output."""
    typer.echo(msgspec.json.format(msgspec.json.encode(_asked(config, url, "show", author, source))).decode())


@app.command()
def erase(
    author: Who,
    source: Where = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Take what they wrote, and their name wherever it stands, out of the store for good."""
    if not yes:
        held = _asked(config, url, "show", author, source)
        said = f"{len(held['mentions'])} mentions and their name in {len(held['rows'])} rows go for good. Go on?"
        typer.confirm(said, abort=True)
    done = _erased(config, url, author, source)
    typer.echo(f"{done['mentions']} mentions erased, {done['rows']} rows changed")
    if not done["packed"]:
        typer.echo("somebody was reading: the log beside the store is emptied at the next start or erasure", err=True)


def _erased(config: Path, url: str | None, author: str, source: str | None) -> Any:
    """What became of it; a cluster's is waited for, and said to be on its way."""
    number, until = None, SystemClock().monotonic() + PATIENCE
    while True:
        done = _asked(config, url, "erase", author, source, number)
        if "erasure" not in done:
            return done
        said = f"erasure {done['erasure']} goes on by itself"
        if done["partitions"]:
            said += f"; not through yet with partitions {', '.join(map(str, done['partitions']))}"
        if done["unowned"]:
            said += f"; nobody owns {', '.join(map(str, done['unowned']))}: start a worker"
        if SystemClock().monotonic() >= until:
            raise SentinelError(f"{said}. The same command tells, asked again, while it goes on")
        typer.echo(said, err=True)
        number = done["erasure"]


def _asked(
    config: Path, url: str | None, what: str, author: str, source: str | None, erasure: int | None = None
) -> Any:
    if not author.strip(" @"):
        raise BadInput("--author: is empty; give an id, a handle or the address of a page")
    path = f"/api/v1/person/{what}" + (f"?erasure={erasure}" if erasure is not None else "")
    try:
        return ask(config, url, "POST", path, {"author": author, "source": source}, patience=PATIENCE)
    except NoDaemon:
        if url is not None:
            raise
        return msgspec.to_builtins(asyncio.run(_without_web(config, what, author, source, erasure)))


async def _without_web(config: Path, what: str, author: str, source: str | None, erasure: int | None) -> object:
    """The same on a store that no daemon holds: checkpoints go whole, and the next start reads the journal. Beside a
    cluster of which no web process answers here, what is asked is put in for those that run.
    """
    from sentinel.cluster.shared_persons import SharedPersons
    from sentinel.daemon.person_keeper import ErasurePending, PersonKeeper
    from sentinel.matching.pseudonyms import Pseudonyms
    from sentinel.store.database import Database
    from sentinel.store.hold import hold_store
    from sentinel.store.holder import Unshared, file_of
    from sentinel.store.journal import Journal
    from sentinel.store.person import Sought
    from sentinel.store.secret_store import SecretStore

    settings, clock, beside = load(config), SystemClock(), False
    store = settings.store.url.get_secret_value()
    try:
        held = await hold_store(store, clock)
    except StoreHeld:
        if not settings.cluster.partitions:
            raise
        held, beside = Unshared(), True
    try:
        database = await Database.open(store, shared=beside)
        try:
            kept = await SecretStore(database, file_of(store)).load()
            kind = SharedPersons if beside else PersonKeeper
            keeper = kind(database, Journal(database, clock), None, clock, Pseudonyms(kept.authors.value).of)
            sought = Sought(author=author, source=source)
            return await (keeper.show(sought) if what == "show" else keeper.erase(sought, erasure))
        except ErasurePending as pending:
            return {"erasure": pending.number, "partitions": pending.parts, "unowned": pending.unowned}
        finally:
            await database.close()
    finally:
        await held.release()
