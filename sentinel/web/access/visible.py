"""The ports as whoever asks may use them: what every route asks, in place of the application's own.

The guard puts them there once it knows who it is. Before that there is no brand at all.
"""

from collections.abc import Collection
from dataclasses import replace

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.incidents.infrastructure_alert import PREFIX
from sentinel.incidents.links import DEVICES, ChatPress, Grant, LinkFlaw
from sentinel.requests.consultation import PREFIX as CONSULTED
from sentinel.web.access.brand_rights import NO_BRAND, BrandRights
from sentinel.web.narrowed.narrowed_ports import narrowed
from sentinel.web.ports.ports import PORTS, Ports

VISIBLE = web.RequestKey("visible", Ports)


def ports_of(request: web.Request) -> Ports:
    """What this request may ask."""
    found: Ports | None = request.get(VISIBLE)
    return narrowed(request.app[PORTS], NO_BRAND) if found is None else found


def show_only(request: web.Request, rights: BrandRights, people: Collection[str] = ()) -> None:
    """From here on the request sees these brands, and of contacts those whom they page, and these ``people``."""
    request[VISIBLE] = narrowed(request.app[PORTS], rights, people)


async def show_linked(request: web.Request, token: str) -> Grant | LinkFlaw:
    """From here on the request sees what this link is about, whoever opens it: of brands that of its incident alone.

    Its contact may teach the model, as ever. An alert about what Sentinel runs on is of no brand, and its page shows
    nothing else.
    """
    ports = request.app[PORTS]
    grant = ports.links.read(token, ports.clock.now())
    if isinstance(grant, LinkFlaw):
        return grant
    if grant.contact not in ports.config().contacts:
        return LinkFlaw.GONE
    if grant.incident.startswith(PREFIX):
        request[VISIBLE] = ports
        return grant
    if grant.incident.startswith(CONSULTED):
        return await _show_consulted(request, grant)
    incident = await ports.incidents.get(grant.incident)
    rights = BrandRights(frozenset((incident.brand,))) if incident is not None else NO_BRAND
    people = (grant.contact, *incident.told, incident.holder or "") if incident is not None else ()
    request[VISIBLE] = replace(narrowed(ports, rights, people), teach=ports.teach)
    return grant


def config_for_chats(request: web.Request) -> Config:
    """The configuration, for a request that is to be known by what a chat signed: its secret, and who pressed. What is
    shown of brands and people is asked of `ports_of`, once `show_pressed` knows.
    """
    return request.app[PORTS].config()


async def show_pressed(request: web.Request, value: str, contact: str) -> ChatPress | LinkFlaw:
    """From here on the request sees what a chat's button is about, of brands that of its incident alone; ``contact`` is
    whoever pressed it.
    """
    ports = request.app[PORTS]
    press = ports.links.read_press(value, ports.clock.now())
    if isinstance(press, LinkFlaw):
        return press
    if press.incident.startswith(PREFIX):
        request[VISIBLE] = ports
        return press
    incident = await ports.incidents.get(press.incident)
    rights = BrandRights(frozenset((incident.brand,))) if incident is not None else NO_BRAND
    people = (contact, *incident.told, incident.holder or "") if incident is not None else ()
    request[VISIBLE] = narrowed(ports, rights, people)
    return press


def show_device_link(request: web.Request, token: str) -> Grant | LinkFlaw:
    """From here on the request sees the devices of the link's contact, and no brand. A link to an incident is no link
    to them: whoever was shown one page must not have the next ones ring elsewhere.
    """
    ports = request.app[PORTS]
    grant = ports.links.read(token, ports.clock.now())
    if isinstance(grant, LinkFlaw):
        return grant
    if grant.contact not in ports.config().contacts:
        return LinkFlaw.GONE
    if grant.incident != DEVICES:
        return LinkFlaw.BAD
    request[VISIBLE] = narrowed(ports, NO_BRAND, (grant.contact,))
    return grant


async def _show_consulted(request: web.Request, grant: Grant) -> Grant | LinkFlaw:
    """The brands of the post that an area is asked about, and those who have to do with the question."""
    ports = request.app[PORTS]
    if (found := await ports.consultations.find(grant.incident)) is None:
        return LinkFlaw.DELETED
    one, about = found
    people = (grant.contact, one.by, *one.told, *((one.answer.by,) if one.answer else ()))
    rights = BrandRights(frozenset(about.brands))
    request[VISIBLE] = replace(narrowed(ports, rights, people), consultations=ports.consultations)
    return grant
