"""``/a/{token}``: the door of every link that a message carries; the token says whose it is, and whether it leads to an
incident, to an alert about what Sentinel runs on, or to a question to an area of the house.
"""

from aiohttp import web

from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import PREFIX, StandingAlert
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.requests.consultation import PREFIX as CONSULTED
from sentinel.web.access.visible import ports_of, show_linked
from sentinel.web.pages.phone import address_of, refuse_link, show_phone
from sentinel.web.pages.phone_alert import show_alert
from sentinel.web.pages.phone_consultation import show_consultation

Linked = Incident | StandingAlert
"""What a link leads to."""


async def get_link(request: web.Request) -> web.Response:
    """The page; looking at it changes nothing."""
    grant = await show_linked(request, request.match_info["token"])
    if isinstance(grant, LinkFlaw):
        return refuse_link(request, grant)
    if grant.incident.startswith(CONSULTED):
        return await show_consultation(request, grant)
    found = await _about(request, grant)
    return refuse_link(request, LinkFlaw.BAD) if found is None else await show(request, grant, found)


async def get_back(request: web.Request) -> web.Response:
    """A phone that opens the address of a button again, after a press, is led to the page."""
    return web.Response(status=303, headers={"Location": address_of(request.match_info["token"])})


async def opened(request: web.Request) -> tuple[Grant, Linked] | LinkFlaw:
    """What the path's token grants, and what that is about as it is now.

    A contact whom the configuration no longer has, has no links. Whoever opens it, from here on the request sees what
    the link is about, and of brands that one alone.
    """
    grant = await show_linked(request, request.match_info["token"])
    if isinstance(grant, LinkFlaw):
        return grant
    found = await _about(request, grant)
    return LinkFlaw.BAD if found is None else (grant, found)


async def _about(request: web.Request, grant: Grant) -> Linked | None:
    ports = ports_of(request)
    if grant.incident.startswith(PREFIX):
        return ports.infrastructure.find(grant.incident)
    return await ports.incidents.get(grant.incident)


async def show(
    request: web.Request, grant: Grant, linked: Linked, *, notice: str | None = None, status: int = 200
) -> web.Response:
    """The page, with what became of a press."""
    if isinstance(linked, Incident):
        return await show_phone(request, grant, linked, notice=notice, status=status)
    return show_alert(request, grant, linked, notice=notice, status=status)
