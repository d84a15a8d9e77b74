"""Web Push: a contact's own browsers and phones, without any third application; each device is turned on by its owner
on a page of Sentinel.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from urllib.parse import unquote, urlsplit

from sentinel.notify.base import Feature, Message, Notifier, SendOutcome, SendReason, Status
from sentinel.notify.push_devices import DeviceNews, PushDevice, PushDevices, endpoint_flaw
from sentinel.notify.request import Asked, ask, outcome_of, within

GONE = (404, 410)
"""A push service's word for a browser that wants no more."""
AT_ONCE = 8
"""Devices of one contact that are sent to at the same time."""
_BEST_FIRST = (Status.ACCEPTED, Status.UNKNOWN, Status.RETRY, Status.FAILED)


class WebPushNotifier(Notifier):
    """Sends to every device of one contact; one that takes it is enough. ``webpush://``: the contact's own."""

    schemes = ("webpush",)
    example = "webpush://"

    def __init__(self) -> None:
        self.devices = PushDevices()

    def complaint(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
        except ValueError:
            return "webpush:// is written alone: it means the contact's own devices"
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc or ":" in parts.netloc:
            return "webpush:// is written alone: it means the contact's own devices"
        return None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.BUTTONS,))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        from sentinel.notify.push_message import public_key

        if (wrong := self.complaint(url)) is not None:
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=wrong)
        secret = self.devices.secret
        contact = unquote(urlsplit(url).netloc)
        found = self.devices.of(contact, public_key(secret())) if secret is not None else ()
        if secret is None or not found:
            why = "no device of this contact takes alerts; its owner turns one on at /account/devices"
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=why)
        ends = monotonic() + within(timeout)
        return best_of(self._send_all(found, message, secret(), ends))

    def send_to(self, device: PushDevice, message: Message, *, timeout: float) -> SendOutcome:
        """To one device alone, for whoever wants to see that it rings."""
        secret = self.devices.secret
        assert secret is not None  # a device was signed for with it
        return self._send(device, message, secret(), monotonic() + within(timeout))

    def _send_all(
        self, found: Sequence[PushDevice], message: Message, secret: bytes, ends: float
    ) -> Sequence[SendOutcome]:
        if len(found) == 1:
            return [self._send(found[0], message, secret, ends)]
        with ThreadPoolExecutor(min(AT_ONCE, len(found)), thread_name_prefix="webpush") as threads:
            return list(threads.map(lambda each: self._send(each, message, secret, ends), found))

    def _send(self, device: PushDevice, message: Message, secret: bytes, ends: float) -> SendOutcome:
        from sentinel.notify.push_message import authorization, content_of, encrypted, headers_of

        if (wrong := endpoint_flaw(device.endpoint)) is not None:
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=wrong)
        signed = authorization(device.endpoint, secret, self.devices.subject(), self.devices.now())
        asked = Asked(
            method="POST",
            url=device.endpoint,
            headers={**headers_of(message), "Authorization": signed},
            content=encrypted(content_of(message), device),
            outside=True,
        )
        answer = ask(asked, timeout=ends - monotonic())
        if isinstance(answer, SendOutcome):
            return answer
        if answer.status in GONE:
            self.devices.heard(device.id, DeviceNews.GONE)
            detail = f"{answer.status}: the browser takes no more; the device was removed"
            return SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED, detail=detail)
        outcome = outcome_of(answer)
        if outcome.status is Status.ACCEPTED:
            self.devices.heard(device.id, DeviceNews.TOOK)
        return outcome


def best_of(outcomes: Sequence[SendOutcome]) -> SendOutcome:
    """Of several devices: taken by one is taken; that it may have come to one is told before that another was busy.

    Examples
    --------
    >>> busy = SendOutcome(status=Status.RETRY, reason=SendReason.SERVER_ERROR)
    >>> best_of([busy, SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)]).status.value
    'accepted'
    """
    return min(outcomes, key=lambda each: _BEST_FIRST.index(each.status))
