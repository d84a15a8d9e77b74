"""``/a/{token}``: the endpoint of every link that a message carries; the token says whether it leads to an incident or
to an alert.
"""

from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.incidents.infrastructure_alert import PREFIX
from sentinel.incidents.links import LinkFlaw
from sentinel.web.pages import phone, phone_acting, phone_alert, phone_alert_acting
from sentinel.web.ports.ports import PORTS


async def get_link(request: web.Request) -> web.Response:
    """The page; looking at it changes nothing."""
    return await (phone_alert.get_alert if _about_alert(request) else phone.get_phone)(request)


async def post_token(request: web.Request) -> web.Response:
    """A press on a message's own button."""
    return await (phone_alert_acting.post_token if _about_alert(request) else phone_acting.post_token)(request)


async def post_action(request: web.Request) -> web.Response:
    """A press on the page."""
    return await (phone_alert_acting.post_action if _about_alert(request) else phone_acting.post_action)(request)


def _about_alert(request: web.Request) -> bool:
    ports = request.app[PORTS]
    grant = ports.links.read(request.match_info["token"], ports.clock.now())
    return not isinstance(grant, LinkFlaw) and grant.incident.startswith(PREFIX)


_PRESS = f"/a/{{token}}/{{action:{'|'.join(Action)}}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/a/{token}", get_link),
    web.post("/a/{token}", post_token),
    web.get(_PRESS, phone.get_back),
    web.post(_PRESS, post_action),
)
