"""The ports as whoever asks may use them: what every route asks, in place of the application's own.

The guard puts them there once it knows who it is. Before that there is no brand at all.
"""

from dataclasses import replace

from aiohttp import web

from sentinel.incidents.infrastructure_alert import PREFIX
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.web.access.brand_rights import NO_BRAND, BrandRights
from sentinel.web.narrowed.narrowed_ports import narrowed
from sentinel.web.ports.ports import PORTS, Ports

VISIBLE = web.RequestKey("visible", Ports)


def ports_of(request: web.Request) -> Ports:
    """What this request may ask."""
    found: Ports | None = request.get(VISIBLE)
    return narrowed(request.app[PORTS], NO_BRAND) if found is None else found


def show_only(request: web.Request, rights: BrandRights, contact: str = "") -> None:
    """From here on the request sees these brands, and of people those whom they page, and the ``contact`` itself."""
    request[VISIBLE] = narrowed(request.app[PORTS], rights, contact)


async def show_linked(request: web.Request, token: str) -> Grant | LinkFlaw:
    """From here on the request sees what this link is about, whoever opens it: the brand of its incident, or an alert of
    what Sentinel runs on. Its contact may teach the model, as ever.
    """
    ports = request.app[PORTS]
    grant = ports.links.read(token, ports.clock.now())
    if isinstance(grant, LinkFlaw):
        return grant
    if grant.contact not in ports.config().contacts:
        return LinkFlaw.GONE
    incident = None if grant.incident.startswith(PREFIX) else await ports.incidents.get(grant.incident)
    rights = BrandRights(frozenset((incident.brand,))) if incident is not None else NO_BRAND
    seen = narrowed(ports, rights, grant.contact)
    about_alert = grant.incident.startswith(PREFIX)
    request[VISIBLE] = replace(
        seen, teach=ports.teach, infrastructure=ports.infrastructure if about_alert else seen.infrastructure
    )
    return grant
