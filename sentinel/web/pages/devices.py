"""``/account/devices`` and ``/a/{token}/devices``: devices on which somebody's alerts ring by themselves; turned on,
tried and removed by whoever is signed in as a contact, or holds the link that ``sentinel devices link`` made for one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.notify.base import SendOutcome, Status
from sentinel.notify.channels import OWN_DEVICES, scheme_of
from sentinel.notify.notice import notice
from sentinel.notify.push_devices import PushDevice
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.access.browser_name import browser_of
from sentinel.web.access.visible import ports_of, show_device_link
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.form import fields_of, read_form
from sentinel.web.http.posting import admit
from sentinel.web.pages.card import person
from sentinel.web.pages.phone import address_of, refuse_link, words_of
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

OWN = "/account/devices"
SAID = ("on", "off", "rings", "refused", "later", "unsure", "gone")
"""What may have been done before the page is shown."""
DOINGS = ("add", "remove", "ring")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDevice:
    """One line of the page. ``rings``: it takes what is sent now; ``gone_at``: since when its browser wants no more."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None
    gone_at: datetime | None
    rings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOwner:
    """Whose devices a request is about, and where their page is; ``grant`` where a link says so."""

    contact: str
    base: str
    grant: Grant | None = None


async def get_devices(request: web.Request) -> web.Response:
    """The page of whoever is signed in."""
    return _show(request, _signed_in(request))


async def post_devices(request: web.Request) -> web.Response:
    """One turned on, tried or removed by whoever is signed in."""
    _, fields = await read_form(request, Role.VIEWER)
    return await _do(request, _signed_in(request), fields)


async def get_linked(request: web.Request) -> web.Response:
    """The page of whoever holds the link."""
    owner = _linked(request)
    return refuse_link(request, owner) if isinstance(owner, LinkFlaw) else _show(request, owner)


async def post_linked(request: web.Request) -> web.Response:
    """One turned on, tried or removed by whoever holds the link, which is all the proof there is."""
    admit(request)
    owner = _linked(request)
    if isinstance(owner, LinkFlaw):
        return refuse_link(request, owner)
    return await _do(request, owner, await fields_of(request))


def contact_of(request: web.Request, config: Config) -> str | None:
    """The contact that whoever is signed in is; ``None`` for programs and for those who are none."""
    visitor = visitor_of(request)
    known = visitor.proven and visitor.known_by in (KnownBy.SESSION, KnownBy.OIDC, KnownBy.PROXY)
    return visitor.name if known and visitor.name in config.contacts else None


def _signed_in(request: web.Request) -> DeviceOwner:
    visitor = visitor_of(request)
    if not visitor.proven or visitor.known_by is KnownBy.TOKEN:
        raise RefusedBody(
            404, "nobody is signed in here; `sentinel devices link CONTACT` makes a link to somebody's devices"
        )
    if visitor.owes_factor:
        raise RefusedBody(403, "access.second_factor: your role needs one; set it up at /account first")
    contact = contact_of(request, ports_of(request).config())
    return DeviceOwner(contact=contact or "", base=OWN)


def _linked(request: web.Request) -> DeviceOwner | LinkFlaw:
    grant = show_device_link(request, request.match_info["token"])
    if isinstance(grant, LinkFlaw):
        return grant
    note(request, who=grant.contact, known_by=KnownBy.LINK)
    base = f"{address_of(request.match_info['token'])}/devices"
    return DeviceOwner(contact=grant.contact, base=base, grant=grant)


async def _do(request: web.Request, owner: DeviceOwner, fields: dict[str, str]) -> web.Response:
    if not owner.contact:
        raise RefusedBody(403, "you are no contact here; give your user one with access.users.NAME.contact")
    ports, doing, which = ports_of(request), request.match_info["doing"], fields.get("device", "")[:64]
    note(request, what=f"device_{doing}", about=owner.contact)
    match doing:
        case "add":
            name = fields.get("name", "") or browser_of(request.headers.get("User-Agent", "")[:1000])
            sent = [fields.get(each, "") for each in ("endpoint", "p256dh", "auth")]
            made = await ports.devices.add(owner.contact, name, *sent)
            if isinstance(made, str):
                return _show(request, owner, notice=_said(request, owner, "flawed", why=made), status=400)
            said = "on"
        case "remove":
            said = "off" if await ports.devices.remove(owner.contact, which) else "gone"
        case _:
            config = ports.config()
            message = notice(_language(config, owner.contact), "test", name=person(config, owner.contact) or "")
            said = _ringing(await ports.devices.ring(owner.contact, which, message))
    return web.Response(status=303, headers={"Location": f"{owner.base}?said={said}"})


def _ringing(outcome: SendOutcome | None) -> str:
    if outcome is None:
        return "gone"
    match outcome.status:
        case Status.ACCEPTED:
            return "rings"
        case Status.RETRY:
            return "later"
        case Status.UNKNOWN:
            return "unsure"
        case Status.FAILED:
            return "refused"
    assert_never(outcome.status)


def _show(request: web.Request, owner: DeviceOwner, *, notice: str = "", status: int = 200) -> web.Response:
    ports = ports_of(request)
    words = words_of(request, owner.grant) if owner.grant is not None else words_for(request)
    said, config = request.query.get("said", ""), ports.config()
    key = ports.devices.key
    return page(
        request,
        "devices.html",
        words,
        title=words.said("devices.title"),
        status=status,
        notice=notice or (words.said(f"devices.said_{said}") if said in SAID else ""),
        failed=status != 200 or said in ("refused", "later", "unsure", "gone"),
        linked=owner.grant is not None,
        whose=person(config, owner.contact) or owner.contact,
        contact=owner.contact,
        rung=_has_channel(config, owner.contact),
        devices=[_shown(each, key) for each in (ports.devices.of(owner.contact) if owner.contact else ())],
        base=owner.base,
        key=key,
        here=browser_of(request.headers.get("User-Agent", "")[:1000]),
        p=words.sayer("phone"),
        address=owner.base,
    )


def _shown(device: PushDevice, key: str) -> ShownDevice:
    return ShownDevice(
        id=device.id,
        name=device.name,
        made_at=device.made_at,
        used_at=device.used_at,
        gone_at=device.gone_at,
        rings=device.gone_at is None and device.key == key,
    )


def _has_channel(config: Config, contact: str) -> bool:
    settings = config.contacts.get(contact)
    found = settings.channels if settings is not None else ()
    return any(scheme_of(each.get_secret_value()) == OWN_DEVICES for each in found)


def _language(config: Config, contact: str) -> str:
    settings = config.contacts.get(contact)
    return ((settings.language if settings is not None else None) or config.language).value


def _said(request: web.Request, owner: DeviceOwner, key: str, **facts: object) -> str:
    words = words_of(request, owner.grant) if owner.grant is not None else words_for(request)
    return words.said(f"devices.said_{key}", **facts)


_DOING = f"{{doing:{'|'.join(DOINGS)}}}"
ROUTES = (
    web.get(OWN, get_devices),
    web.post(f"{OWN}/{_DOING}", post_devices),
    web.get("/a/{token}/devices", get_linked),
    web.post(f"/a/{{token}}/devices/{_DOING}", post_linked),
)
