"""The ports as whoever asks may use them: what every route asks, in place of the application's own.

The guard puts them there once it knows who it is. Before that there is no brand at all.
"""

from collections.abc import Collection
from dataclasses import replace

from aiohttp import web

from sentinel.incidents.infrastructure_alert import PREFIX
from sentinel.incidents.links import Grant, LinkFlaw
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
