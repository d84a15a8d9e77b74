"""``sentinel secrets``: other secrets in the place of those under which links, forms and push messages are signed."""

import asyncio
import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from sentinel.cli.asking import NoDaemon, Url, ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.errors import BadInput
from sentinel.store.kept_secrets import ROTATED, SecretName

app = typer.Typer(
    help="The secrets under which links, forms and push messages are signed: rotate them.",
    no_args_is_help=True,
)
DEFAULT = Path("config/sentinel.yaml")


@app.callback()
def secrets() -> None:
    """The secrets under which links, forms and push messages are signed: rotate them."""


@app.command()
def rotate(
    links: Annotated[bool, typer.Option("--links", help="That of the links in pages.")] = False,
    forms: Annotated[bool, typer.Option("--forms", help="That of the pages' forms.")] = False,
    push: Annotated[
        bool, typer.Option("--push", help="That of push messages: people turn their devices on anew.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Make new ones. Links sent so far end; open incidents that nobody has are paged anew, once, with new links."""
    names = [name for name, wanted in zip(ROTATED, (links, forms, push), strict=True) if wanted or everything]
    if not names:
        raise BadInput("which? say --links, --forms, --push or --all")
    try:
        done = ask(config, url, "POST", "/api/v1/secrets/rotate", {"secrets": [each.value for each in names]})
    except NoDaemon:
        if url is not None:
            raise
        asyncio.run(_offline(config, names))
        done = None
    typer.echo(_said(names, done))


def _said(names: list[SecretName], done: Any) -> str:
    said = f"rotated: {', '.join(names)}"
    if SecretName.LINKS not in names:
        return said
    if done is None:
        return f"{said}; the next start pages open incidents that nobody has anew"
    return f"{said}; open incidents paged anew: {done['paged']}"


async def _offline(config: Path, names: list[SecretName]) -> None:
    """The same on a store that no daemon holds, with a line in its audit log."""
    from sentinel.store.audit import AuditLine, AuditOutcome, AuditStore, KnownBy
    from sentinel.store.database import Database
    from sentinel.store.hold import hold_store
    from sentinel.store.holder import file_of
    from sentinel.store.secret_store import SecretStore

    settings, clock = load(config), SystemClock()
    given = {SecretName.LINKS: settings.web.link_secret, SecretName.FORMS: settings.web.form_secret}
    if told := [name for name in names if given.get(name) is not None]:
        raise BadInput(f"{', '.join(told)}: comes from the configuration (web.*_secret); change it there")
    store = settings.store.url.get_secret_value()
    held = await hold_store(store, clock)
    try:
        database = await Database.open(store)
        try:
            await SecretStore(database, file_of(store)).rotate(names)
            line = AuditLine(
                at=clock.now(),
                who=getpass.getuser(),
                known_by=KnownBy.NAME,
                what="secrets_rotate",
                about=" ".join(names),
                address="",
                outcome=AuditOutcome.DONE,
                status=0,
            )
            await AuditStore(database).add([line])
        finally:
            await database.close()
    finally:
        await held.release()
