"""``sentinel notify-test``: a real test page over every channel of a contact, with what each provider answered."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sentinel.cli.options import ConfigFile
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.errors import BadInput
from sentinel.notify.base import Notifier, Status
from sentinel.notify.channels import scheme_of
from sentinel.notify.render import notice
from sentinel.registry import discover


def notify_test(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's key in the configuration.")],
    config: ConfigFile = Path("config/sentinel.yaml"),
) -> None:
    """Send a test page to CONTACT over each channel, now; exit 1 if one of them did not take it."""
    settings = load(config)
    if contact not in settings.contacts:
        raise BadInput(unknown(contact, settings.contacts, "contact"))
    person = settings.contacts[contact]
    message = notice((person.language or settings.language).value, "test", name=person.name or contact)
    notifiers = {scheme: each for each in discover("sentinel.notify", Notifier).values() for scheme in each.schemes or ("",)}
    table = Table("channel", "outcome", "detail")
    well = True
    for channel in person.channels:
        url = channel.get_secret_value()
        notifier = notifiers.get(scheme_of(url)) or notifiers[""]
        outcome = notifier().send(url, message, timeout=settings.delivery.timeout.total_seconds())
        well = well and outcome.status is Status.ACCEPTED
        table.add_row(scheme_of(url), outcome.status.value, outcome.detail or outcome.reason.value)
    Console().print(table)
    raise typer.Exit(0 if well else 1)
