"""Sends through Apprise: one delivery, one URL, one call on a thread of our own. The outbox alone retries.

Everything about Apprise's own ways is in this file and `symptoms.py`. Every send makes a fresh service from the URL: one used again
would hold the second message back for seconds.
"""

import logging

import apprise
from apprise.plugins import url_to_dict

from sentinel.notify.base import Message, MessageKind, Notifier, Outcome, Reason, Status, Urgency
from sentinel.notify.channels import destination_of
from sentinel.notify.pools import Clogged, Threads
from sentinel.notify.symptoms import diagnose

CONNECT_WITHIN = 5.0
"""Seconds for a connection to be made: what fails before it has certainly not left."""

_PRIORITIES: dict[str, tuple[str, dict[Urgency, str]]] = {
    scheme: ("priority", {Urgency.ALERT: "high", Urgency.CRISIS: "emergency"})
    for scheme in ("gotify", "gotifys", "join", "ntfy", "ntfys", "pover", "prowl")
} | {scheme: ("level", {Urgency.ALERT: "timeSensitive", Urgency.CRISIS: "critical"}) for scheme in ("bark", "barks")}
"""Scheme to the parameter that makes a phone ring through its owner's sleep. Opsgenie is not here: Apprise's ``emergency`` is its P5,
the lowest."""

_NTFY = ("ntfy", "ntfys")
_PUSHOVER = "pover"


class AppriseNotifier(Notifier):
    """Takes every scheme that nobody else takes."""

    def __init__(self) -> None:
        _keep_quiet()
        self._threads = Threads()
        self._asset = apprise.AppriseAsset(
            app_id="Sentinel",
            app_desc="Sentinel",
            service_timeout=0,
            async_mode=False,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
            secure_logging=True,
        )

    async def send(self, url: str, message: Message, *, timeout: float) -> Outcome:
        """Hand it over; what takes longer than ``timeout`` seconds is left to itself, its fate unknown."""
        try:
            return await self._threads.call(destination_of(url), lambda: self._notify(url, message, timeout), timeout=timeout)
        except TimeoutError:
            return Outcome(status=Status.UNKNOWN, reason=Reason.TIMEOUT, detail=f"no answer within {timeout:g} s")
        except Clogged as clogged:
            return Outcome(status=Status.RETRY, reason=Reason.UNREACHABLE, detail=str(clogged))
        except Exception as error:  # a plugin's own fault must not end the daemon; its words may hold the URL
            return Outcome(status=Status.FAILED, reason=Reason.CRASHED, detail=f"the service's code raised {type(error).__name__}")

    def _notify(self, url: str, message: Message, timeout: float) -> Outcome:
        service = self.service(url, message, timeout)
        if service is None:
            return Outcome(status=Status.FAILED, reason=Reason.BAD_CHANNEL, detail="Apprise cannot use this URL")
        sender = apprise.Apprise(asset=self._asset)
        sender.add(service)
        with sender.notify(
            title=message.title,
            body=_with_link(message),
            notify_type=_notify_type(message),
            body_format=apprise.NotifyFormat.TEXT,
            log_level=logging.DEBUG,
        ) as result:
            attempts = [attempt for each in result for attempt in each]
            if attempts and all(attempts):
                return Outcome(status=Status.ACCEPTED, reason=Reason.OK)
            return diagnose([entry.message for entry in result.logs()])

    def service(self, url: str, message: Message, timeout: float) -> apprise.NotifyBase | None:
        """The service behind ``url``, told how urgent it is; ``None`` when Apprise cannot use the URL."""
        parts = url_to_dict(url, secure_logging=True)
        if not parts:
            return None
        parts |= {"retry": 0, "optional": False}  # the outbox retries, and a failure is a failure
        parts.setdefault("rto", timeout)
        parts.setdefault("cto", min(CONNECT_WITHIN, timeout))
        _be_urgent(parts, message)
        return apprise.Apprise.instantiate(parts, asset=self._asset)


def _be_urgent(parts: dict[str, object], message: Message) -> None:
    """A crisis rings whatever the URL says; below that the URL's own priority has its say."""
    scheme = str(parts["schema"])
    key, values = _PRIORITIES.get(scheme, ("", {}))
    if (value := values.get(message.urgency)) is not None and (message.urgency is Urgency.CRISIS or key not in parts):
        parts[key] = value
    if scheme == _PUSHOVER and message.urgency is Urgency.CRISIS:
        parts.setdefault("interval", 60)
        parts.setdefault("expire", 3600)
    if scheme in _NTFY and message.link and message.link.isascii() and "%" not in message.link:  # it would turn % into %25
        parts["click"] = message.link


def _with_link(message: Message) -> str:
    return message.body if not message.link or message.link in message.body else f"{message.body}\n{message.link}"


def _notify_type(message: Message) -> apprise.NotifyType:
    if message.kind is MessageKind.RESOLVED:
        return apprise.NotifyType.SUCCESS
    match message.urgency:
        case Urgency.CRISIS:
            return apprise.NotifyType.FAILURE
        case Urgency.ALERT:
            return apprise.NotifyType.WARNING
        case _:
            return apprise.NotifyType.INFO


def _keep_quiet() -> None:
    """Apprise and the HTTP library under it log payloads and addresses: let Apprise's lines reach its own result and nothing else."""
    lines = logging.getLogger("apprise")
    lines.setLevel(logging.DEBUG)  # the cause of a failed connection is told at this level only
    lines.propagate = False
    if not lines.handlers:
        lines.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
