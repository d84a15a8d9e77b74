"""``GET /a/{token}`` of a page about what Sentinel runs on: what is wrong, since when, what to do, who has it.

Looking changes nothing.
"""

from dataclasses import dataclass

from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.incidents.infrastructure_alert import SILENT, StandingAlert
from sentinel.incidents.links import Grant
from sentinel.web.access.visible import ports_of
from sentinel.web.pages.banner import banner_of
from sentinel.web.pages.card import person
from sentinel.web.pages.phone import Press, address_of, fresh_token, words_of
from sentinel.web.pages.templates import as_page, fill
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """Everything the page shows.

    ``silent``: Alertmanager has not spoken of it for so long that nobody knows whether it fires.
    """

    alert: StandingAlert
    whose: str
    holder: str | None
    mine: bool
    silent: bool
    told: tuple[str, ...]
    guide: str | None
    """The runbook, where it is an address that a browser opens."""
    take: Press | None
    give_back: Press | None


def show_alert(
    request: web.Request, grant: Grant, alert: StandingAlert, *, notice: str | None = None, status: int = 200
) -> web.Response:
    """The page, with what became of a press."""
    ports, words = ports_of(request), words_of(request, grant)
    banner = banner_of(ports, words)
    html = fill(
        "phone_alert.html",
        words,
        page=_gather(ports, grant, alert, words),
        title=alert.name,
        notice=notice,
        banner=banner,
        p=words.sayer("phone"),
        a=words.sayer("machinery"),
        address=address_of(fresh_token(ports, grant, alert)),
    )
    return as_page(request, words, html, status=status)


def _gather(ports: Ports, grant: Grant, alert: StandingAlert, words: Words) -> AlertPage:
    config, mine = ports.config(), alert.taken_by == grant.contact
    return AlertPage(
        alert=alert,
        whose=person(config, grant.contact) or grant.contact,
        holder=person(config, alert.taken_by),
        mine=mine,
        silent=alert.ended_at is None and words.now - alert.heard_at >= SILENT,
        told=tuple(person(config, contact) or contact for contact in alert.told),
        guide=alert.runbook if alert.runbook.startswith(("https://", "http://")) else None,
        take=_take(ports, grant, alert, words),
        give_back=_give_back(ports, grant, alert, words, mine=mine),
    )


def _take(ports: Ports, grant: Grant, alert: StandingAlert, words: Words) -> Press | None:
    if alert.ended_at is not None or alert.taken_by is not None:
        return None
    base = address_of(fresh_token(ports, grant, alert))
    return Press(
        label=words.said("phone.button_take"), address=base if grant.action else f"{base}/{Action.ACKNOWLEDGE}"
    )


def _give_back(ports: Ports, grant: Grant, alert: StandingAlert, words: Words, *, mine: bool) -> Press | None:
    """Not by a link of one action alone. Whoever has it may be out of reach, so that others can as well."""
    if alert.ended_at is not None or alert.taken_by is None or grant.action is not None:
        return None
    base = address_of(fresh_token(ports, grant, alert))
    return Press(
        label=words.said("machinery.give_back" if mine else "machinery.page_again"),
        address=f"{base}/{Action.UNACKNOWLEDGE}",
    )
