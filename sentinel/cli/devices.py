"""``sentinel devices``: who has which devices that take alerts, and a link by which somebody turns theirs on."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.assembly.stored_devices import store_beside
from sentinel.cli.address import base_of
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.harmless import one_line
from sentinel.incidents.links import DEVICES, ActionLinks, Grant, nonce_of, whole_seconds
from sentinel.notify.push_devices import PushDevice
from sentinel.store.audit import AuditLine, AuditOutcome, AuditStore, KnownBy
from sentinel.store.holder import file_of
from sentinel.store.push_devices import PushDeviceStore
from sentinel.store.secret_store import SecretStore

app = typer.Typer(help="Phones and browsers that take alerts by themselves (webpush://).", no_args_is_help=True)
DEFAULT = Path("config/sentinel.yaml")


class ListedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One device, without what would let anybody send to it."""

    contact: str
    name: str
    made_at: datetime
    used_at: datetime | None
    gone_at: datetime | None


@app.callback()
def devices() -> None:
    """Phones and browsers that take alerts by themselves (webpush://)."""


@app.command("list")
def list_(
    config: ConfigFile = DEFAULT, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Whose there are, since when, and when each took its last alert."""
    settings = load(config)
    found = [_listed(each) for each in asyncio.run(_all(settings))]
    if json:
        typer.echo(msgspec.json.encode({"devices": found}).decode())
        return
    table = Table("contact", "device", "on since", "last alert", "taken off")
    for each in found:
        moments = (
            f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if at is not None else ""
            for at in (each.made_at, each.used_at, each.gone_at)
        )
        table.add_row(one_line(each.contact), one_line(each.name), *moments)
    Console().print(table)


@app.command()
def link(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's key in the configuration.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Print a link, and the same as a QR code, by which CONTACT turns alerts on on their phone; good as long as links
    in pages are (web.link_expires).

    For where nobody signs in; whoever does finds the same page at /account/devices. Give it to nobody else: it makes
    CONTACT's alerts ring wherever it is opened.
    """
    settings = load(config)
    if contact not in settings.contacts:
        raise BadInput(unknown(contact, settings.contacts, "contact"))
    web = settings.web
    base = (web.external_url or base_of(web.host, web.port)).rstrip("/")
    address = f"{base}/a/{asyncio.run(_token(settings, contact))}/devices"
    typer.echo(address)
    if Console().is_terminal:
        import segno

        segno.make(address, error="l", micro=False).terminal(compact=True)


async def _all(settings: Config) -> list[PushDevice]:
    async with store_beside(settings) as database:
        return await PushDeviceStore(database).all()


async def _token(settings: Config, contact: str) -> str:
    clock, store = SystemClock(), settings.store.url.get_secret_value()
    async with store_beside(settings) as database:
        given = settings.web.link_secret
        kept = await SecretStore(database, file_of(store)).load()
        now = clock.now()
        grant = Grant(
            incident=DEVICES,
            epoch=0,
            contact=contact,
            action=None,
            expires_at=whole_seconds(now, settings.web.link_expires),
            nonce=nonce_of(DEVICES, contact, now.isoformat()),
        )
        line = AuditLine(
            at=now,
            who="",
            known_by=KnownBy.MACHINE,
            what="device_link",
            about=contact,
            address="",
            outcome=AuditOutcome.DONE,
            status=0,
        )
        await AuditStore(database).add([line])
    return ActionLinks(given.get_secret_value().encode() if given is not None else kept.links.value).mint(grant)


def _listed(device: PushDevice) -> ListedDevice:
    return ListedDevice(
        contact=device.contact,
        name=device.name,
        made_at=device.made_at,
        used_at=device.used_at,
        gone_at=device.gone_at,
    )
