"""``sentinel notify-test``: a real test page over every channel of a contact, with what each can show and what each
provider answered.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel.assembly.build import reach
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.contact import ContactSettings
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.notify.base import Button, Feature, Message, Notifier, Status
from sentinel.notify.channels import OWN_DEVICES, addressed, scheme_of
from sentinel.notify.chart import a_sample, draw
from sentinel.notify.enclosure import Attachment
from sentinel.notify.installed import by_scheme
from sentinel.notify.notice import notice
from sentinel.notify.webpush import WebPushNotifier
from sentinel.phrases.phrases import say
from sentinel.reports.sheet import Paragraph, Sheet
from sentinel.web.pages.words import Words
from sentinel.web.report_answer import in_one_file


def notify_test(
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's key in the configuration.")],
    config: ConfigFile = Path("config/sentinel.yaml"),
) -> None:
    """Send a test page to CONTACT over each channel, with button, chart and file where it takes them; exit 1 if one did
    not take it.
    """
    settings = load(config)
    if contact not in settings.contacts:
        raise BadInput(unknown(contact, settings.contacts, "contact"))
    reach(settings)
    person = settings.contacts[contact]
    language = (person.language or settings.language).value
    message = notice(language, "test", name=person.name or contact)
    notifiers = _equipped(settings, person)
    table = Table("channel", "shows", "outcome", "detail")
    well = True
    for channel in person.channels:
        url = addressed(channel.get_secret_value(), contact)
        notifier = notifiers.get(scheme_of(url)) or notifiers[""]
        features = notifier.features(url)
        outcome = notifier.send(
            url, _full(message, features, settings), timeout=settings.delivery.timeout.total_seconds()
        )
        well = well and outcome.status is Status.ACCEPTED
        shows = ", ".join(each.value for each in Feature if each in features) or "text"
        table.add_row(scheme_of(url), shows, outcome.status.value, escape(outcome.detail or outcome.reason.value))
    Console().print(table)
    raise typer.Exit(0 if well else 1)


def _equipped(settings: Config, person: ContactSettings) -> dict[str, Notifier]:
    """The notifiers; that of a person's own devices knows them, where it is tried."""
    notifiers = by_scheme()
    push = notifiers.get(OWN_DEVICES)
    wanted = any(scheme_of(each.get_secret_value()) == OWN_DEVICES for each in person.channels)
    if wanted and isinstance(push, WebPushNotifier):
        from sentinel.assembly.stored_devices import stored_devices

        push.devices = asyncio.run(stored_devices(settings, settings.web.external_url or ""))
    return notifiers


def _full(message: Message, features: frozenset[Feature], settings: Config) -> Message:
    """With everything the channel can show: a button that opens Sentinel, a chart of a brand there is not, a file as
    reports are.
    """
    if Feature.BUTTONS in features:
        home = settings.web.external_url or f"http://{settings.web.host}:{settings.web.port}"
        message = replace(message, buttons=(Button(label=say(message.language, "channel.try"), url=home, acts=False),))
    now = SystemClock().now().astimezone(settings.zone)
    if Feature.FILE in features:
        message = replace(message, attachment=_a_file(Words(message.language, settings.zone, now)))
    if Feature.CHART in features:
        message = replace(message, chart=draw(a_sample(say(message.language, "channel.sample"), message.language, now)))
    return message


def _a_file(words: Words) -> Attachment:
    """Bound as a report is, so that a mail server or program that lets no HTML through shows it now."""
    title = words.said("attached.sample_title")
    text = Paragraph((words.said("attached.sample"),))
    sheet = Sheet(language=words.language, name="sentinel", title=title, subtitle=words.full(words.now), blocks=(text,))
    html = in_one_file(title, words, [sheet])
    return Attachment(
        name="sentinel.html", type="text/html", body=html.encode(), said=words.said("attached.said_sample")
    )
