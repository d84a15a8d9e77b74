"""Pushover: a crisis rings again each minute until somebody acknowledges it there or here, and is told to stop when it
is over.
"""

import re
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from sentinel.notify.base import (
    Feature,
    Message,
    MessageKind,
    Notifier,
    Ringing,
    SendOutcome,
    SendReason,
    Status,
    Urgency,
)
from sentinel.notify.gateway import WRONG_GATEWAY, is_gateway
from sentinel.notify.request import Asked, ProviderResponse, ask, outcome_of, within
from sentinel.phrases.phrases import say

CLOUD = "https://api.pushover.net"
RETRY, EXPIRE = 60, 3600
"""Seconds between the rings of a crisis, and until it rings no more by itself."""
TITLE, BODY, LINK, LARGEST = 250, 1024, 512, 5 * 1024 * 1024
"""Characters of a title, a message, a link; bytes of a picture."""
EMERGENCY = 2
_KEY = re.compile(r"[A-Za-z0-9]{30}")
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,25}")
_SOUND = re.compile(r"[a-z0-9_-]{1,20}", re.IGNORECASE)
_RECEIPT = re.compile(r"[A-Za-z0-9]{1,64}")
_PRIORITIES = {"lowest": -2, "low": -2, "moderate": -1, "normal": 0, "high": 1, "emergency": EMERGENCY}
_PRIORITIES |= {str(each): each for each in range(-2, 3)}
_KEYS = ("priority", "sound", "gateway")


class _Told(msgspec.Struct):
    """The answer to a message. ``receipt`` comes for emergencies only."""

    status: int = 0
    receipt: str | None = None


class _Receipt(msgspec.Struct):
    status: int = 0
    acknowledged: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PushoverAddress:
    """A channel's URL, read; ``user`` and ``token`` are secrets."""

    server: str
    user: str
    token: str
    devices: tuple[str, ...]
    priority: int | None
    sound: str


class PushoverNotifier(Notifier):
    """Sends to one user or group. URLs are those of Apprise, ``pover://user@token[/device]``.

    ``?gateway=https://host`` speaks to a gateway of one's own instead of Pushover; plain HTTP only to this machine.
    """

    schemes = ("pover",)
    example = "pover://{secret}@{secret}?gateway=http://{host}"

    def complaint(self, url: str) -> str | None:
        read = read_address(url)
        return read if isinstance(read, str) else None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.CHART, Feature.RECEIPTS))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        address = read_address(url)
        if isinstance(address, str):
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=address)
        ends, form = monotonic() + within(timeout), _form(address, message)
        asked = Asked(method="POST", url=f"{address.server}/1/messages.json", headers={}, content=form, listen=True)
        if message.chart is not None and len(message.chart) <= LARGEST:
            picture = {"attachment": ("sentinel.png", message.chart, "image/png")}
            answer = ask(replace(asked, files=picture), timeout=ends - monotonic())
            if isinstance(answer, SendOutcome) or answer.status not in (400, 413, 415, 422):
                return _outcome(answer)
        return _outcome(ask(asked, timeout=ends - monotonic()))

    def watch(self, url: str, receipt: str, *, timeout: float) -> Ringing:
        address = read_address(url)
        if isinstance(address, str) or not _RECEIPT.fullmatch(receipt):
            return Ringing.OVER
        where = f"{address.server}/1/receipts/{receipt}.json?token={address.token}"
        answer = ask(Asked(method="GET", url=where, headers={}, listen=True), timeout=within(timeout))
        if isinstance(answer, SendOutcome) or answer.status == 429 or answer.status >= 500:
            return Ringing.UNKNOWN
        if not 200 <= answer.status < 300:
            return Ringing.OVER
        try:
            told = msgspec.json.decode(answer.body, type=_Receipt)
        except msgspec.MsgspecError:
            return Ringing.UNKNOWN
        if told.acknowledged:
            return Ringing.ACKNOWLEDGED
        return Ringing.OVER if told.expired else Ringing.ON

    def cancel(self, url: str, receipt: str, *, timeout: float) -> bool:
        address = read_address(url)
        if isinstance(address, str) or not _RECEIPT.fullmatch(receipt):
            return True
        where = f"{address.server}/1/receipts/{receipt}/cancel.json"
        answer = ask(
            Asked(method="POST", url=where, headers={}, content={"token": address.token}), timeout=within(timeout)
        )
        return isinstance(answer, ProviderResponse) and answer.status < 500 and answer.status != 429


def read_address(url: str) -> PushoverAddress | str:
    """A URL read, or what is wrong with it.

    Examples
    --------
    >>> address = read_address(f"pover://{'u' * 30}@{'T' * 30}/phone?priority=high")
    >>> address.token == "T" * 30, address.devices, address.priority
    (True, ('phone',), 1)
    >>> read_address(f"pover://{'u' * 30}@short")
    'pover:// wants a user key, @ and a token, each of 30 letters and digits'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "this is no Pushover URL; write pover://user@token"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if odd := next((key for key in query if key not in _KEYS), None):
        return f"pover:// knows no {odd!r}; allowed are {', '.join(_KEYS)}"
    user, _, token = parts.netloc.rpartition("@")
    if not _KEY.fullmatch(user) or not _KEY.fullmatch(token):
        return "pover:// wants a user key, @ and a token, each of 30 letters and digits"
    devices = tuple(unquote(each) for each in parts.path.split("/") if each)
    if not all(_DEVICE.fullmatch(each) for each in devices):
        return "a device has at most 25 letters, digits, - and _"
    priority, sound = query.get("priority", "").lower(), query.get("sound", "")
    if priority and priority not in _PRIORITIES:
        return f"priority {priority!r} is none of {', '.join(sorted(_PRIORITIES))}"
    if sound and not _SOUND.fullmatch(sound):
        return f"sound {sound!r} has at most 20 letters, digits, - and _"
    server = query.get("gateway", CLOUD)
    if not is_gateway(server):
        return WRONG_GATEWAY
    return PushoverAddress(
        server=server.rstrip("/"),
        user=user,
        token=token,
        devices=devices,
        priority=_PRIORITIES.get(priority),
        sound=sound,
    )


def _form(address: PushoverAddress, message: Message) -> dict[str, str]:
    priority = _priority(address, message)
    form = {
        "token": address.token,
        "user": address.user,
        "title": message.title[:TITLE],
        "message": message.body[:BODY] or message.title,
        "priority": str(priority),
    }
    if address.devices:
        form["device"] = ",".join(address.devices)
    if address.sound:
        form["sound"] = address.sound
    if priority == EMERGENCY:
        form |= {"retry": str(RETRY), "expire": str(EXPIRE)}
    if message.link and len(message.link) <= LINK:
        form |= {"url": message.link, "url_title": say(message.language, "channel.open")}
    return form


def _priority(address: PushoverAddress, message: Message) -> int:
    """Written by hand it holds for pages; news never rings louder for it."""
    if message.kind in (MessageKind.PAGE, MessageKind.TEST):
        if address.priority is not None:
            return address.priority
        return {Urgency.CRISIS: EMERGENCY, Urgency.ALERT: 1, Urgency.QUIET: 0}[message.urgency]
    return 0 if message.kind is MessageKind.RESOLVED or message.urgency is not Urgency.QUIET else -1


def _outcome(answer: ProviderResponse | SendOutcome) -> SendOutcome:
    if isinstance(answer, SendOutcome):
        return answer
    outcome = outcome_of(answer)
    if outcome.status is not Status.ACCEPTED:
        return outcome
    try:
        told = msgspec.json.decode(answer.body, type=_Told)
    except msgspec.MsgspecError:  # it has the page; only what could be said to it later is lost
        return outcome
    receipt = told.receipt if told.receipt and _RECEIPT.fullmatch(told.receipt) else None
    return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK, receipt=receipt)
