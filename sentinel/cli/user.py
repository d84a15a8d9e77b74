"""``sentinel user``: what the configuration needs of a person who signs in, where they are signed in, and a way back in
for whoever is locked out.
"""

import asyncio
import secrets
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.cli.address import base_of
from sentinel.cli.asking import NoDaemon, Url, ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.harmless import one_line
from sentinel.web.access.passwords import LONGEST, hash_password

if TYPE_CHECKING:
    from sentinel.store.database import Database

app = typer.Typer(help="People who sign in to the pages: passwords, sessions, and a way back in.", no_args_is_help=True)
SHORTEST = 8
"""Characters (NIST SP 800-63B); a longer one is worth more than an odd one."""
RECOVER_WITHIN = timedelta(minutes=15)
DEFAULT = Path("config/sentinel.yaml")
Name = Annotated[str, typer.Argument(metavar="NAME", help="What they sign in with.")]


@app.callback()
def user() -> None:
    """People who sign in to the pages: passwords, sessions, and a way back in."""


@app.command("hash")
def hash_() -> None:
    """Ask for a password (or read its one line from standard input) and print the hash for access.users."""
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"the password has {len(password)} characters; give it {SHORTEST} to {LONGEST}")
    typer.echo(hash_password(password))


@app.command()
def sessions(
    config: ConfigFile = DEFAULT,
    url: Url = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Who is signed in, since when and from where; asks the daemon."""
    found = ask(config, url, "GET", "/api/v1/sessions")
    if json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    zone = load(config).zone
    table = Table("user", "how", "since", "last used", "from", "browser")
    for each in found["sessions"]:
        how = "provider" if each["provided"] else "recovery link" if each["recovered"] else "password"
        since, seen = (
            f"{datetime.fromisoformat(each[key]).astimezone(zone):%Y-%m-%d %H:%M}" for key in ("started_at", "seen_at")
        )
        table.add_row(one_line(each["account"]), how, since, seen, each["address"], each["browser"])
    console = Console()
    console.print(table)
    if found["second_factors"]:
        console.print(f"with a second factor: {', '.join(found['second_factors'])}", highlight=False)


@app.command("sign-out")
def sign_out(name: Name, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Sign somebody out everywhere; where no daemon runs, on the store itself."""
    try:
        ended = ask(config, url, "POST", "/api/v1/sessions/end", {"account": name})["ended"]
    except NoDaemon:
        if url is not None:
            raise
        ended = asyncio.run(_sign_out(load(config), name))
    typer.echo(f"{name}: {ended} sessions ended")


@app.command()
def recover(name: Name, config: ConfigFile = DEFAULT) -> None:
    """Print a link that signs somebody in once, within 15 minutes, and lets them take their second factor off.

    For whoever may read the configuration and write the store: it needs no token, and works whether the daemon runs or
    not. What is done stands in the audit log.
    """
    settings = load(config)
    if name not in settings.access.users:
        raise BadInput(f"NAME: {unknown(name, settings.access.users, 'user of access.users')}")
    token = secrets.token_urlsafe(32)
    asyncio.run(_recover(settings, name, token))
    web = settings.web
    base = (web.external_url or base_of(web.host, web.port)).rstrip("/")
    typer.echo(f"{base}/login/recover/{token}")
    typer.echo(f"signs {name} in once, within 15 minutes, while Sentinel runs; give it to nobody else", err=True)


async def _sign_out(settings: Config, name: str) -> int:
    """On a store that no daemon holds."""
    from sentinel.store.database import Database
    from sentinel.store.hold import hold_store
    from sentinel.store.sessions import SessionStore

    store, clock = settings.store.url.get_secret_value(), SystemClock()
    held = await hold_store(store, clock)
    try:
        database = await Database.open(store)
        try:
            ended = await SessionStore(database, bytes).end_of(name)
            await _write_down(database, "sign_out_everywhere", name, clock)
        finally:
            await database.close()
    finally:
        await held.release()
    return ended


async def _recover(settings: Config, name: str, token: str) -> None:
    """Beside the daemon, if it runs: one row, which it reads when the link is opened."""
    from sentinel.store.database import Database
    from sentinel.store.holder import file_of
    from sentinel.store.recovery_links import RecoveryLinks

    store, clock = settings.store.url.get_secret_value(), SystemClock()
    if (path := file_of(store)) is not None and not path.exists():
        raise BadInput(f"store.url: there is no {path} yet; start Sentinel once, as the account that it runs as")
    database = await Database.open(store)
    try:
        now = clock.now()
        await RecoveryLinks(database).make(token, name, now=now, until=now + RECOVER_WITHIN)
        await _write_down(database, "recovery_link", name, clock)
    finally:
        await database.close()


async def _write_down(database: "Database", what: str, about: str, clock: SystemClock) -> None:
    from sentinel.store.audit import AuditLine, AuditOutcome, AuditStore, KnownBy

    line = AuditLine(
        at=clock.now(),
        who="",
        known_by=KnownBy.MACHINE,
        what=what,
        about=about,
        address="",
        outcome=AuditOutcome.DONE,
        status=0,
    )
    await AuditStore(database).add([line])
